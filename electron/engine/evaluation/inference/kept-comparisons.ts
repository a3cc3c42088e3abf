import type { Comparison } from '../../../../shared/contract/index.ts';
import type { KeptEvaluations } from '../kept.ts';
import { compare } from './compare.ts';
import type { UserValues } from './paired.ts';

/** Compares the models of an evaluation by a metric that was measured by user. @throws not-found where no two models have it */
export async function compareKept(kept: KeptEvaluations, id: string, metric: string, against: string | undefined, signal: AbortSignal): Promise<Comparison[]> {
  const { models, protocol } = await kept.get(id);
  const perUser = new Map<string, UserValues>();
  for (const { label, metrics, error } of models) if (error === null && metrics[metric]) perUser.set(label, await kept.perUser(id, label, metric));
  // Says which metrics there are by user, where this is none of them.
  if (perUser.size === 0 && models[0]) await kept.perUser(id, models[0].label, metric);
  return compare(perUser, { metric, seed: protocol.seed, against, signal });
}
