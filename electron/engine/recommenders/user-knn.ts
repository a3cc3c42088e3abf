import type { Csr, Kernels } from '../kernels/index.ts';
import type { ParameterValues } from '../workspace/parameters.ts';
import { breathe } from './breathe.ts';
import { positionOf, ratedPositions } from './catalogue.ts';
import { columnLengths, inverseFrequencies, rowLengths, saturation, saturations, type Similarity } from './similarities.ts';
import { indexOf, interactions, ratingsOver, spread, transpose } from './matrices.ts';
import { fitRatingKnn, loadRatingKnn, ratingKnnMemory, savedFeedback } from './rating-knn.ts';
import type { Catalogue, History, Model, Recommender } from './recommender.ts';
import { filmsAt, savedArray, savedNumber, savedPositions, savedText } from './saved.ts';
import { knnSpace } from './space.ts';

/**
 * User-based nearest neighbours (Resnick et al. 1994; Breese et al. 1998).
 *
 * From who rated what (`feedback: implicit`): a user's neighbours are the most similar others by
 * Σⱼ xⱼ yᵥⱼ / (|x| |yᵥ| + shrinkage), as far as that is above 0; the score of a film is the sum of similarity × importance
 * over those neighbours who rated it. Values, where user v rated film j: `cosine` 1; `tfidf` idf of the film,
 * ln(users / (1 + users who rated it)); `bm25` the same × the user's saturation (similarities.ts), which is the user's
 * importance, too, and 1 otherwise; `pearson` the rating less the user's mean, a film that was not rated standing at it. A
 * history's values are weighed by its weights, with `pearson` taken from its own ratings.
 *
 * Nothing is trained but put in order: neighbours are found when a list is asked for, in one pass over who rated the films
 * of the history, so that no matrix of pairs of users exists. Hence fold-in is exact: a known user (who is left out of the
 * neighbours) gets what a fit gives, and a history that was never seen gets what a fit with it would give, but for `tfidf` and
 * `bm25`, where one user more changes users / (1 + users who rated the film) a little.
 *
 * The score splits over the films of the history: xⱼ yᵥⱼ is film j's part of the similarity to v.
 *
 * From ratings (`feedback: ratings`): kNN-Baseline over users (rating-knn.ts).
 */
export const userKnn: Recommender = {
  name: 'user-knn',
  title: 'Like-minded people (user kNN)',
  about: 'What people who rated the same films also rated. Learns from who rated what: every rating counts as one. Change a rating and it counts more or less. Needs no training, finds the neighbours when it is asked. Set to ratings, it predicts ratings.',
  version: 1,
  reads: [],
  bases: [],
  parameters: ['recommenders.user-knn'],
  space: ({ recommenders }) => knnSpace(recommenders['user-knn'].feedback),
  memory({ users, films, ratings }, { parameters }) {
    const { feedback, similarity } = parameters.recommenders['user-knn'];
    // Films of each user and users of each film; with them the ratings, and on the way a copy.
    return feedback === 'ratings' ? ratingKnnMemory({ users, films, ratings }) : (similarity === 'pearson' ? 20 : 16) * ratings + 32 * users;
  },
  seconds: ({ ratings }, { parameters }) => ratings * (parameters.recommenders['user-knn'].feedback === 'ratings' ? 2.5e-7 : 4e-8),
  async fit(train, context) {
    const options = context.parameters.recommenders['user-knn'];
    if (options.feedback === 'ratings') return fitRatingKnn('user-knn', train, options, context.signal);
    const positions = ratedPositions(train.catalogue.counts);
    const matrix = options.similarity === 'pearson' ? ratingsOver(train, positions) : interactions(train, positions);
    await breathe(context.signal);
    return userKnnModel(train.catalogue, { positions, userIds: train.userIds, matrix, ...optionsOf(options) }, context.kernels);
  },
  load(saved, catalogue, kernels) {
    if (savedFeedback(saved) === 'ratings') return loadRatingKnn('user-knn', saved, catalogue);
    const positions = savedPositions(saved, catalogue);
    const userIds = savedArray(saved, 'userIds', Int32Array);
    const similarity = similarityOf(savedText(saved, 'similarity'));
    const indices = savedArray(saved, 'indices', Int32Array);
    return userKnnModel(catalogue, {
      positions, userIds, similarity, neighbours: savedNumber(saved, 'neighbours'), shrinkage: savedNumber(saved, 'shrinkage'),
      matrix: { rows: userIds.length, columns: positions.length, indptr: savedArray(saved, 'indptr', Int32Array), indices, values: similarity === 'pearson' ? savedArray(saved, 'values', Float32Array) : new Float32Array(0) },
    }, kernels);
  },
};

interface Options {
  readonly similarity: Similarity;
  readonly neighbours: number;
  readonly shrinkage: number;
}

function optionsOf({ similarity, neighbours, shrinkage }: ParameterValues['recommenders']['user-knn']): Options {
  return { similarity, neighbours, shrinkage };
}

function similarityOf(text: string): Similarity {
  return text === 'tfidf' || text === 'bm25' || text === 'pearson' ? text : 'cosine';
}

interface Parts extends Options {
  readonly positions: Int32Array;
  readonly userIds: Int32Array;
  /** Users × modelled films; the ratings where `pearson` needs them. */
  readonly matrix: Csr;
}

/** The neighbours of a history: rows of users, and what each one's vote counts. */
interface Neighbourhood {
  readonly users: Int32Array;
  readonly votes: Float64Array;
  /** What film `film` (at `i` in the history) adds to the vote of neighbour `n`, where that one's value for it is `value`. */
  part(n: number, i: number, value: number): number;
}

function userKnnModel(catalogue: Catalogue, parts: Parts, kernels: Kernels): Model {
  const { positions, userIds, matrix, similarity, neighbours, shrinkage } = parts;
  const users = matrix.rows;
  const index = indexOf(positions, catalogue.movieIds.length);
  const lengths = rowLengths(matrix);
  const meanLength = lengths.reduce((sum, length) => sum + length, 0) / Math.max(1, lengths.reduce((some, length) => some + Number(length > 0), 0));
  const idf = similarity === 'tfidf' || similarity === 'bm25' ? inverseFrequencies(columnLengths(matrix), users) : new Float32Array(positions.length).fill(1);
  const importance = similarity === 'bm25' ? saturations(lengths) : new Float32Array(users).fill(1);
  const values = similarity === 'pearson' ? centred(matrix) : undefined;
  const byFilm = transpose(matrix, values);
  const norms = Float64Array.from({ length: users }, (_, row) => {
    let square = 0;
    for (let at = matrix.indptr[row] ?? 0; at < (matrix.indptr[row + 1] ?? 0); at++) square += (values ? (values[at] ?? 0) : (idf[matrix.indices[at] ?? 0] ?? 0)) ** 2;
    return Math.sqrt(square) * (importance[row] ?? 1);
  });

  /** Modelled films of a history with their values x, and |x|. */
  function vectorOf(history: History) {
    const known = Array.from(history.positions.keys()).filter((i) => (index[history.positions[i] ?? 0] ?? -1) >= 0);
    const films = Int32Array.from(known, (i) => index[history.positions[i] ?? 0] ?? 0);
    const mean = known.reduce((sum, i) => sum + (history.ratings[i] ?? 0), 0) / Math.max(1, known.length);
    const own = similarity === 'bm25' ? saturation(known.length, meanLength) : 1;
    const x = Float64Array.from(known, (i, at) => (similarity === 'pearson' ? (history.ratings[i] ?? 0) - mean : (history.weights[i] ?? 0) * (idf[films[at] ?? 0] ?? 0) * own));
    return { films, x, norm: Math.sqrt(x.reduce((sum, value) => sum + value * value, 0)) };
  }

  function neighbourhood(history: History, { films, x, norm }: ReturnType<typeof vectorOf>): Neighbourhood {
    const products = new Float64Array(users);
    for (let i = 0; i < films.length; i++) {
      const film = films[i] ?? 0;
      const end = byFilm.indptr[film + 1] ?? 0;
      const own = x[i] ?? 0;
      const value = own * (idf[film] ?? 0);
      if (values) for (let at = byFilm.indptr[film] ?? 0; at < end; at++) products[byFilm.indices[at] ?? 0] = (products[byFilm.indices[at] ?? 0] ?? 0) + own * (byFilm.values[at] ?? 0);
      else for (let at = byFilm.indptr[film] ?? 0; at < end; at++) products[byFilm.indices[at] ?? 0] = (products[byFilm.indices[at] ?? 0] ?? 0) + value;
    }
    if (history.user !== null) products[positionOf(userIds, history.user) ?? -1] = 0;
    const scale = (user: number) => (importance[user] ?? 1) / (norm * (norms[user] ?? 0) + shrinkage);
    const near = new Float32Array(users).fill(Number.NEGATIVE_INFINITY);
    for (let user = 0; user < users; user++) if ((products[user] ?? 0) > 0) near[user] = (products[user] ?? 0) * scale(user);
    const nearest = kernels.top(near, neighbours);
    return {
      users: nearest,
      votes: Float64Array.from(nearest, (user) => (products[user] ?? 0) * scale(user) * (importance[user] ?? 1)),
      part: (n, i, value) => (x[i] ?? 0) * value * scale(nearest[n] ?? 0) * (importance[nearest[n] ?? 0] ?? 1),
    };
  }

  return {
    name: 'user-knn',
    catalogue,
    size: { items: positions.length, users },
    personal: true,
    knows: (position) => (index[position] ?? -1) >= 0,
    foldIn(history) {
      const vector = vectorOf(history);
      const near = neighbourhood(history, vector);
      const sums = new Float64Array(positions.length);
      near.users.forEach((user, n) => {
        const vote = near.votes[n] ?? 0;
        for (let at = matrix.indptr[user] ?? 0, end = matrix.indptr[user + 1] ?? 0; at < end; at++) sums[matrix.indices[at] ?? 0] = (sums[matrix.indices[at] ?? 0] ?? 0) + vote;
      });
      return {
        scores: spread(sums, positions, catalogue.movieIds.length),
        explain(position) {
          const target = index[position] ?? -1;
          if (target < 0) return [];
          const contributions = new Float64Array(vector.films.length);
          near.users.forEach((user, n) => {
            const [from, to] = [matrix.indptr[user] ?? 0, matrix.indptr[user + 1] ?? 0];
            const theirs = matrix.indices.subarray(from, to);
            if (positionOf(theirs, target) === undefined) return;
            vector.films.forEach((film, i) => {
              const at = positionOf(theirs, film);
              if (at !== undefined) contributions[i] = (contributions[i] ?? 0) + near.part(n, i, values ? (values[from + at] ?? 0) : (idf[film] ?? 0));
            });
          });
          return [{ kind: 'because-you-rated', evidence: Array.from(vector.films, (film, i) => ({ position: positions[film] ?? 0, contribution: contributions[i] ?? 0 })) }];
        },
      };
    },
    save: () => ({
      arrays: { films: filmsAt(positions, catalogue), userIds, indptr: matrix.indptr, indices: matrix.indices, ...(similarity === 'pearson' ? { values: matrix.values } : {}) },
      meta: { feedback: 'implicit', similarity, neighbours, shrinkage },
    }),
  };
}

/** Ratings less the mean of their user. */
function centred({ rows, indptr, values }: Csr): Float32Array {
  const out = new Float32Array(values.length);
  for (let row = 0; row < rows; row++) {
    const own = values.subarray(indptr[row], indptr[row + 1]);
    const mean = own.reduce((sum, value) => sum + value, 0) / Math.max(1, own.length);
    own.forEach((value, i) => (out[(indptr[row] ?? 0) + i] = value - mean));
  }
  return out;
}
