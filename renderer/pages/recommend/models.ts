import type { ModelInfo, ModelName } from '../../../shared/contract/recommend.ts';

/** The most telling model first. */
const preference: readonly ModelName[] = ['hybrid', 'ease', 'als', 'item-knn', 'user-knn', 'content', 'popularity', 'random'];

/** The model to begin with: the best one that is trained. */
export function firstModel(models: readonly ModelInfo[]): ModelName {
  return preference.find((name) => models.some(({ model, trained }) => model === name && trained)) ?? 'popularity';
}

export const modelState = ({ trained, stale }: Pick<ModelInfo, 'trained' | 'stale'>): string => (!trained ? 'not trained' : stale ? 'trained on older data' : 'trained');
