import type { Csr } from '../kernels/index.ts';
import type { ParameterValues } from '../workspace/parameters.ts';
import { type Baseline, fitBaseline, foldInBaseline } from './baseline.ts';
import { breathe } from './breathe.ts';
import { positionOf, ratedPositions } from './catalogue.ts';
import { type RatingSimilarity, similaritiesTo } from './co-ratings.ts';
import { indexOf, ratingsOver, spread, transpose } from './matrices.ts';
import type { Catalogue, DataSize, Explanation, History, Model, SavedModel, TrainingData } from './recommender.ts';
import { filmsAt, savedArray, savedNumber, savedPositions, savedText } from './saved.ts';

/**
 * kNN-Baseline (Koren 2010, "Factor in the neighbors", formula 3; Surprise's KNNBaseline): a rating is predicted as the
 * baseline μ + b_u + b_i plus what the nearest neighbours stand above or below theirs,
 *
 *   Σ sim · (r - b) / Σ sim,
 *
 * over the `rating_neighbours` most similar with a similarity above 0: for `user-knn` users v who rated the film, (u, v);
 * for `item-knn` films j that the user rated, (i, j). Equal ones: the smaller id first. With fewer than `rating_least` the
 * baseline stands alone. Similarities are those of co-ratings.ts. Predictions are not clipped.
 *
 * No matrix of pairs is kept. The similarities of a user to all others come of one pass over who rated the user's films;
 * those of a film are kept while there is room (`ROWS_BYTES`). A known user is folded in exactly: b_u is that of the fit, since
 * the last half of its last round solves for users, and they are no neighbour of themselves.
 */
type Name = 'item-knn' | 'user-knn';
type Options = Pick<ParameterValues['recommenders'][Name], 'rating_similarity' | 'rating_neighbours' | 'rating_least' | 'rating_shrinkage'>;

interface Parts {
  readonly positions: Int32Array;
  readonly userIds: Int32Array;
  /** Users × modelled films. */
  readonly ratings: Csr;
  readonly baseline: Baseline;
  readonly options: Options;
}

/** Similarities of films that are kept for the next user. */
const ROWS_BYTES = 256 * 2 ** 20;

export function ratingKnnMemory({ users, ratings }: Pick<DataSize, 'users' | 'films' | 'ratings'>): number {
  // The ratings by user and by film, as given and less their baselines, and the sums of one line.
  return 32 * ratings + 64 * users + ROWS_BYTES;
}

export async function fitRatingKnn(name: Name, train: TrainingData, options: Options, signal: AbortSignal | undefined): Promise<Model> {
  const positions = ratedPositions(train.catalogue.counts);
  const ratings = ratingsOver(train, positions);
  await breathe(signal);
  const baseline = fitBaseline(ratings);
  await breathe(signal);
  return ratingKnnModel(name, train.catalogue, { positions, userIds: train.userIds, ratings, baseline, options });
}

export function loadRatingKnn(name: Name, saved: SavedModel, catalogue: Catalogue): Model {
  const positions = savedPositions(saved, catalogue);
  const userIds = savedArray(saved, 'userIds', Int32Array);
  return ratingKnnModel(name, catalogue, {
    positions, userIds,
    ratings: { rows: userIds.length, columns: positions.length, indptr: savedArray(saved, 'indptr', Int32Array), indices: savedArray(saved, 'indices', Int32Array), values: savedArray(saved, 'values', Float32Array) },
    baseline: { mean: savedNumber(saved, 'mean'), users: savedArray(saved, 'userBiases', Float64Array), films: savedArray(saved, 'filmBiases', Float64Array) },
    options: {
      rating_similarity: similarityOf(savedText(saved, 'similarity')), rating_neighbours: savedNumber(saved, 'neighbours'),
      rating_least: savedNumber(saved, 'least'), rating_shrinkage: savedNumber(saved, 'shrinkage'),
    },
  });
}

/** Which of the two a saved model of neighbours is. */
export function savedFeedback(saved: SavedModel): string {
  return savedText(saved, 'feedback');
}

function similarityOf(text: string): RatingSimilarity {
  return text === 'cosine' || text === 'pearson' || text === 'pearson-baseline' ? text : 'msd';
}

/** What one user's ratings say of films. */
interface Taste {
  /** The predicted rating of a modelled film, and the neighbours that it rests on. */
  rate(film: number): number;
  strongest: Strongest;
}

interface Rated {
  readonly row: number;
  /** Modelled films, ascending, and their ratings. */
  readonly films: Int32Array;
  readonly values: Float32Array;
}

function ratingKnnModel(name: Name, catalogue: Catalogue, parts: Parts): Model {
  const { positions, userIds, ratings, baseline, options } = parts;
  const { rating_similarity: similarity, rating_neighbours: most, rating_least: least, rating_shrinkage: shrinkage } = options;
  const index = indexOf(positions, catalogue.movieIds.length);
  const expected = (user: number, film: number) => baseline.mean + user + (baseline.films[film] ?? 0);
  const residuals = ratings.values.slice();
  for (let row = 0; row < ratings.rows; row++) {
    for (let at = ratings.indptr[row] ?? 0; at < (ratings.indptr[row + 1] ?? 0); at++) residuals[at] = (ratings.values[at] ?? 0) - expected(baseline.users[row] ?? 0, ratings.indices[at] ?? 0);
  }
  const compared = similarity === 'pearson-baseline' ? residuals : ratings.values;
  const byUser = { ...ratings, values: compared };
  const byFilm = transpose(ratings, compared);
  const residualsByFilm = similarity === 'pearson-baseline' ? byFilm.values : transpose(ratings, residuals).values;
  const rows = new FilmRows(positions.length, (film) => similaritiesTo(
    { indices: byFilm.indices.subarray(byFilm.indptr[film], byFilm.indptr[film + 1]), values: byFilm.values.subarray(byFilm.indptr[film], byFilm.indptr[film + 1]) },
    byUser, similarity, shrinkage));

  const ownValues = ({ films, values }: Rated, user: number) => (similarity === 'pearson-baseline' ? values.map((value, i) => value - expected(user, films[i] ?? 0)) : values);
  const strongest = new Strongest(most);

  function byLikeMinded(rated: Rated, user: number): Taste {
    const near = similaritiesTo({ indices: rated.films, values: ownValues(rated, user) }, byFilm, similarity, shrinkage);
    if (rated.row >= 0) near[rated.row] = 0;
    return {
      strongest,
      rate(film) {
        strongest.clear();
        for (let at = byFilm.indptr[film] ?? 0, end = byFilm.indptr[film + 1] ?? 0; at < end; at++) {
          const sim = near[byFilm.indices[at] ?? 0] ?? 0;
          if (sim > strongest.least) strongest.offer(sim, residualsByFilm[at] ?? 0, byFilm.indices[at] ?? 0);
        }
        return expected(user, film) + strongest.mean(least);
      },
    };
  }

  /** `asked` films are few beside those of the history, or all. */
  function byLikeFilms({ films, values }: Rated, user: number, asked: number): Taste {
    const above = Float64Array.from(values, (value, i) => value - expected(user, films[i] ?? 0));
    const own = asked < films.length ? undefined : Array.from(films, (film) => rows.of(film));
    return {
      strongest,
      rate(film) {
        strongest.clear();
        const near = own ? undefined : rows.of(film);
        for (let i = 0; i < films.length; i++) {
          const rated = films[i] ?? 0;
          if (rated === film) continue;
          const sim = (near ? near[rated] : own?.[i]?.[film]) ?? 0;
          if (sim > strongest.least) strongest.offer(sim, above[i] ?? 0, rated);
        }
        return expected(user, film) + strongest.mean(least);
      },
    };
  }

  const tasteOf = (rated: Rated, asked: number) => {
    const user = foldInBaseline(baseline, rated.films, rated.values);
    return name === 'user-knn' ? byLikeMinded(rated, user) : byLikeFilms(rated, user, asked);
  };
  const ratedIn = (history: History): Rated => {
    const known = Array.from(history.positions.keys()).filter((i) => (index[history.positions[i] ?? 0] ?? -1) >= 0);
    return {
      row: history.user === null ? -1 : (positionOf(userIds, history.user) ?? -1),
      films: Int32Array.from(known, (i) => index[history.positions[i] ?? 0] ?? 0),
      values: Float32Array.from(known, (i) => history.ratings[i] ?? 0),
    };
  };
  const explained = (taste: Taste, film: number): Explanation[] => {
    const total = taste.rate(film);
    const { count } = taste.strongest;
    const departure = taste.strongest.mean(least);
    if (name === 'user-knn') return [{ kind: 'like-minded', people: departure === 0 && count < least ? 0 : count, expected: total - departure, above: departure }];
    return [{ kind: 'because-you-rated', evidence: taste.strongest.parts(least).map(({ line, part }) => ({ position: positions[line] ?? 0, contribution: part })) }];
  };

  return {
    name,
    catalogue,
    size: { items: positions.length, users: userIds.length },
    personal: true,
    knows: (position) => (index[position] ?? -1) >= 0,
    foldIn(history) {
      const taste = tasteOf(ratedIn(history), positions.length);
      const scores = Float32Array.from(positions, (_, film) => taste.rate(film));
      return {
        scores: spread(scores, positions, catalogue.movieIds.length),
        explain: (position) => ((index[position] ?? -1) < 0 ? [] : explained(taste, index[position] ?? 0)),
      };
    },
    rate(user, asked) {
      const row = positionOf(userIds, user) ?? -1;
      const [from, to] = row < 0 ? [0, 0] : [ratings.indptr[row] ?? 0, ratings.indptr[row + 1] ?? 0];
      const taste = tasteOf({ row, films: ratings.indices.subarray(from, to), values: ratings.values.subarray(from, to) }, asked.length);
      return Float32Array.from(asked, (position) => {
        const film = index[position] ?? -1;
        return film < 0 ? baseline.mean + (row < 0 ? 0 : (baseline.users[row] ?? 0)) : taste.rate(film);
      });
    },
    save: () => ({
      arrays: { films: filmsAt(positions, catalogue), userIds, indptr: ratings.indptr, indices: ratings.indices, values: ratings.values, userBiases: baseline.users, filmBiases: baseline.films },
      meta: { feedback: 'ratings', similarity, neighbours: most, least, shrinkage, mean: baseline.mean },
    }),
  };
}

/** The few neighbours with the highest similarities, each with what it stands above its baseline; the first of equal ones is kept. */
class Strongest {
  count = 0;
  /** What a similarity must be above to enter. */
  least = 0;
  readonly #similarities: Float64Array;
  readonly #above: Float64Array;
  readonly #lines: Int32Array;

  constructor(most: number) {
    this.#similarities = new Float64Array(most);
    this.#above = new Float64Array(most);
    this.#lines = new Int32Array(most);
  }

  clear(): void {
    this.count = 0;
    this.least = 0;
  }

  offer(similarity: number, above: number, line: number): void {
    const [similarities, most] = [this.#similarities, this.#similarities.length];
    let at = this.count < most ? this.count++ : most - 1;
    for (; at > 0 && (similarities[at - 1] ?? 0) < similarity; at--) {
      similarities[at] = similarities[at - 1] ?? 0;
      this.#above[at] = this.#above[at - 1] ?? 0;
      this.#lines[at] = this.#lines[at - 1] ?? 0;
    }
    similarities[at] = similarity;
    this.#above[at] = above;
    this.#lines[at] = line;
    if (this.count === most) this.least = similarities[most - 1] ?? 0;
  }

  /** What they stand above their baselines, each as it is similar; 0 where they are too few. */
  mean(fewest: number): number {
    if (this.count === 0 || this.count < fewest) return 0;
    let [sum, weight] = [0, 0];
    for (let at = 0; at < this.count; at++) {
      weight += this.#similarities[at] ?? 0;
      sum += (this.#similarities[at] ?? 0) * (this.#above[at] ?? 0);
    }
    return sum / weight;
  }

  /** Each one's part of the mean. */
  parts(fewest: number): { line: number; part: number }[] {
    if (this.count < fewest) return [];
    const weight = this.#similarities.subarray(0, this.count).reduce((sum, similarity) => sum + similarity, 0);
    return Array.from({ length: this.count }, (_, at) => ({ line: this.#lines[at] ?? 0, part: ((this.#similarities[at] ?? 0) * (this.#above[at] ?? 0)) / weight }));
  }
}

/** Similarities of a film to all others, kept for those asked for last. */
class FilmRows {
  readonly #kept = new Map<number, Float32Array>();
  readonly #most: number;
  readonly #compute: (film: number) => Float32Array;

  constructor(films: number, compute: (film: number) => Float32Array) {
    this.#most = Math.max(1, Math.floor(ROWS_BYTES / (4 * Math.max(1, films))));
    this.#compute = compute;
  }

  of(film: number): Float32Array {
    const known = this.#kept.get(film);
    const row = known ?? this.#compute(film);
    if (known) this.#kept.delete(film);
    this.#kept.set(film, row);
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= this.#most) break;
      this.#kept.delete(oldest);
    }
    return row;
  }
}
