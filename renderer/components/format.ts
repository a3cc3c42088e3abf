/** The one place that turns figures into text: separators of the reader's locale, never a false 0 or 100. */

const whole = new Intl.NumberFormat(undefined, { maximumFractionDigits: 0 });
const compact = new Intl.NumberFormat(undefined, { notation: 'compact', maximumFractionDigits: 1 });
const dateTime = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });
const relative = new Intl.RelativeTimeFormat(undefined, { numeric: 'auto' });
const fixed = new Map<number, Intl.NumberFormat>();

/** 32000204 → 32,000,204 */
export const formatCount = (value: number): string => whole.format(value);

/** 32000204 → 32M, for axes and badges. */
export const formatCompact = (value: number): string => compact.format(value);

/** A figure with a set number of decimals, so that columns line up. */
export function formatDecimal(value: number, digits = 2): string {
  let format = fixed.get(digits);
  if (format === undefined) fixed.set(digits, (format = new Intl.NumberFormat(undefined, { minimumFractionDigits: digits, maximumFractionDigits: digits })));
  return format.format(value);
}

/** Up to six significant digits, for figures of unknown size. */
export const formatNumber = (value: number): string =>
  Number.isInteger(value) && Math.abs(value) < 1e15 ? whole.format(value) : value.toLocaleString(undefined, { maximumSignificantDigits: 6 });

/** Three significant digits at least, for scores and their parts: 12.3, 0.0456, 1,234. */
export const formatScore = (value: number): string => (value === 0 ? '0' : value.toLocaleString(undefined, { minimumSignificantDigits: 3, maximumSignificantDigits: Math.abs(value) >= 1000 ? 6 : 3 }));

/** `part` of `all` in percent: `< 0.1 %` when there is any, `> 99.9 %` when it is not all. */
export function formatShare(part: number, all: number): string {
  if (all === 0) return '–';
  const percent = (part / all) * 100;
  if (part > 0 && percent < 0.1) return '< 0.1 %';
  if (part < all && percent > 99.9) return '> 99.9 %';
  return `${formatDecimal(percent, percent === 0 || percent === 100 ? 0 : 1)} %`;
}

/** 1 unit is 1000 of the one before, as file managers count. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const step = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3));
  return `${formatDecimal(bytes / 1000 ** step, step === 0 ? 0 : 1)} ${units[step] ?? 'B'}`;
}

/** 0.0042 → 4 ms; 3.2 → 3.2 s; 75 → 1:15 min; 3700 → 1:01:40 h */
export function formatSeconds(seconds: number): string {
  if (seconds < 0.9995) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 59.95) return `${formatDecimal(seconds, 1)} s`;
  const all = Math.round(seconds);
  const [hours, minutes, rest] = [Math.floor(all / 3600), Math.floor((all % 3600) / 60), String(all % 60).padStart(2, '0')];
  return hours === 0 ? `${minutes}:${rest} min` : `${hours}:${String(minutes).padStart(2, '0')}:${rest} h`;
}

/** Short times as they are measured, never a false 0: < 0.1 ms, 3.2 ms, 131 ms. */
export const formatMilliseconds = (milliseconds: number): string => (milliseconds < 0.1 ? '< 0.1 ms' : `${formatDecimal(milliseconds, milliseconds < 9.95 ? 1 : 0)} ms`);

export const formatDateTime = (iso: string): string => (Number.isNaN(Date.parse(iso)) ? iso : dateTime.format(new Date(iso)));

const spans: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [['year', 31_557_600], ['month', 2_629_800], ['day', 86_400], ['hour', 3600], ['minute', 60]];

/** `3 hours ago`; `now` in milliseconds. */
export function formatAgo(iso: string, now = Date.now()): string {
  const seconds = (Date.parse(iso) - now) / 1000;
  const span = spans.find(([, size]) => Math.abs(seconds) >= size);
  return span === undefined ? 'just now' : relative.format(Math.round(seconds / span[1]), span[0]);
}

/** 1 → `1 row`, 2 → `2 rows`. */
export const formatUnits = (value: number, one: string, many = `${one}s`): string => `${formatCount(value)} ${value === 1 ? one : many}`;

/** A cell as the grid shows it: the empty text for no value. `digits` sets the decimals of a column of figures. */
export function formatCell(value: unknown, type = '', digits?: number): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number') return /^(DOUBLE|FLOAT|DECIMAL)/.test(type) ? (digits === undefined ? value.toLocaleString(undefined, { maximumFractionDigits: 6 }) : formatDecimal(value, digits)) : String(value);
  if (typeof value === 'string') return type.startsWith('TIMESTAMP') ? value.replace('T', ' ').replace(/(?:\.0+)?Z$/, '') : value;
  return typeof value === 'boolean' ? String(value) : JSON.stringify(value);
}

/** Whether cells of this type are set right. */
export const isNumeric = (type: string): boolean => /^(U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|DOUBLE|FLOAT|REAL|DECIMAL)/i.test(type);
