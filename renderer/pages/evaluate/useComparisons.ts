import type { Comparison, Evaluation } from '../../../shared/contract/evaluation.ts';

/** The pairs of an evaluation compared by a metric, as far as they came with it. */
export const useComparisons = ({ comparisons }: Pick<Evaluation, 'comparisons'>, metric: string): { readonly list: readonly Comparison[] } => ({ list: comparisons.filter((comparison) => comparison.metric === metric) });
