import type { Comparison, Evaluation } from '../../../shared/contract/evaluation.ts';
import { useEngine } from '../../host/engine.ts';

/** All pairs of an evaluation compared by a metric: those that came with it, else asked for. Empty where the metric is no mean over users. */
export function useComparisons({ id, models, comparisons }: Pick<Evaluation, 'id' | 'models' | 'comparisons'>, metric: string) {
  const own: readonly Comparison[] = comparisons.filter((comparison) => comparison.metric === metric);
  const measured = models.filter((model) => model.metrics[metric]?.low != null).length;
  const possible = measured > 1;
  const answer = useEngine('evaluation.compare', { id, metric }, { enabled: own.length === 0 && possible });
  return { list: own.length > 0 ? own : (answer.data ?? []), possible, pending: own.length === 0 && possible && answer.isPending, error: own.length === 0 && possible ? answer.error : null };
}
