import type { Comparison, EvaluatedModel } from '../../../shared/contract/evaluation.ts';
import { lowerIsBetter } from '../../../shared/domain/metric-words.ts';

type Valued = Pick<EvaluatedModel, 'label' | 'metrics' | 'fitSeconds' | 'scoreSeconds' | 'peakMemoryMB'>;

/** The model that leads by a metric; nothing where none has a figure. */
export function bestOf<T extends Pick<EvaluatedModel, 'label' | 'metrics'>>(models: readonly T[], metric: string): T | undefined {
  const sign = lowerIsBetter(metric) ? -1 : 1;
  return models.reduce<T | undefined>((best, model) => {
    const value = model.metrics[metric]?.value;
    const leading = best?.metrics[metric]?.value;
    return value !== undefined && (leading === undefined || sign * (value - leading) > 0) ? model : best;
  }, undefined);
}

export type Mark = 'best' | 'tied';

/**
 * The leader, and those whose difference from it may be chance: the corrected p of the two is not below .05. A model that was
 * not compared with the leader gets no mark: nothing is known.
 */
export function marksOf(models: readonly Pick<EvaluatedModel, 'label' | 'metrics'>[], metric: string, comparisons: readonly Comparison[]): ReadonlyMap<string, Mark> {
  const best = bestOf(models, metric);
  if (best === undefined) return new Map();
  const tied = comparisons.flatMap(({ a, b, metric: of, distinct }) => (of !== metric || distinct ? [] : a === best.label ? [b] : b === best.label ? [a] : []));
  return new Map<string, Mark>([...tied.map((label) => [label, 'tied'] as const), [best.label, 'best']]);
}

/** The same comparison seen from `reference`: how much better or worse the other one is. */
export function against(comparisons: readonly Comparison[], reference: string): (Omit<Comparison, 'a' | 'b'> & { readonly label: string })[] {
  return comparisons.flatMap(({ a, b, difference, low, high, ...rest }) => {
    if (b === reference) return [{ ...rest, label: a, difference, low, high }];
    return a === reference ? [{ ...rest, label: b, difference: -difference, low: -high, high: -low, effect: rest.effect === null ? null : -rest.effect }] : [];
  });
}

export const sortKeys = ['value', 'label', 'fitSeconds', 'scoreSeconds', 'peakMemoryMB'] as const;
export type SortKey = (typeof sortKeys)[number];
export interface Order {
  readonly by: SortKey;
  readonly reversed: boolean;
}

/** Best, cheapest or first by name on top, unless reversed; models without the figure always come last. */
export function orderModels<T extends Valued>(models: readonly T[], metric: string, { by, reversed }: Order): T[] {
  const sign = (reversed ? -1 : 1) * (by === 'value' && !lowerIsBetter(metric) ? -1 : 1);
  const valueOf = (model: T): number | string | null => (by === 'value' ? (model.metrics[metric]?.value ?? null) : model[by]);
  return [...models].sort((a, b) => {
    const [x, y] = [valueOf(a), valueOf(b)];
    if (x === null || y === null) return Number(x === null) - Number(y === null);
    const order = typeof x === 'string' ? x.localeCompare(String(y)) : x - Number(y);
    return sign * order || a.label.localeCompare(b.label);
  });
}

export type Published = { readonly label: string; readonly value: number; readonly ours: number | null; readonly source: string };

/** Published figures of a metric, each beside ours. */
export const publishedOf = (models: readonly Pick<EvaluatedModel, 'label' | 'metrics' | 'published'>[], metric: string): Published[] =>
  models.flatMap(({ label, metrics, published }) => published.filter((one) => one.metric === metric).map(({ value, source }) => ({ label, value, source, ours: metrics[metric]?.value ?? null })));
