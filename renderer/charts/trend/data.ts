export interface TrendSeries {
  readonly name: string;
  readonly values: readonly (number | null)[];
}

/** Where each series ended, and from where it came. */
export function trendSummary(series: readonly TrendSeries[], format: (value: number) => string): string {
  const words = series.flatMap(({ name, values }) => {
    const known = values.filter((value) => value !== null);
    const [first, last] = [known[0], known.at(-1)];
    if (first === undefined || last === undefined) return [];
    return [first === last ? `${name} ${format(last)}` : `${name} ${format(first)} → ${format(last)}`];
  });
  return words.length === 0 ? 'No figures.' : `${words.join(', ')}.`;
}

export const trendRows = (times: readonly string[], series: readonly TrendSeries[], format: (value: number) => string): string[][] =>
  times.map((time, i) => [time, ...series.map(({ values }) => { const value = values[i] ?? null; return value === null ? '–' : format(value); })]).toReversed();

/** A round share at or below the lowest of all: as far from 1 as one digit says. */
export function lowestTick(series: readonly TrendSeries[]): number {
  const span = 1 - Math.min(1, ...series.flatMap(({ values }) => values.filter((value) => value !== null)));
  if (span <= 0) return 0.9;
  const step = 10 ** Math.floor(Math.log10(span));
  return Math.max(0, 1 - Math.ceil(span / step - 1e-9) * step);
}
