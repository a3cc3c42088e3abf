export interface CostPoint {
  readonly label: string;
  readonly value: number;
  readonly low: number | null;
  readonly high: number | null;
  /** What it costs: seconds or bytes, more than nothing. */
  readonly cost: number;
}

/** The models that no other one beats in both: cheaper or as cheap, and better or as good. Cheapest first. */
export function frontierOf(points: readonly CostPoint[], lowerIsBetter: boolean): CostPoint[] {
  const better = (a: number, b: number) => (lowerIsBetter ? a < b : a > b);
  const frontier: CostPoint[] = [];
  for (const point of [...points].sort((a, b) => a.cost - b.cost || (better(a.value, b.value) ? -1 : 1))) {
    const last = frontier.at(-1);
    if (last === undefined || better(point.value, last.value)) frontier.push(point);
  }
  return frontier;
}

/** What the chart says: who leads and at what cost, and what the cheaper ones that are worth it give up. */
export function tradeOffSummary(points: readonly CostPoint[], lowerIsBetter: boolean, value: (of: number) => string, cost: (of: number) => string): string {
  const frontier = frontierOf(points, lowerIsBetter);
  const best = frontier.at(-1);
  const cheapest = frontier[0];
  if (best === undefined || cheapest === undefined) return 'No model has a figure.';
  if (best === cheapest) return `${best.label} is both the best (${value(best.value)}) and the cheapest (${cost(best.cost)}).`;
  return `${best.label} is the best with ${value(best.value)} for ${cost(best.cost)}; ${cheapest.label} is the cheapest with ${value(cheapest.value)} for ${cost(cheapest.cost)}. Worth their cost: ${frontier.map(({ label }) => label).join(', ')}.`;
}
