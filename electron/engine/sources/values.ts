import { parseLiteral } from './literal.ts';
import { BIGINT, BOOLEAN, DATE, DOUBLE, type DuckDBType, type DuckDBValue, DuckDBDateValue, DuckDBTimestampValue, TIMESTAMP, VARCHAR } from '@duckdb/node-api';

/**
 * What a cell must say to be readable:
 *
 * - `id`         a whole number ≥ 1, also with a zero fraction (`12.0`, as pandas writes a column with gaps);
 * - `whole`      a whole number of either sign;
 * - `number`     a finite decimal number, also with an exponent;
 * - `time`       a whole number below 10^14, or an ISO 8601 date or date-time, which becomes Unix seconds (UTC unless it says otherwise);
 * - `date`, `timestamp`, `boolean`, `text`;
 * - `code`       an id, or IMDb's form of one (`tt0111161`, `nm0000209`), which becomes its number;
 * - `year`       a whole number, also in brackets;
 * - `minutes`    a whole number of minutes: `142`, `142 min`, `2h 22m`, `PT2H22M`;
 * - `count`      a whole number, also with thousands separators: `2,343,110`;
 * - `money`      a number of US dollars: `28,341,469`, `$1,200.50`, `$28.3M`; other currencies are not readable;
 * - `list`       a Python literal or JSON list or dictionary, which becomes JSON;
 * - `names`      several names: a list of texts or of things with a `name`, or texts between commas or bars, which become `A|B`.
 *
 * Blanks around a cell do not count. Signs other than `-`, hexadecimal forms, digits with separators (but for `count` and
 * `money`), `NaN` and `inf` are not readable, unless they are configured as NULL tokens.
 */
export type CellType = 'id' | 'whole' | 'number' | 'time' | 'date' | 'timestamp' | 'boolean' | 'text' | 'code' | 'year' | 'minutes' | 'count' | 'money' | 'list' | 'names';

export const columnTypes: Readonly<Record<CellType, DuckDBType>> = {
  id: BIGINT, whole: BIGINT, number: DOUBLE, time: BIGINT, date: DATE, timestamp: TIMESTAMP, boolean: BOOLEAN, text: VARCHAR,
  code: BIGINT, year: BIGINT, minutes: BIGINT, count: BIGINT, money: DOUBLE, list: VARCHAR, names: VARCHAR,
};

/** Types that are written in a form of their own: a readable cell is kept by its value, also beside one that is not. */
const formed: ReadonlySet<CellType> = new Set(['code', 'year', 'minutes', 'count', 'money', 'list', 'names']);

/** A present cell of a row that has an unreadable one: as it came, or by its value where `type` has a form of its own. */
export function keptText(type: CellType, text: string): string {
  if (!formed.has(type)) return text;
  const value = readText(type, text.trim());
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint' ? String(value) : text;
}

const INT64 = 9_223_372_036_854_775_807n;
const wholeForm = /^(-?\d+)(?:\.0*)?$/;
const numberForm = /^-?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const isoForm = /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d+))?)?(Z|[+-]\d{2}(?::?\d{2})?)?)?$/;
const DAY = 86_400;

/** The value of a trimmed, non-empty text as DuckDB takes it, or `undefined` when it cannot be read as `type`. */
export function readText(type: CellType, text: string): DuckDBValue | undefined {
  return readers[type](text);
}

const readers: Readonly<Record<CellType, (text: string) => DuckDBValue | undefined>> = {
  text: (text) => text,
  id: (text) => {
    const value = wholeNumber(text);
    return value !== undefined && value >= 1n ? value : undefined;
  },
  whole: wholeNumber,
  number: (text) => {
    const value = numberForm.test(text) ? Number(text) : Number.NaN;
    return Number.isFinite(value) ? value : undefined;
  },
  time: (text) => {
    const value = wholeNumber(text);
    if (value !== undefined) return value < 100_000_000_000_000n ? value : undefined;
    const seconds = isoSeconds(text);
    return seconds === undefined ? undefined : BigInt(Math.floor(seconds));
  },
  date: (text) => {
    const seconds = isoSeconds(text);
    return seconds === undefined || text.length > 10 ? undefined : new DuckDBDateValue(Math.floor(seconds / DAY));
  },
  timestamp: (text) => {
    const seconds = isoSeconds(text);
    return seconds === undefined ? undefined : new DuckDBTimestampValue(BigInt(Math.round(seconds * 1_000_000)));
  },
  boolean: (text) => (/^true$/i.test(text) ? true : /^false$/i.test(text) ? false : undefined),
  code: (text) => readers.id(/^(?:tt|nm)(\d+)$/.exec(text)?.[1] ?? text),
  year: (text) => wholeNumber(/^\((\d{4})\)$/.exec(text)?.[1] ?? text),
  minutes,
  count: (text) => wholeNumber(thousandsForm.test(text) ? text.replaceAll(',', '') : text),
  money: (text) => {
    const parts = moneyForm.exec(text);
    const amount = parts?.[1];
    if (amount === undefined) return readers.number(text);
    const value = Number(amount.replaceAll(',', '')) * (parts?.[2] === undefined ? 1 : /m/i.test(parts[2]) ? 1e6 : /b/i.test(parts[2]) ? 1e9 : 1e3);
    return Number.isFinite(value) ? Math.round(value * 100) / 100 : undefined;
  },
  list: (text) => {
    const parsed = parseLiteral(text);
    return 'value' in parsed && typeof parsed.value === 'object' ? JSON.stringify(parsed.value) : undefined;
  },
  names: (text) => {
    const names = splitNames(text);
    return names === undefined ? undefined : names.length === 0 ? null : names.join('|');
  },
};

const thousandsForm = /^-?\d{1,3}(?:,\d{3})+$/;
const moneyForm = /^(?:US\$|\$|USD)?\s?(-?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d*)?)\s?([KkMmBb])?(?:\s?USD)?$/;
const hoursForm = /^(?:(\d{1,4})\s?h(?:(?:ou)?rs?)?\.?)?\s?(?:(\d{1,5})\s?m(?:in(?:ute)?s?)?\.?)?$/i;

function minutes(text: string): bigint | undefined {
  const parts = text === '' ? null : hoursForm.exec(text.replace(/^PT(?=\d)/i, ''));
  return parts ? BigInt(Number(parts[1] ?? 0) * 60 + Number(parts[2] ?? 0)) : wholeNumber(text);
}

/** The names of a cell: of a literal list, else between bars, else between commas; `undefined` when a list cannot be read. */
export function splitNames(text: string): string[] | undefined {
  if (!/^[[{(]/.test(text)) {
    const parts = text.split(text.includes('|') ? '|' : ',').map((part) => part.trim());
    const names: string[] = [];
    for (const part of parts) {
      // “Robert Downey, Jr.” is one name.
      if (/^(?:Jr|Sr|I{2,3}|IV)\.?$/.test(part) && names.length > 0) names.push(`${names.pop() ?? ''}, ${part}`);
      else if (part !== '') names.push(part);
    }
    return names;
  }
  const parsed = parseLiteral(text);
  if (!('value' in parsed) || !Array.isArray(parsed.value)) return undefined;
  const names: string[] = [];
  for (const item of parsed.value as readonly unknown[]) {
    const name = typeof item === 'object' && item !== null && 'name' in item ? item.name : item;
    if (typeof name !== 'string') return undefined;
    if (name.trim() !== '') names.push(name.trim());
  }
  return names;
}

/**
 * The value of plain digits, straight from the bytes; `undefined` when `readText` must decide. The common case of a large
 * file: it makes no text.
 */
export function readDigits(type: CellType, bytes: Uint8Array, start: number, end: number): DuckDBValue | undefined {
  if (type !== 'id' && type !== 'number' && type !== 'time' && type !== 'whole') return undefined;
  if (end - start > 15) return undefined;
  let value = 0;
  let scale = 0;
  for (let i = start; i < end; i++) {
    const digit = (bytes[i] ?? 0) - 48;
    if (digit >= 0 && digit <= 9) {
      value = value * 10 + digit;
      scale *= 10;
    } else if (digit === -2 && type === 'number' && scale === 0 && end - start > 1) scale = 1;
    else return undefined;
  }
  if (type === 'number') return scale > 1 ? value / scale : value;
  if ((type === 'id' && value < 1) || (type === 'time' && value >= 1e14)) return undefined;
  return BigInt(value);
}

function wholeNumber(text: string): bigint | undefined {
  const digits = wholeForm.exec(text)?.[1];
  if (digits === undefined || digits.length > 40) return undefined;
  const value = BigInt(digits);
  return value <= INT64 && value >= -INT64 ? value : undefined;
}

/** Unix seconds of an ISO 8601 date or date-time, with a fraction where it has one; `undefined` when it is none. */
export function isoSeconds(text: string): number | undefined {
  const parts = isoForm.exec(text);
  if (!parts) return undefined;
  const [, year = '', month = '', day = '', hour = '0', minute = '0', second = '0', fraction = '0', zone = 'Z'] = parts;
  const milliseconds = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second));
  const date = new Date(milliseconds);
  if (Number(year) < 100 || date.getUTCMonth() !== Number(month) - 1 || date.getUTCDate() !== Number(day) || Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
  let offset = 0;
  if (zone !== 'Z') {
    const hours = Number(zone.slice(1, 3));
    const minutes = Number(zone.slice(3).replace(':', ''));
    if (hours > 18 || minutes > 59) return undefined;
    offset = (zone.startsWith('-') ? -1 : 1) * (hours * 3600 + minutes * 60);
  }
  return milliseconds / 1000 + Number(`0.${fraction}`) - offset;
}

/** What a text must show before a column is taken to be written in such a form. */
const shows: Partial<Record<CellType, RegExp>> = { minutes: /\dh|min|^PT/i, count: /,/, money: /\$|USD/, list: /^[[{]/ };

/** The narrowest type that reads all `texts` (trimmed, none empty). A leading zero, as of a postal code, keeps a column a text. */
export function inferType(texts: readonly string[]): CellType {
  if (texts.length === 0) return 'text';
  const candidates: CellType[] = ['whole', 'number', 'boolean', 'date', 'timestamp', 'minutes', 'count', 'money', 'list'];
  const padded = texts.some((text) => /^-?0\d/.test(text));
  return candidates.find((type) => {
    if (padded && (type === 'whole' || type === 'number')) return false;
    if (shows[type] !== undefined && !texts.some((text) => shows[type]?.test(text))) return false;
    return texts.every((text) => readText(type, text) !== undefined && (type !== 'whole' || !text.includes('.')));
  }) ?? 'text';
}

const typeNames: Readonly<Record<string, CellType>> = {
  BIGINT: 'whole', INTEGER: 'whole', INT: 'whole', SMALLINT: 'whole', DOUBLE: 'number', FLOAT: 'number', REAL: 'number', DECIMAL: 'number',
  BOOLEAN: 'boolean', BOOL: 'boolean', DATE: 'date', TIMESTAMP: 'timestamp', DATETIME: 'timestamp', VARCHAR: 'text', TEXT: 'text', STRING: 'text',
  MINUTES: 'minutes', COUNT: 'count', MONEY: 'money', LIST: 'list',
};

const wanted: Readonly<Record<CellType, string>> = {
  id: 'a whole number ≥ 1', code: 'a whole number ≥ 1', whole: 'a whole number', number: 'a number', time: 'a time', date: 'a date', timestamp: 'a date and time', boolean: 'true or false', text: 'a text',
  year: 'a year', minutes: 'a number of minutes', count: 'a whole number', money: 'a sum in US dollars', list: 'a list', names: 'a list of names',
};

/** Why a cell cannot be read, in plain words. */
export function oddity(type: CellType, text: string): string {
  const parsed = /^[[{(]/.test(text) && (type === 'list' || type === 'names') ? parseLiteral(text) : undefined;
  const place = parsed && 'problem' in parsed ? ` At character ${parsed.position}: ${parsed.problem}.` : '';
  return `“${text.length > 60 ? `${text.slice(0, 60)}…` : text}” is not ${wanted[type]}.${place}`;
}

/** What a column of a file is called in a preview: DuckDB's name, or the form that its cells are written in. */
export function typeName(type: CellType): string {
  return type === 'minutes' || type === 'count' || type === 'money' || type === 'list' ? type.toUpperCase() : String(columnTypes[type]);
}

/** The cell type for DuckDB's name of a type, or `undefined` when free tables do not have it. */
export function cellTypeOf(name: string): CellType | undefined {
  return typeNames[name.trim().toUpperCase().replace(/\(.*\)$/, '')];
}
