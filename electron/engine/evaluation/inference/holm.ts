/** Holm's step-down correction (1979): p for each of many comparisons such that the chance to find any difference among equal models stays below the level. */
export function holm(values: readonly number[]): number[] {
  const order = Array.from(values.keys()).sort((a, b) => (values[a] ?? 0) - (values[b] ?? 0));
  const adjusted = values.map(() => 1);
  let highest = 0;
  for (const [rank, at] of order.entries()) {
    highest = Math.max(highest, Math.min(1, (values.length - rank) * (values[at] ?? 1)));
    adjusted[at] = highest;
  }
  return adjusted;
}
