import { ReelbenchError } from '../../../shared/contract/index.ts';
import type { Kernels } from '../kernels/index.ts';
import { Layout } from '../neural/learner.ts';
import { shared } from '../neural/learners.ts';
import { personInputs, RECENT, towerParameters, type TowerShape, type TowersOrder } from '../neural/towers.ts';
import { trainLearner } from '../neural/training.ts';
import { breathe } from './breathe.ts';
import { positionOf } from './catalogue.ts';
import { CONTENT_FEATURES, contentFeatures } from './content-features.ts';
import { indexOf, INTERACTION_BYTES, interactions, spread } from './matrices.ts';
import type { Catalogue, DataSize, FitContext, History, Model, Recommender } from './recommender.ts';
import { filmsAt, savedArray, savedNumber, savedPositions } from './saved.ts';
import { checkedUsers, sequencesOf } from './sequences.ts';
import { counts, magnitudes } from './space.ts';

/** With more people than this none has a vector of their own: their history says as much, and the table would be copied at each step. */
const MOST_PEOPLE = 50_000;
const WARMUP = 100;
const THREADS = 4;
/** Copies of the weights that a training holds: Adam's two, the gradient, the mean, the best, what is handed over. */
const COPIES = 8;

/**
 * Two towers, one that reads people and one that reads films (neural/towers.ts), trained by in-batch softmax with logQ
 * correction. Film vectors are kept, so that a list is one small network for the person and one product over the films, as
 * with ALS. A person is a history, and for those of the training data a vector of their own; a film that nobody rated is
 * placed by its genres and tags.
 */
export const twoTower: Recommender = {
  name: 'two-tower',
  title: 'Two towers (retrieval)',
  about: 'Places people, by what they rated last, and films, by who rated them and by genre and tags, in one space. Finds candidates in large catalogues at once, also films that nobody has rated. Ratings do not matter, only what was rated and when; a film rated far below the usual is left out. Reasons name films of the history that it places near.',
  version: 1,
  reads: ['movies', 'movie_genres', 'tags'],
  ordered: true,
  curve: { loss: 'in-batch cross-entropy', metric: 'recall@100 (of 10 below 1,000 films)' },
  bases: [],
  parameters: ['recommenders.two-tower', 'engine.seed'],
  space: () => [magnitudes('temperature', 0.03, 0.3), magnitudes('rate', 0.0005, 0.01), counts('width', 32, 128), counts('length', 10, 200)],
  effort: 'epochs',
  memory: (size, { kernels, parameters }) => memoryOf(shapeOf(parameters.recommenders['two-tower'], size), size, kernels.threads),
  seconds({ ratings }, { parameters, kernels }) {
    const { epochs, max_minutes: minutes, width, hidden } = parameters.recommenders['two-tower'];
    // Microseconds of one rating, as measured on one core of 2023 at the usual widths.
    const each = 6 + 10 * (hidden / 128) * (width / 64);
    return Math.min(60 * minutes, (ratings * each * Math.min(epochs, 15)) / 1e6 / Math.min(THREADS, kernels.threads));
  },
  async fit(train, context) {
    const options = context.parameters.recommenders['two-tower'];
    const { seed } = context.parameters.engine;
    const { catalogue } = train;
    const positions = Int32Array.from(catalogue.counts.keys()).filter((position) => (catalogue.counts[position] ?? 0) > 0 || (train.terms[position]?.length ?? 0) > 0);
    const size = { users: train.userIds.length, films: positions.length, ratings: train.ratings.indices.length, terms: 0 };
    const shape = shapeOf(options, size);
    refuse(memoryOf(shape, size, context.kernels.threads), size, context);
    const { starts, history } = sequencesOf(train, positions);
    if (!train.userIds.some((_, user) => (starts[user + 1] ?? 0) - (starts[user] ?? 0) >= 2)) {
      throw new ReelbenchError('not-ready', 'two-tower learns what follows what, and no user has two ratings.', { hint: 'Import more ratings, or train another model.' });
    }
    const checked = checkedUsers(starts, options.validation_users, seed);
    const features = new Float32Array(new SharedArrayBuffer(4 * (positions.length + 1) * CONTENT_FEATURES));
    features.set(contentFeatures(Array.from(positions, (position) => train.terms[position] ?? [])), CONTENT_FEATURES);
    const order: TowersOrder = { kind: 'towers', ...shape, temperature: options.temperature, starts: shared(starts), history: shared(history), features, checked };
    const checkpoint = await context.keep?.(['two-tower', twoTower.version, options, seed, printOf(history), printOf(features)], interactions(train, positions));
    const { weights, points, best, ended } = await trainLearner(order, {
      threads: Math.max(1, Math.min(THREADS, context.kernels.threads)), seed, rate: options.rate, warmup: WARMUP, epochs: options.epochs, patience: options.patience, minutes: options.max_minutes, average: options.averaged,
    }, { signal: context.signal, progress: context.progress, curve: (point, epoch) => context.curve?.(point, epoch), checkpoint });
    const why = ended === 'time' ? `the limit of ${options.max_minutes} minutes was reached` : ended === 'no better' ? `it got no better for ${options.patience} epochs` : 'that is the limit of epochs';
    context.log(`two-tower kept the weights of epoch ${best} of ${points.length}: ${why}.`);
    const vectors = await filmVectors(shape, weights, features, Int32Array.from(positions, (position) => catalogue.counts[position] ?? 0), context.signal);
    const kept = new Float32Array(personLayout(shape).size);
    for (const [name, values] of personLayout(shape).views(kept)) values.set(weights.get(name) ?? []);
    return towersModel(catalogue, { shape, positions, vectors, person: kept, features: features.slice(CONTENT_FEATURES), userIds: shape.people > 0 ? train.userIds : new Int32Array(0), users: train.userIds.length }, context.kernels);
  },
  load(saved, catalogue, kernels) {
    const positions = savedPositions(saved, catalogue);
    const number = (name: string) => savedNumber(saved, name);
    const shape = { films: positions.length, people: number('people'), width: number('width'), hidden: number('hidden'), content: CONTENT_FEATURES, length: number('length') };
    const person = savedArray(saved, 'person', Float32Array);
    if (person.length !== personLayout(shape).size) throw new ReelbenchError('invalid-input', 'The saved model has weights of another size than it says.', { hint: 'Train two-tower again.' });
    return towersModel(catalogue, { shape, positions, vectors: savedArray(saved, 'vectors', Float32Array), person, features: savedArray(saved, 'features', Float32Array), userIds: savedArray(saved, 'userIds', Int32Array), users: number('users') }, kernels);
  },
};

type Options = FitContext['parameters']['recommenders']['two-tower'];

const shapeOf = ({ width, hidden, length }: Options, { films, users }: Pick<DataSize, 'films' | 'users'>): TowerShape => ({ films, people: users <= MOST_PEOPLE ? users : 0, width, hidden, content: CONTENT_FEATURES, length });

/** What serving needs of the weights: all but the film's tower. */
const personLayout = (shape: TowerShape) => new Layout(towerParameters(shape).filter(({ name }) => name !== 'films' && !name.startsWith('film.')));

function memoryOf(shape: TowerShape, { ratings }: Pick<DataSize, 'ratings'>, threads: number): number {
  const weights = 4 * new Layout(towerParameters(shape)).size;
  const working = Math.max(1, Math.min(THREADS, threads));
  const checks = 4 * shape.films * (2 * shape.hidden + 3 * shape.width + shape.content + 64);
  return (INTERACTION_BYTES + 16) * ratings + weights * (COPIES + working) + working * (120e6 + checks) + 8 * shape.films * CONTENT_FEATURES;
}

function refuse(needed: number, { films, users }: Pick<DataSize, 'films' | 'users'>, { memory }: FitContext): void {
  if (needed <= memory()) return;
  throw new ReelbenchError('out-of-memory', `two-tower needs about ${(needed / 1e9).toFixed(1)} GB for ${films.toLocaleString('en')} films and ${users.toLocaleString('en')} people, and ${(memory() / 1e9).toFixed(1)} GB are free.`, {
    hint: 'Lower recommenders.two-tower.width or hidden, or raise transform.min_ratings_per_movie so that there are fewer films.',
  });
}

/** What a change of order changes; the matrix of who rated what does not tell it. */
function printOf(values: Int32Array | Float32Array): number {
  let hash = 0x811c9dc5;
  for (const value of values) hash = Math.imul(hash ^ Math.round(value * 4096), 0x01000193);
  return hash >>> 0;
}

interface Tower {
  readonly w1: Float32Array;
  readonly b1: Float32Array;
  readonly w2: Float32Array;
  readonly b2: Float32Array;
}

function towerOf(name: string, weights: ReadonlyMap<string, Float32Array>): Tower {
  const part = (of: string) => weights.get(`${name}.${of}`) ?? new Float32Array(0);
  return { w1: part('w1'), b1: part('b1'), w2: part('w2'), b2: part('b2') };
}

/** The same two layers as in training, a row at a time: [inputs] → a vector of length 1. */
function through({ w1, b1, w2, b2 }: Tower, input: Float32Array): Float32Array {
  const [hidden, out] = [Float32Array.from(b1), Float32Array.from(b2)];
  input.forEach((value, at) => {
    if (value !== 0) for (let k = 0; k < hidden.length; k++) hidden[k] = (hidden[k] ?? 0) + value * (w1[at * hidden.length + k] ?? 0);
  });
  hidden.forEach((value, at) => {
    if (value > 0) for (let k = 0; k < out.length; k++) out[k] = (out[k] ?? 0) + value * (w2[at * out.length + k] ?? 0);
  });
  const length = Math.sqrt(out.reduce((total, value) => total + value * value, 1e-12));
  return out.map((value) => value / length);
}

/** The vectors of all films; those that nobody rated by their content alone. */
async function filmVectors({ films, width, content }: TowerShape, weights: ReadonlyMap<string, Float32Array>, features: Float32Array, ratings: Int32Array, signal: AbortSignal | undefined): Promise<Float32Array> {
  const tower = towerOf('film', weights);
  const ids = weights.get('films') ?? new Float32Array(0);
  const vectors = new Float32Array(films * width);
  const input = new Float32Array(width + content);
  for (let film = 0; film < films; film++) {
    if (film % 256 === 0) await breathe(signal);
    input.fill(0);
    if ((ratings[film] ?? 0) > 0) input.set(ids.subarray((film + 1) * width, (film + 2) * width));
    input.set(features.subarray((film + 1) * content, (film + 2) * content), width);
    vectors.set(through(tower, input), film * width);
  }
  return vectors;
}

interface Parts {
  readonly shape: TowerShape;
  readonly positions: Int32Array;
  /** Of the films at `positions`, row-major. */
  readonly vectors: Float32Array;
  /** Weights of the person's tower and its tables, in the order of `personLayout`. */
  readonly person: Float32Array;
  readonly features: Float32Array;
  readonly userIds: Int32Array;
  readonly users: number;
}

function towersModel(catalogue: Catalogue, { shape, positions, vectors, person, features, userIds, users }: Parts, kernels: Kernels): Model {
  const { width, content, length, people } = shape;
  const films = catalogue.movieIds.length;
  const index = indexOf(positions, films);
  const weights = personLayout(shape).views(person);
  const tower = towerOf('person', weights);
  const [seen, own] = [weights.get('seen') ?? new Float32Array(0), weights.get('people') ?? new Float32Array(0)];
  const inputs = personInputs(shape);
  const vectorOf = (film: number) => vectors.subarray(film * width, (film + 1) * width);

  /** The newest films that count for something, oldest first, as indices of the model. */
  const read = ({ order, positions: rated, weights: worth }: History) =>
    Array.from(order, (at) => ({ film: index[rated[at] ?? 0] ?? -1, weight: worth[at] ?? 0 })).filter(({ film, weight }) => film >= 0 && weight > 0).slice(-length);

  function vectorOfPerson(history: History): Float32Array {
    const input = new Float32Array(inputs);
    const row = people > 0 && history.user !== null ? 1 + (positionOf(userIds, history.user) ?? -1) : 0;
    if (row > 0) input.set(own.subarray(row * width, (row + 1) * width));
    const after = people > 0 ? width : 0;
    const films_ = read(history);
    const mean = (some: typeof films_, table: Float32Array, columns: number, skip: number, to: number) => {
      const whole = some.reduce((total, { weight }) => total + weight, 0);
      for (const { film, weight } of some) for (let k = 0; k < columns; k++) input[to + k] = (input[to + k] ?? 0) + (weight / whole) * (table[(film + skip) * columns + k] ?? 0);
    };
    mean(films_, seen, width, 1, after);
    mean(films_.slice(-RECENT), seen, width, 1, after + width);
    mean(films_, features, content, 0, after + 2 * width);
    return through(tower, input);
  }

  const near = (film: number) => kernels.scoreAll(vectors, positions.length, width, vectorOf(film));
  return {
    name: 'two-tower',
    catalogue,
    size: { items: positions.length, users },
    personal: true,
    knows: (position) => (index[position] ?? -1) >= 0,
    foldIn(history) {
      const scores = kernels.scoreAll(vectors, positions.length, width, vectorOfPerson(history));
      return {
        scores: spread(scores, positions, films),
        explain(position) {
          const target = index[position] ?? -1;
          if (target < 0) return [];
          const cosine = near(target);
          return [{ kind: 'because-you-rated', evidence: read(history).map(({ film }) => ({ position: positions[film] ?? 0, contribution: cosine[film] ?? 0 })) }];
        },
      };
    },
    similar(position, count) {
      const film = index[position] ?? -1;
      if (film < 0) return [];
      const cosines = near(film);
      cosines[film] = Number.NEGATIVE_INFINITY;
      return Array.from(kernels.top(cosines, count), (at) => ({ position: positions[at] ?? 0, score: cosines[at] ?? 0 }));
    },
    save: () => ({ arrays: { films: filmsAt(positions, catalogue), vectors, person, features, userIds }, meta: { people, width, hidden: shape.hidden, length, users } }),
  };
}
