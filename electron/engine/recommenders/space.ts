import type { SearchDimension } from '../../../shared/contract/index.ts';

/** Values between two ends, on a logarithmic scale: for what matters by its order of magnitude. `path` is the parameter's name after `recommenders.<model>.`. */
export const magnitudes = (path: string, low: number, high: number): SearchDimension => ({ path, low, high, log: true, integer: false });
/** The same for whole numbers. */
export const counts = (path: string, low: number, high: number): SearchDimension => ({ path, low, high, log: true, integer: true });
/** One of these values. */
export const oneOf = (path: string, values: readonly (number | string | boolean)[]): SearchDimension => ({ path, values: [...values], log: false, integer: false });

/** What is searched for nearest neighbours: other parameters count where they learn from ratings. */
export const knnSpace = (feedback: 'implicit' | 'ratings'): SearchDimension[] =>
  feedback === 'implicit'
    ? [counts('neighbours', 10, 1000), oneOf('shrinkage', [0, 1, 3, 10, 30, 100, 300]), oneOf('similarity', ['cosine', 'tfidf', 'bm25', 'pearson'])]
    : [counts('rating_neighbours', 10, 200), oneOf('rating_similarity', ['msd', 'cosine', 'pearson', 'pearson-baseline']), magnitudes('rating_shrinkage', 1, 1000)];

/** What is searched for models of sequences. */
export const sequenceSpace: readonly SearchDimension[] = [oneOf('width', [32, 64, 96, 128]), oneOf('blocks', [1, 2, 3]), oneOf('length', [50, 100, 200]), oneOf('dropout', [0, 0.1, 0.2, 0.3, 0.5]), magnitudes('rate', 0.0003, 0.003)];
