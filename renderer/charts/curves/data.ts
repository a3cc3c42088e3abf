export interface CurveSeries {
  readonly name: string;
  /** Its colour and dashes, the same in every chart that it stands in. */
  readonly series: number;
  readonly points: readonly { readonly x: number; readonly y: number }[];
  /** The point whose weights were kept. */
  readonly best: number | null;
  readonly running: boolean;
}

/** One row an x, with the value of each series that has a point there. */
export function curveRows(series: readonly CurveSeries[]): Record<string, number>[] {
  const rows = new Map<number, Record<string, number>>();
  for (const { name, points } of series) {
    for (const { x, y } of points) {
      const row = rows.get(x) ?? { x };
      row[name] = y;
      rows.set(x, row);
    }
  }
  return [...rows.values()].sort((a, b) => (a['x'] ?? 0) - (b['x'] ?? 0));
}

/** Where each curve stands or ended, and which point was kept. */
export function curvesSummary(series: readonly CurveSeries[], format: (value: number) => string, unit: (x: number) => string): string {
  const words = series.flatMap(({ name, points, best, running }) => {
    const last = points.at(-1);
    if (last === undefined) return [];
    const kept = points.find(({ x }) => x === best);
    if (running) return [`${name} is at ${format(last.y)} after ${unit(last.x)}`];
    return [kept === undefined ? `${name} ended at ${format(last.y)} after ${unit(last.x)}` : `${name} was kept at ${format(kept.y)} after ${unit(kept.x)}`];
  });
  return words.length === 0 ? 'No point yet.' : `${words.join('; ')}.`;
}
