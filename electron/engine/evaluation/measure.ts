import { setImmediate } from 'node:timers/promises';
import { throwIfCancelled } from '../workspace/session.ts';
import type { Cases } from './cases.ts';
import type { Contest, Contestant } from './contest.ts';
import type { PerUser } from './intervals.ts';
import { averagePrecision, type Definitions, hitRate, type Judged, ndcg, novelty, precision, recall, reciprocalRank } from './metrics.ts';

/** What is measured of each user's list at each cutoff, by the names that tables show. */
const measures = {
  precision: (list: Judged, cutoff: number) => precision(list, cutoff),
  recall,
  ndcg,
  map: (list: Judged, cutoff: number) => averagePrecision(list, cutoff),
  mrr: (list: Judged, cutoff: number) => reciprocalRank(list, cutoff),
  hit_rate: (list: Judged, cutoff: number) => hitRate(list, cutoff),
} satisfies Record<string, (list: Judged, cutoff: number, definitions: Definitions) => number>;
type Measure = keyof typeof measures | 'novelty';
const ofHits = Object.entries(measures);
/** In the order of the columns of `PerUser`, for each cutoff anew. */
export const measureNames: readonly Measure[] = ['precision', 'recall', 'ndcg', 'map', 'mrr', 'hit_rate', 'novelty'];

export interface Options {
  readonly cutoffs: readonly number[];
  readonly definitions: Definitions;
  /** Positions of the so many largest scores, best first, equal ones by position; entries of -Infinity are left out. */
  readonly top: (scores: Float32Array, count: number) => Int32Array;
  readonly signal?: AbortSignal;
  readonly progress?: (users: number) => void;
}

export interface Measured {
  /** Columns: for each cutoff the measures in the order of `measureNames`. */
  readonly perUser: PerUser;
  /** For each cutoff the share of the candidates that are in at least one list. */
  readonly coverage: readonly number[];
  /** Seconds that making and ranking the lists took. */
  readonly seconds: number;
}

/**
 * Asks a model for the list of every user and judges it. Candidates are the films with a training rating, less those
 * shown; all of them are ranked, none sampled. A user whom the model gives no list counts with zeros.
 */
export async function measure(model: Contestant, contest: Pick<Contest, 'counts' | 'users'>, cases: Cases, { cutoffs, definitions, top, signal, progress }: Options): Promise<Measured> {
  const began = performance.now();
  const users = cases.userIds.length;
  const depth = Math.max(...cutoffs);
  const width = measureNames.length;
  const values = new Float64Array(users * cutoffs.length * width);
  const highest = new Int32Array(contest.counts.length).fill(depth + 1);
  const wanted = new Uint8Array(contest.counts.length);
  for (let user = 0; user < users; user++) {
    await setImmediate();
    throwIfCancelled(signal);
    const list = await listOf(model, contest.counts, cases, user, depth, top);
    const films = cases.wanted.indices.subarray(cases.wanted.indptr[user], cases.wanted.indptr[user + 1]);
    for (const film of films) wanted[film] = 1;
    const judged: Judged = { ranks: ranksOf(list, wanted), relevant: cases.relevant[user] ?? 0 };
    for (const film of films) wanted[film] = 0;
    list.forEach((film, at) => {
      highest[film] = Math.min(highest[film] ?? 0, at + 1);
    });
    cutoffs.forEach((cutoff, at) => {
      const row = (user * cutoffs.length + at) * width;
      ofHits.forEach(([, of], column) => {
        values[row + column] = of(judged, cutoff, definitions);
      });
      values[row + width - 1] = novelty(Array.from(list.subarray(0, cutoff), (film) => contest.counts[film] ?? 0), contest.users);
    });
    progress?.(user + 1);
  }
  const candidates = contest.counts.reduce((sum, count) => sum + Number(count > 0), 0);
  return {
    perUser: { users, measures: cutoffs.length * width, values },
    coverage: cutoffs.map((cutoff) => highest.reduce((sum, rank) => sum + Number(rank <= cutoff), 0) / candidates),
    seconds: (performance.now() - began) / 1000,
  };
}

/** The user's best films: of those with a training rating, without those shown. */
async function listOf(model: Contestant, counts: Int32Array, { userIds, shown, order }: Cases, user: number, depth: number, top: Options['top']): Promise<Int32Array> {
  const [from, to] = [shown.indptr[user], shown.indptr[user + 1]];
  const positions = shown.indices.subarray(from, to);
  const scores = await model.score({ user: userIds[user] ?? 0, positions, ratings: shown.values.subarray(from, to), order: order.subarray(from, to) });
  for (const position of positions) scores[position] = Number.NEGATIVE_INFINITY;
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
