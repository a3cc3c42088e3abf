import type { Trial } from '../../../shared/contract/evaluation.ts';

export interface TrialPoint {
  readonly number: number;
  readonly value: number;
  readonly low: number | null;
  readonly high: number | null;
  readonly budget: number;
  readonly state: Trial['state'];
  /** The best value up to this trial, among those with the full budget. */
  readonly leading: number | null;
  readonly params: Readonly<Record<string, unknown>>;
}

/** The trials that have a value, in the order in which they were made, each with the best so far. */
export function trialPoints(trials: readonly Trial[], lowerIsBetter: boolean): TrialPoint[] {
  let leading: number | null = null;
  return [...trials]
    .sort((a, b) => a.number - b.number)
    .flatMap(({ number, value, low, high, budget, state, params }) => {
      if (value === null) return [];
      if (budget >= 1 && (leading === null || (lowerIsBetter ? value < leading : value > leading))) leading = value;
      return [{ number, value, low, high, budget, state, leading, params }];
    });
}

/** Trials by one parameter: numbers on a scale of their own, anything else as names in their order. */
export function byParameter(points: readonly TrialPoint[], path: string): { readonly names: readonly string[] | null; readonly dots: readonly { readonly x: number; readonly y: number; readonly point: TrialPoint }[] } {
  const valueOf = ({ params }: TrialPoint): unknown => params[path] ?? Object.entries(params).find(([name]) => path.endsWith(`.${name}`))?.[1];
  const having = points.filter((point) => valueOf(point) !== undefined);
  if (having.every((point) => typeof valueOf(point) === 'number')) return { names: null, dots: having.map((point) => ({ x: Number(valueOf(point)), y: point.value, point })) };
  const names = [...new Set(having.map((point) => String(valueOf(point))))].sort();
  return { names, dots: having.map((point) => ({ x: names.indexOf(String(valueOf(point))), y: point.value, point })) };
}

export function trialsSummary(points: readonly TrialPoint[], format: (value: number) => string): string {
  const last = points.at(-1);
  if (last === undefined) return 'No trial has ended yet.';
  if (last.leading === null) return `${points.length} trials, none with the whole budget yet.`;
  const best = points.find(({ value, budget }) => value === last.leading && budget >= 1);
  return `Best so far ${format(last.leading)}${best === undefined ? '' : `, trial ${best.number}`}, of ${points.length} with a value.`;
}
