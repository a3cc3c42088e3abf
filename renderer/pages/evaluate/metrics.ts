import type { EvaluatedModel, Figure } from '../../../shared/contract/evaluation.ts';
import { metricWords } from '../../../shared/domain/metric-words.ts';
import { formatDecimal } from '../../components/format.ts';

/** A metric as it is written in an evaluation, taken apart: `ndcg@10` is `ndcg` at the cutoff 10, `rmse` has none. */
export interface MetricName {
  readonly name: string;
  readonly cutoff: number | null;
}

export function parseMetric(key: string): MetricName {
  const at = key.lastIndexOf('@');
  const cutoff = Number(key.slice(at + 1));
  return at > 0 && Number.isInteger(cutoff) ? { name: key.slice(0, at), cutoff } : { name: key, cutoff: null };
}

/** `ndcg@10` → `NDCG@10`, `hit-rate@20` → `Hit rate@20`. */
export const metricTitle = (key: string): string => metricWords(key).replace(/^./, (first) => first.toUpperCase());

/** All metrics that any of the models has, in their order of appearance. */
export const metricsOf = (models: readonly Pick<EvaluatedModel, 'metrics'>[]): string[] => [...new Set(models.flatMap(({ metrics }) => Object.keys(metrics)))];

/** The metrics without their cutoffs, and the cutoffs that each was counted at. */
export function metricChoices(keys: readonly string[]): { readonly name: string; readonly title: string; readonly cutoffs: readonly number[] }[] {
  const groups = Map.groupBy(keys.map(parseMetric), ({ name }) => name);
  return [...groups].map(([name, list]) => ({ name, title: metricTitle(name), cutoffs: list.flatMap(({ cutoff }) => (cutoff === null ? [] : [cutoff])) }));
}

/** The metric by that name at this cutoff, or at the nearest one that it was counted at. */
export function metricAt(keys: readonly string[], name: string, cutoff: number | null): string | undefined {
  const fitting = keys.filter((key) => parseMetric(key).name === name);
  const distance = (key: string) => Math.abs((parseMetric(key).cutoff ?? 0) - (cutoff ?? 0));
  return fitting.reduce<string | undefined>((best, key) => (best === undefined || distance(key) < distance(best) ? key : best), undefined);
}

/** What a reader opens first: NDCG where lists were measured, else the first there is. */
export const firstMetric = (keys: readonly string[]): string | undefined => keys.find((key) => parseMetric(key).name === 'ndcg') ?? keys[0];

/** Decimals so that a column lines up and no figure of it is lost: four, and fewer for large ones. */
export const digitsFor = (values: readonly number[]): number => {
  const largest = Math.max(0, ...values.filter(Number.isFinite).map(Math.abs));
  return largest >= 100 ? 1 : largest >= 10 ? 3 : 4;
};

export const intervalText = ({ low, high }: Pick<Figure, 'low' | 'high'>, digits: number): string => (low === null || high === null ? '–' : `${formatDecimal(low, digits)} – ${formatDecimal(high, digits)}`);

/** A figure's difference with its sign, so that a column of them lines up: +.0120, −.0031. */
export const signed = (value: number, digits: number): string => {
  const text = formatDecimal(Math.abs(value), digits);
  return /^[0.,]*$/.test(text) ? `±${text}` : `${value < 0 ? '−' : '+'}${text}`;
};

/** A probability as papers print it. */
export const formatP = (p: number): string => (p < 0.001 ? '< 0.001' : formatDecimal(p, 3));

/** Cohen's names for the size of an effect. */
export const effectWords = (effect: number): string => {
  const size = Math.abs(effect);
  return size < 0.1 ? 'negligible' : size < 0.2 ? 'very small' : size < 0.5 ? 'small' : size < 0.8 ? 'medium' : 'large';
};
