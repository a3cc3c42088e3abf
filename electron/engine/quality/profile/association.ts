/** Places of a column's values in ascending order; NaN stands for a missing one and has no place. */
export function ascending(values: Float64Array): Int32Array {
  const present: number[] = [];
  values.forEach((value, place) => {
    if (!Number.isNaN(value)) present.push(place);
  });
  return Int32Array.from(present).sort((a, b) => (values[a] ?? 0) - (values[b] ?? 0));
}

/** Ranks from 1 among the rows in which both columns have a value, equal values sharing the mean of theirs; 0 where one is missing. */
function ranks(values: Float64Array, order: Int32Array, other: Float64Array): { ranks: Float64Array; rows: number } {
  const result = new Float64Array(values.length);
  const kept = order.filter((place) => !Number.isNaN(other[place] ?? Number.NaN));
  for (let from = 0; from < kept.length; ) {
    let to = from + 1;
    const value = values[kept[from] ?? 0];
    while (to < kept.length && values[kept[to] ?? 0] === value) to++;
    for (let at = from; at < to; at++) result[kept[at] ?? 0] = (from + to + 1) / 2;
    from = to;
  }
  return { ranks: result, rows: kept.length };
}

/**
 * Spearman's rank correlation of two columns over the rows in which both have a value: Pearson's of their mean ranks.
 * `order` is what `ascending` says of each. The value is NaN when a column does not vary there.
 */
export function spearman(a: Float64Array, b: Float64Array, orderA: Int32Array, orderB: Int32Array): { value: number; rows: number } {
  const { ranks: ranksA, rows } = ranks(a, orderA, b);
  const { ranks: ranksB } = ranks(b, orderB, a);
  const mean = (rows + 1) / 2;
  let both = 0;
  let ofA = 0;
  let ofB = 0;
  for (let at = 0; at < a.length; at++) {
    const x = ranksA[at] ?? 0;
    if (x === 0) continue;
    const y = ranksB[at] ?? 0;
    both += (x - mean) * (y - mean);
    ofA += (x - mean) ** 2;
    ofB += (y - mean) ** 2;
  }
  return { value: both / Math.sqrt(ofA * ofB), rows };
}

/** Cramér's V of a contingency table given by its cells, with Bergsma's correction, so that chance alone gives about 0. */
export function cramer(cells: readonly { a: unknown; b: unknown; count: number }[]): { value: number; rows: number } {
  const ofA = new Map<unknown, number>();
  const ofB = new Map<unknown, number>();
  let rows = 0;
  for (const { a, b, count } of cells) {
    ofA.set(a, (ofA.get(a) ?? 0) + count);
    ofB.set(b, (ofB.get(b) ?? 0) + count);
    rows += count;
  }
  if (rows < 2 || ofA.size < 2 || ofB.size < 2) return { value: Number.NaN, rows };
  // Σ (observed − expected)² / expected over all cells, empty ones included.
  const chi = rows * (cells.reduce((sum, { a, b, count }) => sum + count ** 2 / ((ofA.get(a) ?? 1) * (ofB.get(b) ?? 1)), 0) - 1);
  const shrunk = (size: number) => size - (size - 1) ** 2 / (rows - 1);
  const phi = Math.max(0, chi / rows - ((ofA.size - 1) * (ofB.size - 1)) / (rows - 1));
  const least = Math.min(shrunk(ofA.size), shrunk(ofB.size)) - 1;
  // Where nearly every row has a category of its own nothing is left to judge by.
  return { value: least > 1e-9 ? Math.min(1, Math.sqrt(phi / least)) : Number.NaN, rows };
}
