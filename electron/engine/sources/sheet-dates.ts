const DAY = 86_400_000;

/** Excel's own formats that show a date or a time, by their numbers (ECMA-376, 18.8.30). */
const ownTimes = new Set([18, 19, 20, 21, 45, 46, 47]);
const isOwnDate = (id: number) => (id >= 14 && id <= 17) || id === 22 || (id >= 27 && id <= 36) || (id >= 50 && id <= 58);

/** Whether a number format shows a date (with or without a time), a time alone, or neither. */
export function isDateFormat(id: number, code: string | undefined): 'date' | 'time' | undefined {
  if (code === undefined) return isOwnDate(id) ? 'date' : ownTimes.has(id) ? 'time' : undefined;
  // What stands in quotes, brackets (but for elapsed times) or after a backslash is no format letter.
  const letters = (code.split(';')[0] ?? '').replace(/\[(h+|m+|s+)\]/gi, '$1').replace(/"[^"]*"|\[[^\]]*\]|\\.|_.|\*./g, '').toLowerCase();
  if (/general/.test(letters)) return undefined;
  if (/[yd]/.test(letters) || /(?:^|[^hs:.])m{3,}/.test(letters)) return 'date';
  return /[hs]/.test(letters) ? 'time' : undefined;
}

/**
 * A date serial as an ISO 8601 text: a day, or a day and a time without zone, to the millisecond; a time alone as
 * `HH:MM:SS`. In the 1900 system serial 60 is the 29 February 1900 that never was, so earlier days are one further on.
 */
export function serialText(serial: number, shown: 'date' | 'time', from1904: boolean): string {
  if (serial < 0 || serial > 2_958_466) return String(serial);
  if (shown === 'time' && serial < 1) return new Date(Math.round(serial * DAY)).toISOString().slice(11, 19);
  const epoch = from1904 ? Date.UTC(1904, 0, 1) : Date.UTC(1899, 11, serial < 60 ? 31 : 30);
  const iso = new Date(epoch + Math.round(serial * DAY)).toISOString();
  if (Number.isInteger(serial)) return iso.slice(0, 10);
  return iso.slice(0, iso.endsWith('.000Z') ? 19 : 23);
}
