import type { ModelName } from '../../../shared/contract/index.ts';
import { als } from './als.ts';
import { content } from './content.ts';
import { ease } from './ease.ts';
import { hybrid } from './hybrid.ts';
import { itemKnn } from './item-knn.ts';
import { popularity } from './popularity.ts';
import { random } from './random.ts';
import type { Recommender } from './recommender.ts';
import { svd, svdpp } from './svd.ts';
import { userKnn } from './user-knn.ts';

/** Every algorithm, in the order in which they are offered and trained: a blend comes after its parts. */
export const recommenders: Readonly<Record<ModelName, Recommender>> = { random, popularity, content, 'item-knn': itemKnn, 'user-knn': userKnn, svd, svdpp, ease, als, hybrid };
