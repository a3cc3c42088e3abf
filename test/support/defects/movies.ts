import { handOut, type Injection, pick, texts } from './set.ts';
import { filmOf, films, users, yearOf } from './world.ts';

const genres = ['Action', 'Comedy', 'Drama', 'Sci-Fi', 'Film-Noir', 'Thriller', 'IMAX'];
const openings = ['Abandoned', 'Brilliant', 'Crimson', 'Distant', 'Electric', 'Forgotten', 'Glorious', 'Hidden', 'Infinite', 'Joyful', 'Kindred', 'Luminous', 'Midnight', 'Northern', 'Obsidian', 'Perfect', 'Quiet', 'Restless', 'Savage', 'Tangled'];
const closings = ['Avenue', 'Bridge', 'Cathedral', 'Dynasty', 'Elephant', 'Fountain', 'Garden', 'Harbour', 'Island', 'Journey', 'Kingdom', 'Lighthouse', 'Mountain', 'Notebook', 'Orchard', 'Pavilion', 'Quarry', 'River', 'Summer', 'Tempest'];

export function makeMovies({ tables }: Injection): void {
  for (let film = 1; film <= films; film++) tables.movies.push([String(film * 3), `${openings[film % 20]} ${closings[Math.floor(film / 20)]} (${yearOf(film)})`, [genres[film % 7], genres[(film + 2) % 7]].join('|')]);
}

/** Answers a function that adds a clean film which nobody rated. */
export function spoilMovies(injection: Injection): () => void {
  const { tables, importedAt, below, inject } = injection;
  const someTime = () => String(importedAt - 86_400 * (1 + below(300)));
  let nextFilm = 900_001;
  let nextTitle = 0;
  const newTitle = (year: number | string = 1980) => {
    const animal = ['Aardvark', 'Buccaneer', 'Chandelier', 'Dromedary', 'Eiderdown', 'Falconry', 'Gondolier', 'Hurricane'][nextTitle % 8];
    // Letters that differ by two in three places: no two of these are one slip apart.
    const letters = String(100 + nextTitle++).replaceAll(/\d/g, (digit) => String.fromCodePoint(97 + 2 * Number(digit)));
    return `Unheard ${animal} ${letters.repeat(3)} (${year})`;
  };
  const addFilm = (cells: Partial<Record<'id' | 'title' | 'genres', string>>) => tables.movies.push([cells.id ?? String(nextFilm++), cells.title ?? newTitle(), cells.genres ?? 'Drama']);
  const takeFilm = handOut(tables.movies, injection);

  inject('ratings.movie.sparse', () => {
    const id = nextFilm;
    addFilm({});
    const start = below(users - 5);
    for (let i = 0; i < 1 + (id % 4); i++) tables.ratings.push([String(start + i + 1), String(id), '4', someTime()]);
  });
  inject('movies.movie_id.present', (i) => addFilm({ id: pick(texts.missing, i) }));
  inject('movies.movie_id.type', (i) => addFilm({ id: pick(texts.noId, i) }));
  // Of the same year, so that it is no matter which of the two comes first.
  inject('movies.movie_id.unique', () => { const [id = ''] = takeFilm(); addFilm({ id, title: newTitle(yearOf(filmOf(id))) }); });
  inject('movies.title.present', (i) => addFilm({ title: ['', '  ', '\t'][i % 3] as string }));
  inject('movies.title.whitespace', (i) => { const film = takeFilm(); film[1] = [` ${film[1]}`, `${film[1]}  `, (film[1] as string).replace(' ', '  '), `\t${film[1]}`][i % 4] as string; });
  inject('movies.title.encoding', (i) => {
    const film = takeFilm();
    const word = ['AmÃ©lie', 'Caf\u{FFFD}', 'Bell\u0007', 'NaÃ¯ve', 'Donâ€™t', 'ÃœberfÃ¤lle', 'VoilÃ\u00A0', 'â\u0080\u009CYes'][i % 8] as string;
    film[1] = `${word} ${film[1]}`;
  });
  inject('movies.title.year_present', (i) => { addFilm({ title: newTitle().replace(/ \(1980\)$/, ['', ' (2006–2007)', ' (2010– )', ' 1995', ' (95)'][i % 5] as string) }); });
  inject('movies.year.range', (i) => addFilm({ title: newTitle(['1873', '2099', '0001', '1000'][i % 4]) }));
  inject('movies.genres.present', (i) => { takeFilm()[2] = ['', '(no genres listed)', ' ', '|'][i % 4] as string; });
  inject('movies.genres.known', (i) => { takeFilm()[2] = ['Telenovela', 'Drama|drama', 'Sci-fi', 'Comedy|Romcom'][i % 4] as string; });
  inject('movies.genres.format', (i) => { takeFilm()[2] = ['Drama |Comedy', 'Drama||Comedy', 'Drama|Comedy|Drama', '|Drama', 'Drama|', 'Drama| Comedy'][i % 6] as string; });
  inject('movies.duplicate.exact', (i) => { const film = takeFilm(); for (let k = 0; k <= i % 2; k++) addFilm({ title: film[1] as string }); });
  inject('movies.duplicate.fuzzy', (i) => {
    const film = takeFilm();
    const [, name = '', year = ''] = /^(.*) (\(\d+\))$/.exec(film[1] as string) ?? [];
    const nearly = [`The ${name}`, `${name}, The`, name.toUpperCase(), name.replace(/[aeiou]/, (letter) => `${letter}\u0301`.normalize()), name.replace(' ', '-'), `${name}!`, name.slice(0, -1), name.replace(/^(.)/, '$1$1'), name.replace(/(.)(.)$/, '$2$1'), name.replace(/.$/, 'w')][i % 10] as string;
    addFilm({ title: `${nearly} ${year}` });
  });
  // Not failures: commas, quotes and brackets in titles, blanks are no matter after the year, parts of a series.
  addFilm({ title: '"Grand, Very" Affair, The (L\'affaire) (1981)' });
  addFilm({ title: 'Expedition Part II (1982)' });
  addFilm({ title: 'Expedition Part III (1982)' });
  addFilm({ title: 'Expedition 12 (1983)' });
  addFilm({ title: 'Expedition 13 (1983)' });
  addFilm({ title: 'CAFÉ» (1984)', genres: 'IMAX' });
  return () => addFilm({});
}
