/**
 * What a ranked list is worth to one user who holds `relevant` films for good. A list is known by the places of its hits:
 * `ranks`, counted from 1 and ascending. Relevance is yes or no. `cutoff` films of it are looked at; where the list is
 * shorter, the missing ones are no hits. All are between 0 and 1, and 0 without a hit.
 */
export interface Judged {
  readonly ranks: Int32Array;
  /** Relevant films of the user, also those that no list could have held; at least 1. */
  readonly relevant: number;
}

/** Where the field has two definitions. */
export interface Definitions {
  /** What NDCG is held against: the best list of `cutoff` films, or one of all relevant films. */
  readonly ndcg_ideal: 'truncated' | 'full';
  /** What recall divides by: all relevant films, or as many of them as the list can hold. */
  readonly recall_of: 'relevant' | 'reachable';
}

export function hits({ ranks }: Judged, cutoff: number): number {
  let count = 0;
  while (count < ranks.length && (ranks[count] ?? 0) <= cutoff) count++;
  return count;
}

export function precision(list: Judged, cutoff: number): number {
  return hits(list, cutoff) / cutoff;
}

export function recall(list: Judged, cutoff: number, { recall_of }: Definitions): number {
  return hits(list, cutoff) / (recall_of === 'relevant' ? list.relevant : Math.min(list.relevant, cutoff));
}

export function hitRate(list: Judged, cutoff: number): number {
  return hits(list, cutoff) > 0 ? 1 : 0;
}

/** One over the place of the first hit (MRR is its mean over users). */
export function reciprocalRank({ ranks }: Judged, cutoff: number): number {
  const first = ranks[0] ?? Number.POSITIVE_INFINITY;
  return first <= cutoff ? 1 / first : 0;
}

/** Precision at each hit, added up and divided by the hits that a best list would have (MAP is its mean over users). */
export function averagePrecision(list: Judged, cutoff: number): number {
  const found = hits(list, cutoff);
  let sum = 0;
  for (let hit = 0; hit < found; hit++) sum += (hit + 1) / (list.ranks[hit] ?? 1);
  return sum / Math.min(list.relevant, cutoff);
}

/** Discounted gain, 1 / log₂(1 + rank) a hit (Järvelin and Kekäläinen 2002), over that of a best list. */
export function ndcg(list: Judged, cutoff: number, { ndcg_ideal }: Definitions): number {
  const found = hits(list, cutoff);
  let gain = 0;
  for (let hit = 0; hit < found; hit++) gain += 1 / Math.log2(1 + (list.ranks[hit] ?? 1));
  return gain / idealGain(ndcg_ideal === 'truncated' ? Math.min(list.relevant, cutoff) : list.relevant);
}

/** Gains of lists that begin with so many hits; grown as needed. */
const ideals = [0];

function idealGain(relevant: number): number {
  for (let rank = ideals.length; rank <= relevant; rank++) ideals.push((ideals[rank - 1] ?? 0) + 1 / Math.log2(1 + rank));
  return ideals[relevant] ?? 0;
}

/** How surprising the films of a list are: the mean of -log₂ of the share of users who rated them (Vargas and Castells 2011); NaN for an empty list. */
export function novelty(raters: readonly number[], users: number): number {
  let sum = 0;
  for (const count of raters) sum -= Math.log2(count / users);
  return raters.length === 0 ? Number.NaN : sum / raters.length;
}
