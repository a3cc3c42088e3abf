/** Where a grid of any number of rows stands: `top` is how many pixels lie above, exact to well beyond 10^9 rows, and never an element's height. */

export const ROW_HEIGHT = 26;
const SHORTEST_THUMB = 24;

export const heightOf = (rows: number): number => rows * ROW_HEIGHT;

export const clampTop = (top: number, rows: number, height: number): number => Math.max(0, Math.min(top, heightOf(rows) - height));

/** The first row in view, and the one after the last, cut ones included. */
export function rowsInView(top: number, rows: number, height: number): { first: number; end: number } {
  return { first: Math.min(rows, Math.floor(top / ROW_HEIGHT)), end: Math.min(rows, Math.ceil((top + height) / ROW_HEIGHT)) };
}

/** The least move of `top` that brings a row wholly into view. */
export function topShowing(row: number, top: number, height: number): number {
  const above = row * ROW_HEIGHT;
  if (above < top) return above;
  return above + ROW_HEIGHT > top + height ? above + ROW_HEIGHT - height : top;
}

export interface Thumb {
  readonly length: number;
  readonly offset: number;
}

/** The scrollbar's thumb on a track: as long as the share in view, but long enough to be taken. */
export function thumbOf(top: number, rows: number, height: number, track: number): Thumb {
  const all = heightOf(rows);
  if (all <= height) return { length: track, offset: 0 };
  const length = Math.min(track, Math.max(SHORTEST_THUMB, (height / all) * track));
  return { length, offset: (top / (all - height)) * (track - length) };
}

/** Where the grid stands when the thumb is moved there: proportional, from the first pixel to the last. */
export function topOfThumb(offset: number, rows: number, height: number, track: number): number {
  const { length } = thumbOf(0, rows, height, track);
  const way = track - length;
  return way <= 0 ? 0 : clampTop(Math.max(0, Math.min(1, offset / way)) * (heightOf(rows) - height), rows, height);
}
