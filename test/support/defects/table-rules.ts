import { type DefectiveSet, type Injection, isId, texts } from './set.ts';
import { steps } from './ratings.ts';

const DAY = 86_400;

/** Brings the figure of each table rule just over its limit where it is to fail, else just up to it where that is in our hands. */
export function injectTableRules({ tables, counts, expected, importedAt }: Injection, addUnratedFilm: () => void): Pick<DefectiveSet, 'settings' | 'earlier'> {
  const fails = (rule: string) => {
    expected[rule] = (counts[rule] ?? 0) > 0 ? 1 : 0;
    return expected[rule] === 1;
  };
  const { ratings, movies } = tables;
  const volume = ratings.length + (fails('ratings.volume') ? 1 : 0);

  const missing: readonly string[] = texts.missing;
  const times = ratings.map(([, , , time = '']) => (/^\d+$/.test(time) ? Number(time) : Date.parse(time) / 1000)).map((time) => (time >= 1e11 ? Math.floor(time / 1000) : time));
  const newest = Math.max(...times.filter((time) => time <= importedAt));
  const age = importedAt - newest - (fails('ratings.freshness') ? 1 : 0);

  // All steps as often as one another, which is what the set is like, or the lowest alone.
  const earlier = fails('ratings.distribution.drift') ? [{ rating: 0.5, share: 1 }] : steps.map((step) => ({ rating: Number(step), share: 0.1 }));

  if (fails('dataset.referential')) {
    const rated = new Set(ratings.map(([, film = '']) => film));
    const known = new Set(movies.map(([film = '']) => film).filter(isId));
    const unrated = [...known].filter((film) => !rated.has(film)).length;
    for (let i = 0; i <= known.size - 2 * unrated; i++) addUnratedFilm();
  }
  if (fails('dataset.completeness')) {
    const { ratings: r, movies: m, tags: t, 'genome-scores': g, 'genome-tags': w, persons: p } = tables;
    const cells = 3 * r.length + 2 * m.length + 3 * t.length + 3 * g.length + 2 * w.length + 2 * p.length + m.length;
    // Links need an identifier of their film only, and no other rule minds that it is not there.
    for (let i = 0; i < cells * 0.055; i++) tables.links.push([missing[i % missing.length] ?? '', '0114709', String(95_000_000 + i)]);
  }
  return { settings: { min_volume: volume, max_age_days: age / DAY }, earlier };
}
