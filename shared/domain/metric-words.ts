const metrics: Readonly<Record<string, string>> = {
  ndcg: 'NDCG', precision: 'precision', recall: 'recall', map: 'MAP', mrr: 'MRR', hit_rate: 'hit rate', coverage: 'coverage', novelty: 'novelty', diversity: 'diversity',
  serendipity: 'serendipity', calibration: 'miscalibration', popularity_bias: 'popularity bias', rmse: 'RMSE', mae: 'MAE', gini: 'Gini index',
};
const models: Readonly<Record<string, string>> = {
  'item-knn': 'item kNN', 'user-knn': 'user kNN', svd: 'SVD', svdpp: 'SVD++', als: 'ALS', ease: 'EASE', sasrec: 'SASRec', bert4rec: 'BERT4Rec', 'two-tower': 'two-tower',
};
/** Errors and distances. */
const costs = new Set(['rmse', 'mae', 'calibration', 'popularity_bias', 'gini']);

const nameOf = (metric: string): string => (metric.split('@')[0] ?? metric).replaceAll('-', '_');

/** A metric as a sentence has it: `ndcg@10` is `NDCG@10`, `hit-rate@20` is `hit rate@20`. */
export function metricWords(metric: string): string {
  const cutoff = metric.split('@')[1];
  const name = nameOf(metric);
  return `${metrics[name] ?? name.replaceAll('_', ' ')}${cutoff === undefined ? '' : `@${cutoff}`}`;
}

/** Whether less of a metric is better. */
export const lowerIsBetter = (metric: string): boolean => costs.has(nameOf(metric));

/** A model's label as a sentence has it: `ease lambda=250` is `EASE lambda=250`. */
export const modelWords = (label: string): string => label.replace(/^\S+/, (model) => models[model] ?? model);
