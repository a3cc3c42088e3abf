import type { ScoredPair } from './score.ts';

/** Films that may be one: a representative and those that are compared with it. */
export interface Cluster {
  readonly representative: number;
  /** The others by falling score, each with its pair with the representative. */
  readonly members: readonly { readonly film: number; readonly pair: ScoredPair }[];
  /** The lowest score of its pairs. */
  readonly score: number;
}

/** A film joins a cluster when its score is no further below the cluster's first. */
const WITHIN = 0.1;

/**
 * Clusters of the pairs, strongest pair first (CENTER: Hassanzadeh and Miller 2009). A film joins a cluster only through a
 * pair with its representative, so that A ~ B ~ C does not make one of A and C when they were never compared or are far
 * apart; a pair much weaker than the cluster it touches stands for itself. A pair between two clusters is left out.
 *
 * @param prefer sorts the film before that should represent, and stay: most ratings, then the lowest id.
 */
export function clustersOf(pairs: readonly ScoredPair[], prefer: (a: number, b: number) => number): Cluster[] {
  const clusters: { representative: number; first: number; members: { film: number; pair: ScoredPair }[] }[] = [];
  const places = new Map<number, (typeof clusters)[number]>();
  const paired = new Set(pairs.flatMap(({ a, b }) => [`${a} ${b}`, `${b} ${a}`]));
  const open = (pair: ScoredPair) => {
    const [representative, film] = prefer(pair.a, pair.b) <= 0 ? [pair.a, pair.b] : [pair.b, pair.a];
    const cluster = { representative, first: pair.score, members: [{ film, pair }] };
    clusters.push(cluster);
    for (const id of [representative, film]) if (!places.has(id)) places.set(id, cluster);
  };
  const strongestFirst = pairs.toSorted((x, y) => y.score - x.score || preferred(x, y, prefer));
  for (const pair of strongestFirst) {
    const [ofA, ofB] = [places.get(pair.a), places.get(pair.b)];
    if (ofA !== undefined && ofB !== undefined) continue;
    const cluster = ofA ?? ofB;
    const film = ofA === undefined ? pair.a : pair.b;
    const other = ofA === undefined ? pair.b : pair.a;
    if (cluster === undefined || pair.score < cluster.first - WITHIN) open(pair);
    else if (cluster.representative === other) {
      cluster.members.push({ film, pair });
      places.set(film, cluster);
    } else if (!paired.has(`${film} ${cluster.representative}`)) open(pair);
  }
  return clusters.map(({ representative, members }) => ({ representative, members, score: Math.min(...members.map(({ pair }) => pair.score)) }));
}

function preferred(x: ScoredPair, y: ScoredPair, prefer: (a: number, b: number) => number): number {
  const best = ({ a, b }: ScoredPair) => (prefer(a, b) <= 0 ? [a, b] as const : [b, a] as const);
  const [[x1, x2], [y1, y2]] = [best(x), best(y)];
  return prefer(x1, y1) || prefer(x2, y2);
}
