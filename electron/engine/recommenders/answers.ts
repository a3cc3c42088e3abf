import type { Parsed, PrecomputeStatus, RecommendList, Recommendation } from '../../../shared/contract/index.ts';
import type { EngineContext } from '../workspace/context.ts';
import type { Library } from './library.ts';
import { type PrecomputedRow, readLists, readPrecomputed, staleness, type UserList } from './precomputed-lists.ts';
import { diversityOf } from './ranking.ts';
import { basisText, filmAt } from './scoring.ts';

type Request = Parsed<'recommend.list'>;

/** Recent answers that are kept, and how long the text of a request may be that is compared with later ones. */
const RECENT = 256;
const LONGEST = 65_536;

interface Stored {
  readonly row: PrecomputedRow;
  readonly why: string | null;
  /** The lists themselves, read when first asked for. */
  lists: Promise<(user: number) => UserList | undefined> | undefined;
}

/**
 * What has been answered or worked out before: the lists of all users, as far as they are of the model and the data as they
 * stand, and the last answers. Counts what came from where.
 */
export class Answers {
  readonly #engine: EngineContext;
  readonly #recent = new Map<string, { answer: RecommendList; at: number }>();
  #stored: Promise<Map<string, Stored>> | undefined;
  #state = 0;
  #counts = { precomputed: 0, recent: 0, computed: 0 };
  readonly #hits = new Map<string, number>();

  constructor(engine: EngineContext) {
    this.#engine = engine;
  }

  /** What stood before may no longer hold: looks anew at the next question. */
  forget(): void {
    this.#state++;
    this.#recent.clear();
    this.#stored = undefined;
  }

  countAnew(): void {
    this.#counts = { precomputed: 0, recent: 0, computed: 0 };
    this.#hits.clear();
  }

  /** The answer to a request where it is known; `milliseconds` is left to the caller. */
  async find(request: Request, library: Library): Promise<RecommendList | undefined> {
    const key = keyOf(request);
    const recent = key === undefined ? undefined : this.#recent.get(key);
    if (key !== undefined && recent) {
      // Used last, so that it goes last.
      this.#recent.delete(key);
      this.#recent.set(key, recent);
      this.#counts.recent++;
      return { ...recent.answer, from: 'recent', age: this.#age(recent.at) };
    }
    return isPlain(request) ? this.#fromAll(request, request.userId, library) : undefined;
  }

  /** Taken before an answer is worked out; keeps it unless what it rests on changed meanwhile. */
  keeper(request: Request): (answer: RecommendList) => void {
    const state = this.#state;
    const key = keyOf(request);
    return (answer) => {
      this.#counts.computed++;
      if (state !== this.#state || key === undefined) return;
      this.#recent.set(key, { answer, at: this.#engine.clock().getTime() });
      for (const oldest of this.#recent.keys()) {
        if (this.#recent.size <= RECENT) break;
        this.#recent.delete(oldest);
      }
    };
  }

  async status(): Promise<PrecomputeStatus> {
    const stored = [...(await this.#all()).values()];
    const { precomputed, recent, computed } = this.#counts;
    const asked = precomputed + recent + computed;
    return {
      lists: stored.map(({ row: { sha256: _sha256, data: _data, personal: _personal, ...row }, why }) => ({
        ...row, age: this.#age(Date.parse(row.madeAt)), valid: why === null, why, hits: this.#hits.get(row.path) ?? 0,
      })),
      answers: { precomputed, recent, computed, hitRate: asked === 0 ? null : (precomputed + recent) / asked, kept: this.#recent.size },
    };
  }

  async #fromAll(request: Request, userId: number, library: Library): Promise<RecommendList | undefined> {
    const stored = (await this.#all()).get(request.model);
    if (stored?.why !== null || stored.row.top < request.top) return undefined;
    stored.lists ??= this.#engine.workspace().read((session) => readLists(session, this.#engine.workspace().path(stored.row.path)));
    const list = (await stored.lists.catch(() => {
      stored.lists = undefined;
      return undefined;
    }))?.(userId);
    if (!list) return undefined;
    this.#counts.precomputed++;
    this.#hits.set(stored.row.path, (this.#hits.get(stored.row.path) ?? 0) + 1);
    const { row } = stored;
    const positions = Int32Array.from(list.movieIds.subarray(0, request.top), (movieId) => library.position(movieId) ?? -1);
    const diversity = diversityOf(positions, library.vectors());
    const score = list.scores.subarray(0, request.top).reduce((sum, each) => sum + each, 0) / positions.length;
    return {
      user: userId, model: request.model, coldStart: list.coldStart, from: 'precomputed', age: this.#age(Date.parse(row.madeAt)), milliseconds: 0,
      basis: basisText({ model: { name: row.model, personal: row.personal }, coldStart: list.coldStart, given: false, rated: list.rated, heard: list.rated - list.unknown, unknown: list.unknown, titles: [] }),
      items: Array.from(positions, (position, rank): Recommendation => ({ ...filmAt(library, position), score: list.scores[rank] ?? 0, reasons: [] })),
      spread: positions.length < 2 ? null : { diversity, score, plainDiversity: diversity, plainScore: score },
    };
  }

  #all(): Promise<Map<string, Stored>> {
    if (!this.#stored) {
      const looking = this.#engine.workspace().read(async (session) => {
        const found = new Map<string, Stored>();
        for (const row of await readPrecomputed(session)) found.set(row.model, { row, why: await staleness(session, row), lists: undefined });
        return found;
      });
      this.#stored = looking;
      looking.catch(() => {
        if (this.#stored === looking) this.#stored = undefined;
      });
    }
    return this.#stored;
  }

  #age(since: number): number {
    return Math.max(0, (this.#engine.clock().getTime() - since) / 1000);
  }
}

/** A user's own list without anything that would change it, and without reasons, which are not kept for all users. */
function isPlain(request: Request): request is Request & { readonly userId: number } {
  const { userId, history, genres, yearFrom, yearTo, diversity, includeSeen, explain } = request;
  return userId !== undefined && history === undefined && genres.length === 0 && yearFrom === undefined && yearTo === undefined && diversity === 0 && !includeSeen && !explain;
}

function keyOf(request: Request): string | undefined {
  const key = JSON.stringify(request);
  return key.length <= LONGEST ? key : undefined;
}
