import { BIGINT, BOOLEAN, DATE, DOUBLE, type DuckDBType, type DuckDBValue, DuckDBDateValue, DuckDBTimestampValue, TIMESTAMP, VARCHAR } from '@duckdb/node-api';

/**
 * What a cell must say to be readable:
 *
 * - `id`         a whole number ≥ 1, also with a zero fraction (`12.0`, as pandas writes a column with gaps);
 * - `whole`      a whole number of either sign;
 * - `number`     a finite decimal number, also with an exponent;
 * - `time`       a whole number below 10^14, or an ISO 8601 date or date-time, which becomes Unix seconds (UTC unless it says otherwise);
 * - `date`, `timestamp`, `boolean`, `text`.
 *
 * Blanks around a cell do not count. Signs other than `-`, hexadecimal forms, digits with separators, `NaN` and `inf` are
 * not readable, unless they are configured as NULL tokens.
 */
export type CellType = 'id' | 'whole' | 'number' | 'time' | 'date' | 'timestamp' | 'boolean' | 'text';

export const columnTypes: Readonly<Record<CellType, DuckDBType>> = {
  id: BIGINT, whole: BIGINT, number: DOUBLE, time: BIGINT, date: DATE, timestamp: TIMESTAMP, boolean: BOOLEAN, text: VARCHAR,
};

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
};

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

/** The narrowest type that reads all `texts` (trimmed, none empty). A leading zero, as of a postal code, keeps a column a text. */
export function inferType(texts: readonly string[]): CellType {
  if (texts.length === 0) return 'text';
  const candidates: CellType[] = ['whole', 'number', 'boolean', 'date', 'timestamp'];
  const padded = texts.some((text) => /^-?0\d/.test(text));
  return candidates.find((type) => !(padded && (type === 'whole' || type === 'number')) && texts.every((text) => readText(type, text) !== undefined && (type !== 'whole' || !text.includes('.')))) ?? 'text';
}

const typeNames: Readonly<Record<string, CellType>> = {
  BIGINT: 'whole', INTEGER: 'whole', INT: 'whole', SMALLINT: 'whole', DOUBLE: 'number', FLOAT: 'number', REAL: 'number', DECIMAL: 'number',
  BOOLEAN: 'boolean', BOOL: 'boolean', DATE: 'date', TIMESTAMP: 'timestamp', DATETIME: 'timestamp', VARCHAR: 'text', TEXT: 'text', STRING: 'text',
};

/** The cell type for DuckDB's name of a type, or `undefined` when free tables do not have it. */
export function cellTypeOf(name: string): CellType | undefined {
  return typeNames[name.trim().toUpperCase().replace(/\(.*\)$/, '')];
}
