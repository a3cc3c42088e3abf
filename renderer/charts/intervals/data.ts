/** A value with its interval; both ends are null where it has none. */
export interface IntervalItem {
  readonly label: string;
  readonly series: number;
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
}

/** What stands on one line: one value, or one a series. */
export interface IntervalRow {
  readonly name: string;
  readonly note: string;
  readonly items: readonly IntervalItem[];
}

export const LINE = 13;
const GAP = 14;

/** Heights of the rows in pixels: all their items beneath one another, and the air between rows. */
export function rowTops(rows: readonly IntervalRow[]): { readonly tops: readonly number[]; readonly height: number } {
  const tops: number[] = [];
  let height = 0;
  for (const { items } of rows) {
    tops.push(height);
    height += Math.max(2, items.length) * LINE + GAP;
  }
  return { tops, height };
}

/** From the lowest to the highest end of all, and whatever else must be seen. */
export function spanOf(rows: readonly IntervalRow[], also: readonly number[] = []): readonly [number, number] {
  const ends = [...rows.flatMap(({ items }) => items.flatMap(({ value, low, high }) => [value, low, high])).filter((end) => end !== null), ...also];
  return ends.length === 0 ? [0, 1] : [Math.min(...ends), Math.max(...ends)];
}
