import type { DriftBin } from '../../shared/contract/index.ts';
import type { ColumnSketch } from '../../electron/engine/quality/history/sketch.ts';

/** Plain recomputations of what the engine computes of sketches. */

/** The sketch of numbers: every distinct value a place, or those where a step of 1 / `knots` is passed. */
export function sketchOf(cells: readonly (number | null)[], knots = Number.POSITIVE_INFINITY): ColumnSketch {
  const present = cells.filter((cell) => cell !== null).map((cell) => (cell === 0 ? 0 : cell)).sort((a, b) => a - b);
  const distinct = [...new Set(present)];
  const at: number[] = [];
  const below: number[] = [];
  const upto: number[] = [];
  let counted = 0;
  for (const [i, value] of distinct.entries()) {
    const n = present.filter((other) => other === value).length;
    const step = (count: number) => Math.floor((count * knots) / present.length);
    if (distinct.length <= knots || i === 0 || step(counted + n) > step(counted)) {
      at.push(value);
      below.push(counted);
      upto.push(counted + n);
    }
    counted += n;
  }
  return { name: 'x', type: 'DOUBLE', kind: 'numbers', missing: cells.length - present.length, distinct: distinct.length, min: null, max: null, knots: { at, below, upto }, top: [] };
}

export function textSketchOf(cells: readonly (string | null)[]): ColumnSketch {
  const present = cells.filter((cell) => cell !== null);
  const counts = [...Map.groupBy(present, (cell) => cell)].map(([value, all]): [string, number] => [value, all.length]).sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
  return { ...sketchOf(cells.map((cell) => cell?.length ?? null)), type: 'VARCHAR', kind: 'texts', distinct: counts.length, top: counts.slice(0, 100) };
}

/** sup |F(x) − G(x)| over all values, by a walk through both samples in order. */
export function exactDistance(a: readonly number[], b: readonly number[]): number {
  const [first, second] = [a.toSorted((x, y) => x - y), b.toSorted((x, y) => x - y)];
  let [i, j, most] = [0, 0, 0];
  for (const x of [...first, ...second].sort((p, q) => p - q)) {
    while ((first[i] ?? Infinity) <= x) i++;
    while ((second[j] ?? Infinity) <= x) j++;
    most = Math.max(most, Math.abs(i / first.length - j / second.length));
  }
  return most;
}

/** The index over the ranges of `bins`, by counting. */
export function plainIndex(reference: readonly number[], current: readonly number[], bins: readonly DriftBin[]): number {
  const share = (sample: readonly number[], { low, high }: DriftBin) =>
    Math.max(0.0001, sample.filter((x) => (low === null || x > low) && (high === null || x <= high)).length / sample.length);
  return bins.reduce((sum, bin) => sum + (share(current, bin) - share(reference, bin)) * Math.log(share(current, bin) / share(reference, bin)), 0);
}
