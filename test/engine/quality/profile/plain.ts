/** The figures of a profile once more, in the plainest way, to compare with. */

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

export function counts<T>(values: readonly T[]): Map<T, number> {
  const result = new Map<T, number>();
  for (const value of values) result.set(value, (result.get(value) ?? 0) + 1);
  return result;
}

export function moments(values: readonly number[]): { mean: number; deviation: number | null; skewness: number | null } {
  const mean = sum(values) / values.length;
  const second = sum(values.map((value) => (value - mean) ** 2));
  const third = sum(values.map((value) => (value - mean) ** 3));
  return { mean, deviation: values.length > 1 ? Math.sqrt(second / (values.length - 1)) : null, skewness: second > 0 ? third / values.length / (second / values.length) ** 1.5 : null };
}

/** `percent` in whole percent: the smallest value that at least so many of the values do not exceed. */
export function quantile(values: readonly number[], percent: number): number | undefined {
  return values.toSorted((a, b) => a - b)[Math.max(0, Math.ceil((percent * values.length) / 100) - 1)];
}

export function bins(values: readonly number[], most: number): number[] {
  const low = Math.min(...values);
  const high = Math.max(...values);
  if (low === high) return [values.length];
  const number = Math.min(most, new Set(values).size);
  const width = (high - low) / number;
  const result = Array.from({ length: number }, () => 0);
  for (const value of values) {
    const at = Math.min(number - 1, Math.floor((value - low) / width));
    result[at] = (result[at] ?? 0) + 1;
  }
  return result;
}

export function pearson(a: readonly number[], b: readonly number[]): number {
  const [meanA, meanB] = [sum(a) / a.length, sum(b) / b.length];
  const both = sum(a.map((x, i) => (x - meanA) * ((b[i] ?? 0) - meanB)));
  return both / Math.sqrt(sum(a.map((x) => (x - meanA) ** 2)) * sum(b.map((y) => (y - meanB) ** 2)));
}

/** Mean ranks: one more than the smaller values, plus half of the other equal ones. */
const ranks = (values: readonly number[]) => values.map((value) => 1 + values.filter((other) => other < value).length + (values.filter((other) => other === value).length - 1) / 2);

export const spearman = (a: readonly number[], b: readonly number[]): number => pearson(ranks(a), ranks(b));

/** Cramér's V with Bergsma's correction, from the table of observed and expected counts. */
export function cramer(a: readonly unknown[], b: readonly unknown[]): number {
  const n = a.length;
  const ofA = counts(a);
  const ofB = counts(b);
  let chi = 0;
  for (const [x, inA] of ofA) {
    for (const [y, inB] of ofB) {
      const expected = (inA * inB) / n;
      chi += (a.filter((value, i) => value === x && b[i] === y).length - expected) ** 2 / expected;
    }
  }
  const [r, c] = [ofA.size, ofB.size];
  const phi = Math.max(0, chi / n - ((r - 1) * (c - 1)) / (n - 1));
  const rows = r - (r - 1) ** 2 / (n - 1);
  const columns = c - (c - 1) ** 2 / (n - 1);
  const least = Math.min(rows, columns) - 1;
  return least > 1e-9 ? Math.min(1, Math.sqrt(phi / least)) : Number.NaN;
}
