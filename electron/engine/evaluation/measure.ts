import { setImmediate } from 'node:timers/promises';
import { throwIfCancelled } from '../workspace/session.ts';
import type { Cases } from './cases.ts';
import type { Contest, Contestant, Shown, Word } from './contest.ts';
import type { PerUser } from './intervals.ts';
import {
  averagePrecision, calibration, type Definitions, diversity, genreShares, type Genres, hitRate, hits, type Judged, ndcg, novelty, popularityBias, precision, recall, reciprocalRank,
} from './metrics.ts';

/** What is measured of the places of hits alone. */
const ofHits = {
  precision: (list: Judged, cutoff: number) => precision(list, cutoff),
  recall,
  ndcg,
  map: (list: Judged, cutoff: number) => averagePrecision(list, cutoff),
  mrr: (list: Judged, cutoff: number) => reciprocalRank(list, cutoff),
  'hit-rate': (list: Judged, cutoff: number) => hitRate(list, cutoff),
} satisfies Record<string, (list: Judged, cutoff: number, definitions: Definitions) => number>;
type OfHits = keyof typeof ofHits;
/** What a list is worth by what is on it. */
const ofFilms = ['novelty', 'popularity-bias', 'serendipity', 'diversity', 'calibration'] as const;
type Measure = OfHits | (typeof ofFilms)[number];

const hitMeasures = Object.entries(ofHits);
/** In the order of the columns of `PerUser`, for each cutoff anew. */
export const measureNames: readonly Measure[] = ['precision', 'recall', 'ndcg', 'map', 'mrr', 'hit-rate', ...ofFilms];

/** One measure of a list by its hits; undefined for a name that is none. */
export function hitMeasure(name: string): ((list: Judged, cutoff: number, definitions: Definitions) => number) | undefined {
  return hitMeasures.find(([other]) => other === name)?.[1];
}

export interface Options {
  readonly cutoffs: readonly number[];
  readonly definitions: Definitions;
  /** Positions of the so many largest scores, best first, equal ones by position; entries of -Infinity are left out. */
  readonly top: (scores: Float32Array, count: number) => Int32Array;
  /** Genres of the films; without them `diversity` and `calibration` are not measured. */
  readonly genres?: Genres | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly progress?: (users: number) => void;
}

export interface Measured {
  /** Columns: for each cutoff the measures in the order of `measureNames`. */
  readonly perUser: PerUser;
  /** For each cutoff the share of the candidates that are in at least one list. */
  readonly coverage: readonly number[];
  /** For each user the films of the list by position, best first, -1 behind its end; `depth` a user. */
  readonly lists: Int32Array;
  readonly depth: number;
  /** Seconds that making and ranking the lists took. */
  readonly seconds: number;
}

/** Scores are asked for of so many users at a time that they take no more than this, in bytes, and are there soon enough for a cancel to be noticed. */
const BATCH_BYTES = 32 * 2 ** 20;
const MOST_USERS = 256;
const BATCH_MS = 200;

/**
 * Asks a model for the list of every user and judges it. Candidates are the films with a training rating, less those
 * shown; all of them are ranked, none sampled, unless the cases name candidates. A user whom the model gives no list counts with zeros.
 */
export async function measure(model: Pick<Contestant, 'score'>, contest: Pick<Contest, 'counts' | 'users'>, cases: Cases, { cutoffs, definitions, top, genres, signal, progress }: Options): Promise<Measured> {
  const began = performance.now();
  const { counts } = contest;
  const users = cases.userIds.length;
  const depth = Math.max(...cutoffs);
  const width = measureNames.length;
  const values = new Float64Array(users * cutoffs.length * width);
  const lists = new Int32Array(users * depth).fill(-1);
  const highest = new Int32Array(counts.length).fill(depth + 1);
  const wanted = new Uint8Array(counts.length);
  const popular = byPopularity(counts);
  const most = Math.max(1, Math.min(MOST_USERS, Math.floor(BATCH_BYTES / 4 / Math.max(1, counts.length))));
  for (let from = 0, batch = 1, next = 0; from < users; from = next) {
    await setImmediate();
    throwIfCancelled(signal);
    const asked = performance.now();
    const shown = Array.from({ length: Math.min(batch, users - from) }, (_, at) => shownOf(cases, from + at));
    const scores = await model.score(shown);
    for (let at = 0; at < shown.length; at++) {
      if (at % 32 === 31) {
        await setImmediate();
        throwIfCancelled(signal);
      }
      judge(from + at, shown[at] ?? shownOf(cases, from + at), scores[at] ?? new Float32Array(counts.length));
    }
    next = from + shown.length;
    progress?.(next);
    batch = Math.max(1, Math.min(most, performance.now() - asked < BATCH_MS / 2 ? batch * 2 : performance.now() - asked > BATCH_MS ? batch >> 1 : batch));
  }
  const candidates = counts.reduce((sum, count) => sum + Number(count > 0), 0);
  return {
    perUser: { users, measures: cutoffs.length * width, values },
    coverage: cutoffs.map((cutoff) => highest.reduce((sum, rank) => sum + Number(rank <= cutoff), 0) / candidates),
    lists, depth,
    seconds: (performance.now() - began) / 1000,
  };

  function judge(user: number, { positions }: Shown, scores: Float32Array): void {
    const list = listOf(scores, counts, positions, cases.candidates?.[user], depth, top);
    lists.set(list, user * depth);
    const films = cases.wanted.indices.subarray(cases.wanted.indptr[user], cases.wanted.indptr[user + 1]);
    for (const film of films) wanted[film] = 1;
    const judged: Judged = { ranks: ranksOf(list, wanted), relevant: cases.relevant[user] ?? 0 };
    const obvious = judged.ranks.length > 0 ? obviousFor(positions) : new Int32Array(0);
    list.forEach((film, at) => {
      highest[film] = Math.min(highest[film] ?? 0, at + 1);
    });
    const history = Array.from(positions, (film) => counts[film] ?? 0);
    const taste = genres && genreShares(positions, genres);
    cutoffs.forEach((cutoff, at) => {
      const row = (user * cutoffs.length + at) * width;
      hitMeasures.forEach(([, of], column) => {
        values[row + column] = of(judged, cutoff, definitions);
      });
      const first = list.subarray(0, cutoff);
      const raters = Array.from(first, (film) => counts[film] ?? 0);
      const known = new Set(obvious.subarray(0, cutoff));
      let expected = 0;
      for (const film of first) expected += Number(wanted[film] === 1 && known.has(film));
      const column = row + hitMeasures.length;
      values[column] = novelty(raters, contest.users);
      values[column + 1] = raters.length === 0 ? Number.NaN : popularityBias(raters, history);
      values[column + 2] = (hits(judged, cutoff) - expected) / cutoff;
      values[column + 3] = genres ? diversity(first, genres) : Number.NaN;
      values[column + 4] = genres ? calibration(taste, genreShares(first, genres)) : Number.NaN;
    });
    for (const film of films) wanted[film] = 0;
  }

  /** The most rated films without those shown. */
  function obviousFor(positions: Int32Array): Int32Array {
    const seen = new Set(positions);
    const most: number[] = [];
    for (let at = 0; at < popular.length && most.length < depth; at++) if (!seen.has(popular[at] ?? -1)) most.push(popular[at] ?? -1);
    return Int32Array.from(most);
  }
}

/** What the model is shown of a user by row. */
function shownOf({ userIds, shown, order }: Cases, user: number): Shown {
  const [from, to] = [shown.indptr[user], shown.indptr[user + 1]];
  return { user: userIds[user] ?? 0, positions: shown.indices.subarray(from, to), ratings: shown.values.subarray(from, to), order: order.subarray(from, to) };
}

/** The user's best films: of those with a training rating, without those shown. */
function listOf(scores: Float32Array, counts: Int32Array, seen: Int32Array, only: Int32Array | undefined, depth: number, top: Options['top']): Int32Array {
  for (const position of seen) scores[position] = Number.NEGATIVE_INFINITY;
  if (only) {
    const chosen = scores.slice();
    scores.fill(Number.NEGATIVE_INFINITY);
    for (const position of only) scores[position] = chosen[position] ?? Number.NEGATIVE_INFINITY;
  }
  for (let position = 0; position < counts.length; position++) if (counts[position] === 0) scores[position] = Number.NEGATIVE_INFINITY;
  return top(scores, depth);
}

function ranksOf(list: Int32Array, wanted: Uint8Array): Int32Array {
  const ranks: number[] = [];
  list.forEach((film, at) => {
    if (wanted[film] === 1) ranks.push(at + 1);
  });
  return Int32Array.from(ranks);
}

/** Films with a training rating, the most rated first, ties to the smaller id. */
function byPopularity(counts: Int32Array): Int32Array {
  return Int32Array.from(counts.keys()).filter((film) => (counts[film] ?? 0) > 0).sort((a, b) => (counts[b] ?? 0) - (counts[a] ?? 0) || a - b);
}

/** The genres among the words of films; undefined where none has any. */
export function genresOf(terms: readonly (readonly Word[])[]): Genres | undefined {
  const labels = [...new Set(terms.flatMap((words) => words.filter(({ kind }) => kind === 'genre').map(({ label }) => label)))].toSorted();
  if (labels.length === 0) return undefined;
  const numbers = new Map(labels.map((label, at) => [label, at]));
  const indptr = new Int32Array(terms.length + 1);
  const ids: number[] = [];
  terms.forEach((words, film) => {
    for (const { kind, label } of words) if (kind === 'genre') ids.push(numbers.get(label) ?? 0);
    indptr[film + 1] = ids.length;
  });
  return { labels, indptr, ids: Uint16Array.from(ids) };
}
