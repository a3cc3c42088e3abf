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

/** How popular the films of a list are against those of the history: mean number of raters ÷ mean number of raters (Abdollahpouri et al. 2019); NaN where one is empty. */
export function popularityBias(list: readonly number[], history: readonly number[]): number {
  const mean = (counts: readonly number[]) => counts.reduce((sum, count) => sum + count, 0) / counts.length;
  const against = mean(history);
  return against > 0 ? mean(list) / against : Number.NaN;
}

/** The genres of films: those of film `at` are `ids[indptr[at] … indptr[at + 1])`, numbers below `labels.length`. */
export interface Genres {
  readonly labels: readonly string[];
  readonly indptr: Int32Array;
  readonly ids: Uint16Array;
}

/** One minus the mean cosine of the genres of each two films (Ziegler et al. 2005); films without a genre are left out. NaN with fewer than two. */
export function diversity(films: Int32Array, { labels, indptr, ids }: Genres): number {
  // The cosines of all pairs add up to (|sum of unit vectors|² - n) / 2.
  const sum = new Float64Array(labels.length);
  let n = 0;
  for (const film of films) {
    const own = ids.subarray(indptr[film], indptr[film + 1]);
    if (own.length === 0) continue;
    n++;
    const unit = 1 / Math.sqrt(own.length);
    for (const genre of own) sum[genre] = (sum[genre] ?? 0) + unit;
  }
  if (n < 2) return Number.NaN;
  return 1 - (sum.reduce((total, part) => total + part * part, 0) - n) / (n * (n - 1));
}

/** The genres of films as shares that sum to 1, each film's one part divided among its own; undefined where no film has any. */
export function genreShares(films: Int32Array, { labels, indptr, ids }: Genres): Float64Array | undefined {
  const shares = new Float64Array(labels.length);
  let n = 0;
  for (const film of films) {
    const own = ids.subarray(indptr[film], indptr[film + 1]);
    if (own.length === 0) continue;
    n++;
    for (const genre of own) shares[genre] = (shares[genre] ?? 0) + 1 / own.length;
  }
  return n === 0 ? undefined : shares.map((share) => share / n);
}

/** So much of the history's genres is mixed into the list's, so that none is missing (Steck 2018). */
const MIXED = 0.01;

/** How far the genres of a list are from those of the history: the Kullback-Leibler divergence of Steck (2018); 0: the same. */
export function calibration(history: Float64Array | undefined, list: Float64Array | undefined): number {
  if (history === undefined || list === undefined) return Number.NaN;
  let sum = 0;
  history.forEach((share, genre) => {
    if (share > 0) sum += share * Math.log(share / ((1 - MIXED) * (list[genre] ?? 0) + MIXED * share));
  });
  return sum;
}
