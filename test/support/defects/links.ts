import { handOut, type Injection, isId, pick, texts } from './set.ts';

/** A row for every film id of movies, with ids in each of the forms that are right. */
export function makeLinks({ tables }: Injection): void {
  const ids = new Set(tables.movies.map(([id = '']) => id).filter(isId));
  for (const id of ids) {
    const film = Number(id);
    const imdb = [String(film * 7).padStart(7, '0'), `tt${String(film).padStart(7, '0')}`, String(10_000_000 + film), `tt${10_000_000 + film}`];
    tables.links.push([id, pick(imdb, film), String(20_000_000 + film)]);
  }
}

export function spoilLinks(injection: Injection): void {
  const { tables, inject } = injection;
  const takeRow = handOut(tables.links.filter(([film = '']) => isId(film)), injection);
  const gone = new Set<string[]>();
  inject('links.movie_id.orphan', (i) => { tables.links.push([String(4_000_000_001 + i), '0114709', String(90_000_001 + i)]); });
  inject('links.movie_id.missing', () => { gone.add(takeRow()); });
  inject('links.imdb_id.format', (i) => {
    const row = takeRow();
    row[1] = pick(['114709', 'tt11470', 'abc', '123456789', 'tt', '0114709x', '114709.0', ' 0114709', 'TT0114709'], i);
    if (i % 3 === 2) row[2] = 'none yet';
  });
  inject('links.tmdb_id.present', (i) => { takeRow()[2] = pick(texts.missing, i); });
  inject('links.tmdb_id.unique', (i) => {
    const row = takeRow();
    for (let k = 0; k <= i % 2; k++) takeRow()[2] = row[2] as string;
  });
  // Not failures: no IMDb id, an unreadable TMDB id, one film twice with the same ids.
  takeRow()[1] = '';
  takeRow()[2] = 'abc';
  const again = takeRow();
  tables.links = [...tables.links.filter((row) => !gone.has(row)), [...again]];
}
