import type { ModelName } from '../../../shared/contract/index.ts';
import type { ParameterValues } from '../workspace/parameters.ts';
import { als } from './als.ts';
import { bert4rec } from './bert4rec.ts';
import { content } from './content.ts';
import { ease } from './ease.ts';
import { hybridOf } from './hybrid.ts';
import { itemKnn } from './item-knn.ts';
import { popularity } from './popularity.ts';
import { random } from './random.ts';
import type { Recommender } from './recommender.ts';
import { sasrec } from './sasrec.ts';
import { semantic } from './semantic.ts';
import { svd, svdpp } from './svd.ts';
import { twoTower } from './two-tower.ts';
import { userKnn } from './user-knn.ts';

/** Every algorithm but the blend of them, in the order in which they are offered and trained. */
const single: Readonly<Record<Exclude<ModelName, 'hybrid'>, Recommender>> = { random, popularity, content, 'item-knn': itemKnn, 'user-knn': userKnn, svd, svdpp, ease, als, sasrec, bert4rec, 'two-tower': twoTower, semantic };

export const recommenders: Readonly<Record<ModelName, Recommender>> = { ...single, hybrid: hybridOf(single) };

/** The models that one is made of with these parameters. */
export function chosenBases(recommender: Recommender, parameters: ParameterValues): readonly ModelName[] {
  return recommender.chosen?.(parameters) ?? recommender.bases;
}

/** The tables beside the ratings that it and what it is made of learn from. */
export function readsOf(recommender: Recommender, parameters: ParameterValues): readonly Recommender['reads'][number][] {
  if (!recommender.chosen) return recommender.reads;
  const bases = chosenBases(recommender, parameters);
  return recommender.reads.filter((table) => bases.some((base) => recommenders[base].reads.includes(table)));
}

/** Whether it or what it is made of learns from the order of ratings. */
export function isOrdered(recommender: Recommender, parameters: ParameterValues): boolean {
  const own = typeof recommender.ordered === 'function' ? recommender.ordered(parameters) : (recommender.ordered ?? false);
  return own || chosenBases(recommender, parameters).some((base) => isOrdered(recommenders[base], parameters));
}
