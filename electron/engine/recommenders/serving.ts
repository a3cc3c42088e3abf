import { type HistoryItem, type ModelName, type Parsed, type RecommendList, type Recommendation, ReelbenchError } from '../../../shared/contract/index.ts';
import type { EngineContext } from '../workspace/context.ts';
import { catalogueOf } from './catalogue.ts';
import { type Histories, openHistories } from './histories.ts';
import { checkHistory, historyOf, type KnownUser, weightsOf } from './history.ts';
import { type Library, readLibrary } from './library.ts';
import { readModelFile } from './model-file.ts';
import { bestFilms } from './ranking.ts';
import { inWords, popularText } from './reasons.ts';
import type { Explanation, FoldedIn, History, Model } from './recommender.ts';
import { recommenders } from './registry.ts';
import { savedArray } from './saved.ts';
import { readModels } from './saved-models.ts';

/** A model in memory, and where its films stand in the library (-1: no longer there). */
interface LoadedModel {
  readonly model: Model;
  readonly inLibrary: Int32Array;
}
interface User extends KnownUser {
  readonly items: readonly HistoryItem[];
}

const USERS_KEPT = 500;

/**
 * Answers recommendations from memory: the library of films, the loaded models and the last users' histories are kept
 * until the workspace's tables or models change.
 */
export class Recommendations {
  readonly #engine: EngineContext;
  #library: Promise<Library> | undefined;
  readonly #models = new Map<ModelName, Promise<LoadedModel>>();
  readonly #users = new Map<number, Promise<User | undefined>>();
  #histories: Promise<Histories> | undefined;

  constructor(engine: EngineContext) {
    this.#engine = engine;
  }

  /** Drops what is in memory, because tables or only models changed. */
  forget(what: 'tables' | 'models'): void {
    for (const loading of this.#models.values()) void loading.then(({ model }) => model.close?.(), () => undefined);
    this.#models.clear();
    if (what === 'models') return;
    this.#library = undefined;
    this.#users.clear();
    this.#histories = undefined;
  }

  library(): Promise<Library> {
    if (!this.#library) {
      const reading = this.#engine.workspace().read(readLibrary);
      this.#library = reading;
      reading.catch(() => {
        if (this.#library === reading) this.#library = undefined;
      });
    }
    return this.#library;
  }

  /** Films near a film by what is rated alike, where the model of that name knows; best first, in library positions. */
  async similar(name: ModelName, position: number, count: number): Promise<{ position: number; score: number }[]> {
    const { model, inLibrary } = await this.#model(name);
    const own = model.catalogue.position((await this.library()).movieIds[position] ?? Number.NaN);
    if (own === undefined || !model.similar) return [];
    return model.similar(own, count).map((near) => ({ position: inLibrary[near.position] ?? -1, score: near.score })).filter((near) => near.position >= 0);
  }

  async recommend(request: Parsed<'recommend.list'>): Promise<RecommendList> {
    const began = performance.now();
    const library = await this.library();
    const { model, inLibrary } = await this.#model(request.model);
    const kernels = await this.#engine.kernels();
    const user = request.userId === undefined ? undefined : await this.#user(request.userId);
    if (request.userId !== undefined && !user && !request.history) {
      throw new ReelbenchError('not-found', `User ${request.userId} has no ratings.`, { hint: 'Choose a user of the ratings, or give a history of films with ratings.' });
    }
    const items = request.history ?? user?.items ?? [];
    if (request.history) checkHistory(items, library.scale);
    const history = historyOf(model.catalogue, items, weightsOf(items, library.scale, user ?? null), request.userId ?? null);
    const coldStart = items.length === 0 || (model.personal && !history.positions.some((position, i) => model.knows(position) && (history.weights[i] ?? 0) > 0));
    const answer = model.personal && coldStart ? mostRated(library) : inLibraryOrder(await model.foldIn(history), model, inLibrary, library);

    if (!request.includeSeen) {
      for (const { movieId } of items) answer.scores[library.position(movieId) ?? -1] = Number.NEGATIVE_INFINITY;
    }
    const mean = items.reduce((sum, { rating }) => sum + rating, 0) / Math.max(1, items.length);
    const ratings = new Map(Array.from(history.positions, (position, i) => [position, history.ratings[i] ?? 0]));
    const naming = {
      rating: (position: number) => ratings.get(position) ?? 0,
      liked: Math.min(mean, library.scale.mean),
      movieId: (position: number) => model.catalogue.movieIds[position] ?? 0,
      title: (position: number) => titleOf(library, model.catalogue.movieIds[position] ?? 0),
      modelTitle: (name: ModelName) => recommenders[name].title,
    };
    const films = Array.from(bestFilms(answer.scores, request, library, kernels), (position): Recommendation => ({
      movieId: library.movieIds[position] ?? 0,
      title: library.titles[position] ?? '',
      score: answer.scores[position] ?? 0,
      year: library.years[position] ?? null,
      genres: [...(library.genres[position] ?? [])],
      reasons: !request.explain ? [] : answer.explain ? inWords(answer.explain(position), naming) : [coldReason(library, position)],
    }));
    return {
      user: request.userId ?? null, model: request.model, items: films, coldStart,
      basis: basisOf({ items, model, history, library, coldStart, given: request.history !== undefined }),
      milliseconds: performance.now() - began,
    };
  }

  async #model(name: ModelName): Promise<LoadedModel> {
    const known = this.#models.get(name);
    if (known) return known;
    const loading = this.#load(name);
    this.#models.set(name, loading);
    loading.catch(() => {
      if (this.#models.get(name) === loading) this.#models.delete(name);
    });
    return loading;
  }

  async #load(name: ModelName): Promise<LoadedModel> {
    const library = await this.library();
    const workspace = this.#engine.workspace();
    const row = (await workspace.read(readModels)).find(({ model }) => model === name);
    if (!row) throw new ReelbenchError('not-ready', `The model ${name} is not trained.`, { hint: `Train ${name}, or run the pipeline.` });
    const recommender = recommenders[name];
    const saved = await readModelFile(workspace.path(row.path), name, recommender.version);
    const catalogue = catalogueOf(savedArray(saved, 'catalogue.movieIds', Int32Array), savedArray(saved, 'catalogue.counts', Int32Array));
    const model = await recommender.load(saved, catalogue, await this.#engine.kernels());
    return { model, inLibrary: Int32Array.from(catalogue.movieIds, (movieId) => library.position(movieId) ?? -1) };
  }

  async #user(id: number): Promise<User | undefined> {
    const known = this.#users.get(id);
    if (known) return known;
    const reading = this.#readUser(id);
    this.#users.set(id, reading);
    for (const oldest of this.#users.keys()) {
      if (this.#users.size <= USERS_KEPT) break;
      this.#users.delete(oldest);
    }
    reading.catch(() => {
      this.#users.delete(id);
      this.#histories = undefined;
    });
    return reading;
  }

  async #readUser(id: number): Promise<User | undefined> {
    this.#histories ??= openHistories(this.#engine.workspace());
    const items = await (await this.#histories)(id);
    if (items.length === 0) return undefined;
    return { id, items, ratings: new Map(items.map(({ movieId, rating }) => [movieId, rating])), mean: items.reduce((sum, { rating }) => sum + rating, 0) / items.length };
  }
}

/** Scores by library position, and how the film there is explained. */
interface Answer {
  readonly scores: Float32Array;
  readonly explain?: (position: number) => Explanation[];
}

function inLibraryOrder(folded: FoldedIn, model: Model, inLibrary: Int32Array, library: Library): Answer {
  const ordered = new Float32Array(library.movieIds.length).fill(Number.NEGATIVE_INFINITY);
  inLibrary.forEach((position, own) => {
    if (position >= 0) ordered[position] = folded.scores[own] ?? Number.NEGATIVE_INFINITY;
  });
  return { scores: ordered, explain: (position) => folded.explain(model.catalogue.position(library.movieIds[position] ?? Number.NaN) ?? -1) };
}

/** What a cold start rests on: the number of ratings of each film. */
function mostRated(library: Library): Answer {
  return { scores: Float32Array.from(library.counts, (count) => (count > 0 ? count : Number.NEGATIVE_INFINITY)) };
}

function coldReason(library: Library, position: number): Recommendation['reasons'][number] {
  const people = library.counts[position] ?? 0;
  return { kind: 'cold-start', text: `Cold start: ${popularText(people, library.means[position] ?? 0).toLowerCase()}`, evidence: [{ label: 'ratings', contribution: people }] };
}

function basisOf({ items, model, history, library, coldStart, given }: { items: readonly HistoryItem[]; model: Model; history: History; library: Library; coldStart: boolean; given: boolean }): string {
  const unknown = items.filter(({ movieId }) => {
    const position = model.catalogue.position(movieId);
    return position === undefined || !model.knows(position);
  });
  const films = (n: number) => `${n} ${n === 1 ? 'film' : 'films'}`;
  const left = unknown.length === 0 ? '' : ` The model does not know ${films(unknown.length)} of the history: ${listed(unknown.map(({ movieId }) => titleOf(library, movieId)))}.`;
  if (!model.personal) return `${model.name === 'random' ? 'A seeded shuffle' : 'How many people rated each film'}, the same whatever was rated; the history (${films(items.length)}) only leaves out what was seen.`;
  const instead = 'the list shows the films that most people rated.';
  if (items.length === 0) return `Cold start: there are no ratings to go by, so ${instead}`;
  if (!coldStart) return `Rests on ${items.length - unknown.length} ${items.length - unknown.length === 1 ? 'rating' : 'ratings'}${given ? ' as given' : ' of this user'}.${left}`;
  if (unknown.length === items.length) return `Cold start: the model knows none of the rated films, so ${instead}${left}`;
  return `Cold start: the ${history.positions.length} known ${history.positions.length === 1 ? 'rating says' : 'ratings say'} only what is disliked, so ${instead}${left}`;
}

function titleOf(library: Library, movieId: number): string {
  const position = library.position(movieId);
  return position === undefined ? `film ${movieId}` : (library.titles[position] ?? '');
}

/** The first few, and how many more. */
function listed(names: readonly string[]): string {
  return names.length <= 3 ? names.join(', ') : `${names.slice(0, 3).join(', ')} and ${names.length - 3} more`;
}
