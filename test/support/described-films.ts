import { openWorld } from './small-world.ts';
import { publishBuilt } from './built.ts';
import { versionSql } from '../../electron/engine/workspace/versions.ts';

interface Described {
  readonly id: number;
  readonly title: string;
  readonly original?: string;
  readonly year: number;
  readonly genres: readonly string[];
  readonly tags?: readonly string[];
  readonly keywords?: readonly string[];
  readonly genome?: readonly (readonly [string, number])[];
  readonly overview?: string;
}

/** Invented films in three kinds that share few words within a kind; 90 is rated by nobody, 91 is known by its title alone. */
export const described: readonly Described[] = [
  { id: 1, title: 'Robot Dawn', year: 2001, genres: ['Sci-Fi'], tags: ['robots', 'artificial intelligence'], overview: 'A lonely machine wakes on an abandoned station.' },
  { id: 2, title: 'The Iron Mind', year: 2004, genres: ['Sci-Fi', 'Drama'], tags: ['artificial intelligence', 'dystopia'], overview: 'A machine that thinks is put on trial.' },
  { id: 3, title: 'Orbit of Fear', year: 1998, genres: ['Sci-Fi', 'Horror'], tags: ['space', 'aliens'], overview: 'The crew of a station hears knocking from outside.' },
  { id: 4, title: 'Star Harvest', year: 2011, genres: ['Sci-Fi'], tags: ['space', 'robots', 'time travel'], keywords: ['spaceship', 'wormhole'] },
  { id: 5, title: 'Yesterday Again', year: 2013, genres: ['Sci-Fi', 'Romance'], tags: ['time travel', 'love story'], overview: 'She meets him for the first time, again and again.' },
  { id: 11, title: 'Paris Rain', original: 'Pluie sur Paris', year: 1995, genres: ['Romance'], tags: ['love story', 'paris'], overview: 'Two strangers share an umbrella and a summer.' },
  { id: 12, title: 'Amélie’s Letters', year: 2001, genres: ['Romance', 'Comedy'], tags: ['paris', 'quirky'], overview: 'A shy waitress writes letters to strangers.' },
  { id: 13, title: 'Two Weddings', year: 1990, genres: ['Romance', 'Comedy'], tags: ['love story', 'wedding'], keywords: ['wedding', 'best friend'] },
  { id: 14, title: 'A Summer of Letters', year: 1985, genres: ['Romance', 'Drama'], tags: ['love story', 'letters'], overview: 'A soldier and a nurse in love.' },
  { id: 15, title: 'Ñandú', year: 2009, genres: ['Romance'], tags: ['argentina', 'love story'] },
  { id: 21, title: 'The Vault', year: 1975, genres: ['Crime', 'Thriller'], tags: ['heist', 'bank robbery'], overview: 'Four thieves and one perfect plan.' },
  { id: 22, title: 'Godfather of the Docks', year: 1972, genres: ['Crime', 'Drama'], tags: ['mafia', 'organized crime'], genome: [['mafia', 0.99], ['family bonds', 0.7], ['space', 0.02]] },
  { id: 23, title: 'Last Score', year: 1999, genres: ['Crime'], tags: ['heist', 'thieves'], genome: [['mafia', 0.5], ['heist', 0.95]] },
  { id: 24, title: 'Spider-Man of Naples', year: 2002, genres: ['Crime', 'Comedy'], tags: ['thieves', 'mafia'] },
  { id: 25, title: '千と千尋の神隠し', year: 2001, genres: ['Animation'], tags: ['spirits', 'anime'] },
  { id: 26, title: 'It', year: 1990, genres: ['Horror'], tags: ['clown'] },
  { id: 90, title: 'Steel Hearts', year: 2020, genres: ['Sci-Fi'], tags: ['robots', 'artificial intelligence', 'dystopia'] },
  { id: 91, title: 'Unheard', year: 2020, genres: [] },
];

/** An engine on a workspace that holds these films: users 1…12 like sci-fi, 13…24 romance, 25…36 crime. Close it when done. */
export async function openDescribed(overrides: string[] = []): Promise<Awaited<ReturnType<typeof openWorld>>> {
  const engine = await openWorld({ empty: true, overrides });
  const rows = (of: readonly (readonly (string | number | null)[])[]) => of.map((row) => `(${row.map((cell) => (cell === null ? 'NULL' : typeof cell === 'number' ? String(cell) : `'${cell.replaceAll("'", "''")}'`)).join(', ')})`).join(', ');
  const keywords = [...new Set(described.flatMap((film) => film.keywords ?? []))];
  const genome = [...new Set(described.flatMap((film) => (film.genome ?? []).map(([tag]) => tag)))];
  const genres = ['Sci-Fi', 'Romance', 'Crime'];
  const ratings = Array.from({ length: 36 }, (_, at) => at + 1).flatMap((user) => described.filter(({ id }) => id < 90).flatMap((film, place) => {
    const fond = film.genres.includes(genres[Math.floor((user - 1) / 12)] ?? '');
    return (user * 7 + place * 5) % (fond ? 3 : 5) === 0 ? [] : [[user, film.id, fond ? 4 + (user % 3) / 2 : 1 + (place % 4) / 2, 1_000_000_000 + user * 1000 + place]];
  }));
  await engine.context.workspace().write(async (session) => {
    const run = 'described';
    const table = (name: string) => versionSql(name, run);
    const make = (name: string, columns: string, values: readonly (readonly (string | number | null)[])[]) => session.run(`CREATE TABLE ${table(name)} (${columns}); INSERT INTO ${table(name)} VALUES ${rows(values)}`);
    await make('movies', 'movie_id BIGINT, title VARCHAR, original_title VARCHAR, year INTEGER, overview VARCHAR', described.map((film) => [film.id, film.title, film.original ?? `${film.title} (${film.year})`, film.year, film.overview ?? null]));
    await make('movie_genres', 'movie_id BIGINT, genre VARCHAR', described.flatMap((film) => film.genres.map((genre) => [film.id, genre])));
    await make('tags', 'user_id BIGINT, movie_id BIGINT, tag VARCHAR', described.flatMap((film) => (film.tags ?? []).map((tag, place) => [place + 1, film.id, tag])));
    await make('keywords', 'keyword_id BIGINT, keyword VARCHAR', keywords.map((keyword, at) => [at, keyword]));
    await make('movie_keywords', 'movie_id BIGINT, keyword_id BIGINT', described.flatMap((film) => (film.keywords ?? []).map((keyword) => [film.id, keywords.indexOf(keyword)])));
    await make('genome_tags', 'tag_id BIGINT, tag VARCHAR', genome.map((tag, at) => [at, tag]));
    await make('genome_scores', 'movie_id BIGINT, tag_id BIGINT, relevance DOUBLE', described.flatMap((film) => (film.genome ?? []).map(([tag, relevance]) => [film.id, genome.indexOf(tag), relevance])));
    await make('ratings_made', 'user_id BIGINT, movie_id BIGINT, rating DOUBLE, moment BIGINT', ratings);
    await session.run(`CREATE TABLE ${table('ratings')} AS SELECT user_id, movie_id, rating, make_timestamp(moment * 1000000) AS rated_at FROM ${table('ratings_made')}; DROP TABLE ${table('ratings_made')}`);
    await publishBuilt(session, 'transform', run, listTables);
  });
  engine.context.emit({ name: 'workspace.changed', data: { what: 'tables' } });
  return engine;
}

const listTables = ['movies', 'movie_genres', 'tags', 'keywords', 'movie_keywords', 'genome_tags', 'genome_scores', 'ratings'];
