import type { ModelInfo, ModelName } from '../../../shared/contract/recommend.ts';

/** The most telling model first. */
const preference: readonly ModelName[] = ['hybrid', 'ease', 'als', 'item-knn', 'user-knn', 'content', 'popularity', 'random'];

/** The kinds of models, the simplest first. */
const families: readonly { readonly group: string; readonly models: readonly string[] }[] = [
  { group: 'Baselines', models: ['random', 'popularity'] },
  { group: 'Content', models: ['content', 'semantic'] },
  { group: 'Neighbours', models: ['item-knn', 'user-knn'] },
  { group: 'Factorisation', models: ['svd', 'svdpp', 'als'] },
  { group: 'Linear', models: ['ease'] },
  { group: 'Neural', models: ['sasrec', 'bert4rec', 'two-tower'] },
  { group: 'Blend', models: ['hybrid'] },
];

/** Options of a list to choose models from, by their kind. */
export function modelOptions(models: readonly ModelInfo[]): { group: string; items: { value: ModelName; label: string }[] }[] {
  return families
    .map(({ group, models: names }) => ({ group, items: models.filter(({ model }) => names.includes(model)).map(({ model, title }) => ({ value: model, label: title })) }))
    .filter(({ items }) => items.length > 0);
}

/** A model's name where there is little room: of `Next film (SASRec)` what stands in brackets. */
export const shortTitle = ({ title }: Pick<ModelInfo, 'title'>): string => /\(([^)]+)\)$/.exec(title)?.[1] ?? title;

/** Models to stand side by side before any are chosen: the most telling two that are trained. */
export function firstCompared(models: readonly ModelInfo[]): ModelName[] {
  return preference.filter((name) => models.some(({ model, trained }) => model === name && trained)).slice(0, 2);
}

/** The model to begin with: the best one that is trained. */
export function firstModel(models: readonly ModelInfo[]): ModelName {
  return preference.find((name) => models.some(({ model, trained }) => model === name && trained)) ?? 'popularity';
}

export const modelState = ({ trained, stale }: Pick<ModelInfo, 'trained' | 'stale'>): string => (!trained ? 'not trained' : stale ? 'trained on older data' : 'trained');
