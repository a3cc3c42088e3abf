/**
 * Rows that the grid holds at once. Browsers draw no further than about 33 million pixels, and whole pixels only up to
 * half of that; a longer table is shown in parts, so that each row can be reached and lies where it should.
 */
export const PART = 250_000;

/** Which part a row (from 0) lies in. */
export const partOf = (row: number): number => Math.floor(row / PART);
