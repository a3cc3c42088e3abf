import type { DuplicateCluster, DuplicateFilm } from '../../../../shared/contract/duplicates.ts';
import { clustersOf } from './clusters.ts';
import { type DecidedFilm, decidedPairs, pairName, resolveMerges } from './merges.ts';
import type { Found, FoundFilm } from './search.ts';
import type { ScoredPair } from './score.ts';

/** Every cluster as things stand: those that are open, made of the pairs that nobody decided on, and the decided ones. */
export function viewClusters(found: Found | null, decided: readonly DecidedFilm[]): DuplicateCluster[] {
  const films = new Map((found?.paired ?? []).map((film) => [film.id, film]));
  const pairs = new Map((found?.pairs ?? []).map((pair) => [pairName(pair.a, pair.b), pair]));
  const merged = new Map(resolveMerges(decided).map(({ from, into }) => [from, into]));
  const end = (film: number) => merged.get(film) ?? film;
  const latest = decidedPairs(decided);
  const prefer = (a: number, b: number) => (films.get(b)?.ratings ?? 0) - (films.get(a)?.ratings ?? 0) || a - b;
  const shown = (id: number, pair?: ScoredPair): DuplicateFilm => filmOf(id, films.get(id), merged.get(id) ?? null, pair);

  const undecided = [...pairs.values()].filter(({ a, b }) => end(a) !== end(b) && !latest.get(pairName(a, b))?.refused);
  const open = clustersOf(undecided, prefer).map(({ representative, members, score }): DuplicateCluster => {
    const all = [shown(representative), ...members.map(({ film, pair }) => shown(film, pair))];
    const survivor = all.map(({ id }) => id).sort(prefer)[0] ?? representative;
    return { id: `open ${all.map(({ id }) => id).join(' ')}`, state: 'open', score, survivor, films: all, decision: null, together: 0, decidedAt: null };
  });

  const together = new Map([...Map.groupBy(decided, ({ decision }) => decision)].map(([decision, rows]) => [decision, new Set(rows.map(({ cluster }) => cluster)).size]));
  const closed = [...Map.groupBy(decided, ({ decision, cluster }) => `${decision} ${cluster}`)].flatMap(([name, rows]): DuplicateCluster[] => {
    const [first] = rows;
    if (!first) return [];
    const stands = (a: number, b: number) => latest.get(pairName(a, b))?.decision === first.decision;
    const facts = { id: name, decision: first.decision, together: together.get(first.decision) ?? 1, decidedAt: first.madeAt };
    if (first.into !== null) {
      const into = first.into;
      const left = rows.filter(({ film }) => stands(film, into));
      if (left.length === 0) return [];
      const scores = left.flatMap(({ score }) => (score === null ? [] : [score]));
      return [{ ...facts, state: 'merged', score: scores.length === 0 ? null : Math.min(...scores), survivor: into, films: [shown(into), ...left.map(({ film }) => shown(film, pairs.get(pairName(film, into))))] }];
    }
    const ids = rows.map(({ film }) => film).sort(prefer);
    const [kept = first.film, ...others] = ids;
    if (!ids.some((a, i) => ids.slice(i + 1).some((b) => stands(a, b)))) return [];
    return [{ ...facts, state: 'refused', score: first.score, survivor: kept, films: [shown(kept), ...others.map((film) => shown(film, pairs.get(pairName(film, kept))))] }];
  });
  return [...open, ...closed];
}

function filmOf(id: number, film: FoundFilm | undefined, mergedInto: number | null, pair: ScoredPair | undefined): DuplicateFilm {
  const facts = film ?? { title: null, year: null, genres: [], ratings: 0, tags: 0, imdb: null, tmdb: null };
  return { ...facts, id, genres: [...facts.genres], mergedInto, score: pair?.score ?? null, reasons: [...(pair?.reasons ?? [])] };
}

/** For each score from 0.00 to 1.00 in hundredths: the open clusters with at least that score, and the films that would become others. */
export function countAbove(clusters: readonly DuplicateCluster[]): { clusters: number; films: number }[] {
  const open = clusters.filter(({ state }) => state === 'open');
  return Array.from({ length: 101 }, (_, hundredths) => {
    const there = open.filter(({ score }) => (score ?? 0) >= hundredths / 100);
    return { clusters: there.length, films: there.reduce((sum, { films }) => sum + films.length - 1, 0) };
  });
}

const fold = (text: string) => text.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase();

/** Whether a cluster has a film with `text` in its title, whatever case and accents, or as its id. */
export function mentions({ films }: DuplicateCluster, text: string): boolean {
  const wanted = fold(text.trim());
  return wanted === '' || films.some(({ id, title }) => String(id) === wanted || fold(title ?? '').includes(wanted));
}

/** The cluster's order in a list: what sorts first first. */
export function byOrder(sort: 'score' | 'ratings' | 'title'): (a: DuplicateCluster, b: DuplicateCluster) => number {
  const ratings = ({ films }: DuplicateCluster) => films.reduce((sum, film) => sum + film.ratings, 0);
  const title = ({ films: [film] }: DuplicateCluster) => film?.title ?? '';
  const byTitle = (a: DuplicateCluster, b: DuplicateCluster) => title(a).localeCompare(title(b), 'en') || (a.id < b.id ? -1 : 1);
  if (sort === 'title') return byTitle;
  return (a, b) => (sort === 'score' ? (b.score ?? 0) - (a.score ?? 0) : ratings(b) - ratings(a)) || byTitle(a, b);
}
