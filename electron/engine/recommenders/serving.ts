import { type GroupList, type HistoryItem, type ModelName, type Parsed, type PrecomputeStatus, type RecommendList, type Recommendation, ReelbenchError, type WhyNot } from '../../../shared/contract/index.ts';
import type { EngineContext } from '../workspace/context.ts';
import type { JobContext } from '../workspace/jobs.ts';
import { Answers } from './answers.ts';
import { groupList } from './group.ts';
import { type Histories, openHistories } from './histories.ts';
import { checkHistory, type KnownUser } from './history.ts';
import { type Library, readLibrary } from './library.ts';
import { LoadedModels } from './loaded-models.ts';
import type { PlacedMeaning } from './meaning/film-search.ts';
import { precompute } from './precompute.ts';
import { bestFilms, diversityOf } from './ranking.ts';
import { filmAt, type Person, scoreFor } from './scoring.ts';
import { readModels } from './saved-models.ts';
import { whyNot } from './why-not.ts';

interface User extends KnownUser {
  readonly items: readonly HistoryItem[];
}
/** Whom a request names: a user, a history, or an edit of a user's own. */
interface Asker {
  readonly userId?: number | undefined;
  readonly history?: readonly HistoryItem[] | undefined;
}

const USERS_KEPT = 500;

/**
 * Answers recommendations from memory: the library of films, the loaded models, the last users' histories and answers are
 * kept until the workspace's tables or models change.
 */
export class Recommendations {
  readonly #engine: EngineContext;
  readonly #models: LoadedModels;
  readonly #answers: Answers;
  #library: Promise<Library> | undefined;
  readonly #users = new Map<number, Promise<User | undefined>>();
  #histories: Promise<Histories> | undefined;

  constructor(engine: EngineContext) {
    this.#engine = engine;
    this.#models = new LoadedModels(engine, () => this.library());
    this.#answers = new Answers(engine);
  }

  /** Drops what is in memory, because another workspace was opened, or tables or only models changed. */
  forget(what: 'workspace' | 'tables' | 'models'): void {
    this.#models.forget();
    this.#answers.forget();
    if (what === 'workspace') this.#answers.countAnew();
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
    const movieId = (await this.library()).movieIds[position] ?? Number.NaN;
    return this.#models.use(name, async ({ model, inLibrary }) => {
      const own = model.catalogue.position(movieId);
      if (own === undefined || !model.similar) return [];
      return model.similar(own, count).map((near) => ({ position: inLibrary[near.position] ?? -1, score: near.score })).filter((near) => near.position >= 0);
    });
  }

  /** Does `work` with where films lie by their meaning, as the model that knows it has placed them; with undefined while it is not trained. */
  async withMeaning<R>(work: (near: PlacedMeaning | undefined) => Promise<R>): Promise<R> {
    const trained = await this.#engine.workspace().read((session) => readModels(session));
    if (!trained.some(({ model }) => model === 'semantic')) return work(undefined);
    return this.#models.use('semantic', ({ model, inLibrary }) => work(model.meaning && { meaning: model.meaning, inLibrary, inModel: (movieId) => model.catalogue.position(movieId) }));
  }

  /** The best films for a user or a history: from the lists of all users or an earlier answer where these are what the model would say. */
  async recommend(request: Parsed<'recommend.list'>): Promise<RecommendList> {
    const began = performance.now();
    const library = await this.library();
    const known = await this.#answers.find(request, library);
    if (known) return { ...known, milliseconds: performance.now() - began };
    const keep = this.#answers.keeper(request);
    const person = await this.#person(request, library);
    const kernels = await this.#engine.kernels();
    const answer = await this.#models.use(request.model, async (loaded): Promise<RecommendList> => {
      const { scores, because, basis, coldStart } = await scoreFor(person, loaded, library);
      if (!request.includeSeen) leaveOut(scores, person, library);
      const best = bestFilms(scores, request, library, kernels);
      const plain = request.diversity === 0 ? best : bestFilms(scores, { ...request, diversity: 0 }, library, kernels);
      const mean = (films: Int32Array) => films.reduce((sum, position) => sum + (scores[position] ?? 0), 0) / films.length;
      const diversity = diversityOf(best, library.vectors());
      return {
        user: request.userId ?? null, model: request.model, coldStart, basis,
        items: Array.from(best, (position): Recommendation => ({ ...filmAt(library, position), score: scores[position] ?? 0, reasons: request.explain ? because(position) : [] })),
        spread: best.length < 2 ? null : { diversity, score: mean(best), plainDiversity: plain === best ? diversity : diversityOf(plain, library.vectors()), plainScore: mean(plain) },
        from: 'model', age: 0, milliseconds: performance.now() - began,
      };
    });
    keep(answer);
    return answer;
  }

  /** A list for several at once, and what each of them has of it. */
  async group(request: Parsed<'recommend.group'>): Promise<GroupList> {
    const began = performance.now();
    const library = await this.library();
    const kernels = await this.#engine.kernels();
    const twice = request.members.find(({ userId }, at) => userId !== undefined && request.members.findIndex((other) => other.userId === userId) < at);
    if (twice) throw new ReelbenchError('invalid-arguments', `The group has user ${twice.userId} twice.`, { hint: 'Name each member once.' });
    const people: Person[] = [];
    for (const member of request.members) people.push(await this.#person(member, library));
    return this.#models.use(request.model, async (loaded) => {
      const members = [];
      for (const [at, person] of people.entries()) {
        members.push({ person, name: request.members[at]?.name ?? (person.id === null ? `Member ${at + 1}` : `User ${person.id}`), ...(await scoreFor(person, loaded, library)) });
      }
      return { ...groupList(request, members, library, kernels), milliseconds: performance.now() - began };
    });
  }

  /** Why a film is not on a list, and what would put it there. */
  async whyNot(request: Parsed<'recommend.whyNot'>, signal: AbortSignal): Promise<WhyNot> {
    const began = performance.now();
    const library = await this.library();
    const kernels = await this.#engine.kernels();
    const person = await this.#person(request, library);
    return this.#models.use(request.model, async (loaded) => ({ ...(await whyNot({ request, person, loaded, library, kernels, signal })), milliseconds: performance.now() - began }));
  }

  /** Works out the lists of all users with one model, in a job. */
  async precompute(request: Parsed<'precompute.start'>): Promise<{ jobId: string }> {
    const { jobs } = this.#engine;
    jobs.requireNoWriter();
    if (jobs.list().some(({ kind, status }) => kind === 'precompute' && status === 'running')) throw new ReelbenchError('not-ready', 'The lists of all users are being worked out already.', { hint: 'Wait for its end or cancel it.' });
    const library = await this.library();
    // A model that is not trained is said at once.
    await this.#models.use(request.model, async () => undefined);
    const { jobId } = jobs.start('precompute', `Lists of all users by ${request.model}`, (job: JobContext) =>
      this.#models.use(request.model, async (loaded) => {
        const made = await precompute({ engine: this.#engine, loaded, library, top: request.top, job });
        this.#answers.forget();
        this.#engine.emit({ name: 'workspace.changed', data: { what: 'lists' } });
        return made;
      }));
    return { jobId };
  }

  precomputed(): Promise<PrecomputeStatus> {
    return this.#answers.status();
  }

  async #person({ userId, history }: Asker, library: Library): Promise<Person> {
    const user = userId === undefined ? undefined : await this.#user(userId);
    if (userId !== undefined && !user && !history) {
      throw new ReelbenchError('not-found', `User ${userId} has no ratings.`, { hint: 'Choose a user of the ratings, or give a history of films with ratings.' });
    }
    if (history) checkHistory(history, library.scale);
    return { id: userId ?? null, items: history ?? user?.items ?? [], known: user ?? null, given: history !== undefined };
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

/** Takes the films of the history out of what may be listed. */
function leaveOut(scores: Float32Array, { items }: Person, library: Library): void {
  for (const { movieId } of items) {
    const position = library.position(movieId);
    if (position !== undefined) scores[position] = Number.NEGATIVE_INFINITY;
  }
}
