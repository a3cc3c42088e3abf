import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ImportPreview, RunResult } from '../../../shared/contract/index.ts';
import { dataFolder } from '../../support/movielens.ts';
import { openTestEngine, type TestEngine } from '../../support/workspace.ts';

let engine: TestEngine;
beforeEach(async () => (engine = await openTestEngine()));
afterEach(() => engine.close());

async function file(name: string, text: string): Promise<string> {
  const target = path.join(engine.folder, name);
  await writeFile(target, text);
  return target;
}

async function built(): Promise<RunResult> {
  const job = await engine.engine.context.jobs.ended((await engine.engine.call('pipeline.run', { stages: ['extract', 'validate', 'transform', 'load'] })).jobId);
  if (job.status !== 'succeeded') throw new Error(job.error?.message ?? JSON.stringify(job.result));
  return job.result as RunResult;
}

const reconciled = () => engine.rows('SELECT table_name, imported, loaded, duplicates, rejected, difference FROM reconciliation ORDER BY table_name');

const best = `Poster_Link,Series_Title,Released_Year,Certificate,Runtime,Genre,IMDB_Rating,Overview,Meta_score,Director,Star1,Star2,No_of_Votes,Gross
x.jpg,The Long Road,1994,A,142 min,Drama,9.3,"Two men, one road.",80,Ana Bo,Cy Do,Eve Fa,"2,343,110","28,341,469"
y.jpg,Moon Sixteen,PG,U,2h 20m,"Adventure, Drama",7.6,Home again.,77,Gus Ho,Cy Do,Cy Do,269197,$1.5M
z.jpg,Untold,1999,,PT95M,Comedy,8,Nothing.,,Ana Bo,Ida Jo,,12,
`;

describe('a list of films as IMDb and Kaggle write it', () => {
  it('becomes films and persons, and the cell that is no year is kept with its line', async () => {
    const job = await engine.imported(await file('imdb_best.csv', best));
    expect(job.result).toMatchObject({ files: [{ kind: 'movies', rows: 3, rejected: 0 }, { kind: 'persons', rows: 8, rejected: 0 }] });
    expect(await engine.rows('SELECT movie_id, title, year, certificate, runtime, genres, average_rating, votes, meta_score, gross FROM raw.movies')).toEqual([
      { movie_id: 1, title: 'The Long Road', year: 1994, certificate: 'A', runtime: 142, genres: 'Drama', average_rating: 9.3, votes: 2343110, meta_score: 80, gross: 28341469 },
      { movie_id: 3, title: 'Untold', year: 1999, certificate: null, runtime: 95, genres: 'Comedy', average_rating: 8, votes: 12, meta_score: null, gross: null },
    ]);
    expect(await engine.rows('SELECT line, movie_id, title, year, runtime, genres, gross FROM raw.movies_text')).toEqual([
      { line: 3, movie_id: '2', title: 'Moon Sixteen', year: 'PG', runtime: '140', genres: 'Adventure|Drama', gross: '1500000' },
    ]);
    expect(await engine.rows('SELECT movie_id, name, role, ordering FROM raw.persons WHERE movie_id < 3')).toEqual([
      { movie_id: 1, name: 'Ana Bo', role: 'Director', ordering: 1 }, { movie_id: 1, name: 'Cy Do', role: 'Actor', ordering: 1 }, { movie_id: 1, name: 'Eve Fa', role: 'Actor', ordering: 2 },
      { movie_id: 2, name: 'Gus Ho', role: 'Director', ordering: 1 }, { movie_id: 2, name: 'Cy Do', role: 'Actor', ordering: 1 }, { movie_id: 2, name: 'Cy Do', role: 'Actor', ordering: 2 },
    ]);
    expect((await built()).run.status).toBe('succeeded');
    expect(await engine.rows('SELECT movie_id, title, year, runtime, certificate, gross FROM movies')).toEqual([
      { movie_id: 1, title: 'The Long Road', year: 1994, runtime: 142, certificate: 'A', gross: 28341469 },
      { movie_id: 2, title: 'Moon Sixteen', year: null, runtime: 140, certificate: 'U', gross: 1500000 },
      { movie_id: 3, title: 'Untold', year: 1999, runtime: 95, certificate: null, gross: null },
    ]);
    expect(await engine.rows('SELECT * FROM people')).toEqual([
      { person_id: 1, name: 'Ana Bo' }, { person_id: 2, name: 'Cy Do' }, { person_id: 3, name: 'Eve Fa' }, { person_id: 4, name: 'Gus Ho' }, { person_id: 5, name: 'Ida Jo' },
    ]);
    expect(await engine.rows('SELECT movie_id, person_id, job FROM movie_crew')).toEqual([{ movie_id: 1, person_id: 1, job: 'Director' }, { movie_id: 2, person_id: 4, job: 'Director' }, { movie_id: 3, person_id: 1, job: 'Director' }]);
    const [movies, persons] = await reconciled();
    expect(movies).toMatchObject({ imported: 3, loaded: 3, difference: 0 });
    expect(persons).toMatchObject({ imported: 8, difference: 0 });
  });

  it('without ids goes on from the largest id that is there', async () => {
    await engine.imported(await file('movies.csv', 'movieId,title,genres\n41,Heat (1995),Crime\nx,Odd (1996),Drama\n'));
    await engine.imported(await file('imdb_best.csv', best), { options: { append: true } });
    expect(await engine.rows('SELECT movie_id FROM raw.movies UNION ALL SELECT TRY_CAST(movie_id AS BIGINT) FROM raw.movies_text ORDER BY ALL')).toEqual([{ movie_id: 41 }, { movie_id: 42 }, { movie_id: 43 }, { movie_id: 44 }, { movie_id: null }]);
  });

  it('has its ids in IMDb’s form, names between commas, and its genres in a list', async () => {
    await engine.imported(await file('Movies.csv', `imdb_title_id,title,year,genre,duration,actors,writer\ntt0000009,Miss Gerry,1894,"[{'id': 10749, 'name': 'Romance'}]",45,"Blanche Bo, Robert Do, Jr., Ida Jo",\nx,No id,1895,[],45,Ida Jo,Cy Do\n`));
    expect(await engine.rows('SELECT movie_id, title, year, genres, runtime FROM raw.movies')).toEqual([{ movie_id: 9, title: 'Miss Gerry', year: 1894, genres: 'Romance', runtime: 45 }]);
    expect(await engine.rows('SELECT movie_id, name, role, ordering FROM raw.persons')).toEqual([
      { movie_id: 9, name: 'Blanche Bo', role: 'Actor', ordering: 1 }, { movie_id: 9, name: 'Robert Do, Jr.', role: 'Actor', ordering: 2 }, { movie_id: 9, name: 'Ida Jo', role: 'Actor', ordering: 3 },
    ]);
    expect(await engine.rows('SELECT line, movie_id, name, role FROM raw.persons_text')).toEqual([{ line: 3, movie_id: 'x', name: 'Ida Jo', role: 'Actor' }, { line: 3, movie_id: 'x', name: 'Cy Do', role: 'Writer' }]);
  });

  it('comes as Parquet with its genres in lists', async () => {
    const target = path.join(engine.folder, 'movies.parquet');
    await engine.rows(`COPY (SELECT 5 AS movie_id, 'Up' AS title, ['Drama', 'War'] AS genres, '96 min' AS runtime UNION ALL SELECT 6, 'Odd', [], 'long') TO '${target}' (FORMAT parquet)`);
    await engine.imported(target);
    expect(await engine.rows('SELECT movie_id, title, genres, runtime FROM raw.movies')).toEqual([{ movie_id: 5, title: 'Up', genres: 'Drama|War', runtime: 96 }]);
    expect(await engine.rows('SELECT movie_id, runtime FROM raw.movies_text')).toEqual([{ movie_id: '6', runtime: 'long' }]);
  });

  it('leaves the files of MovieLens as they are', async () => {
    await engine.imported(await file('movies.csv', 'movieId,title,genres\n1,Heat (1995),"Crime, Drama|War"\n2,Up (2009),Drama\n'));
    expect(await engine.rows('SELECT * FROM raw.movies')).toEqual([{ movie_id: 1, title: 'Heat (1995)', genres: 'Crime, Drama|War' }, { movie_id: 2, title: 'Up (2009)', genres: 'Drama' }]);
  });
});

const cast = `[{'cast_id': 14, 'character': 'Woody (voice)', 'gender': 2, 'id': 31, 'name': 'Tom O\\'Hara', 'order': 0, 'profile_path': None}, {'character': '', 'id': 7, 'name': ""Tim 'T' Li"", 'order': 1}]`;
const crew = `[{'department': 'Directing', 'id': 31, 'job': 'Director', 'name': 'Tom O\\'Hara'}]`;

describe('credits and keywords as Python literals', () => {
  it('are unfolded into rows; a list that cannot be read is rejected with its line, column and position', async () => {
    await engine.imported(await file('credits.csv', `cast,crew,id\n"${cast}","${crew}",862\n"[{'id': 5, 'name': 'Lost",[],863\n[],"[{'id': 9, 'job': 'Editor', 'name': 'Ed'}]",864\n"[__import__('os').system('true')]",[],865\n`));
    expect(await engine.rows(`SELECT p.*, l.first_line + (p.rowid - l.first_row) AS line FROM raw.persons p ASOF JOIN (SELECT * FROM raw.lines WHERE table_name = 'persons') l ON p.rowid >= l.first_row ORDER BY p.rowid`)).toEqual([
      { movie_id: 862, person_id: 31, name: "Tom O'Hara", role: 'Actor', department: null, character: 'Woody (voice)', ordering: 1, line: 2 },
      { movie_id: 862, person_id: 7, name: "Tim 'T' Li", role: 'Actor', department: null, character: null, ordering: 2, line: 2 },
      { movie_id: 862, person_id: 31, name: "Tom O'Hara", role: 'Director', department: 'Directing', character: null, ordering: 1, line: 2 },
      { movie_id: 864, person_id: 9, name: 'Ed', role: 'Editor', department: null, character: null, ordering: 1, line: 4 },
    ]);
    expect((await engine.engine.call('import.rejects', {})).rows).toEqual([
      { file: 'credits.csv', line: 3, column: 'cast', reason: 'The list cannot be read at character 20: a text is opened here and never closed.', text: "[{'id': 5, 'name': 'Lost" },
      { file: 'credits.csv', line: 5, column: 'cast', reason: 'The list cannot be read at character 2: “__import__(\'” stands where a value is expected.', text: "[__import__('os').system('true')]" },
    ]);
    await built();
    expect(await engine.rows('SELECT (SELECT count(*) FROM people) AS people, (SELECT count(*) FROM movie_cast) AS casts, (SELECT count(*) FROM movie_crew) AS crew')).toEqual([{ people: 3, casts: 2, crew: 2 }]);
    expect(await reconciled()).toEqual([{ table_name: 'persons', imported: 6, loaded: 4, duplicates: 0, rejected: 2, difference: 0 }]);
  });

  it('that none can be read are refused with the first place', async () => {
    const job = await engine.import(await file('keywords.csv', `id,keywords\n1,"[{'id': 1]"\n2,"[{]"\n`));
    expect(job.error).toMatchObject({ code: 'invalid-input', file: 'keywords.csv', line: 2, column: 'keywords', message: expect.stringContaining('at character 10') });
  });

  it('come as JSON as well, and as cells of the films themselves', async () => {
    await engine.imported(await file('films.ndjson', '{"id": 3, "title": "Up", "keywords": [{"id": 12, "name": "balloon"}, {"id": 13, "name": "old man"}], "crew": null}\n'), { options: { as: 'movies' } });
    expect(await engine.rows('SELECT * FROM raw.keywords')).toEqual([{ movie_id: 3, keyword_id: 12, keyword: 'balloon' }, { movie_id: 3, keyword_id: 13, keyword: 'old man' }]);
    await built();
    expect(await engine.rows('SELECT * FROM movie_keywords JOIN keywords USING (keyword_id)')).toEqual([{ keyword_id: 12, movie_id: 3, keyword: 'balloon' }, { keyword_id: 13, movie_id: 3, keyword: 'old man' }]);
  });

  it('of a flat file are rows already', async () => {
    await engine.imported(await file('Persons.csv', 'movie_id,person_id,name,role,character\n1,nm0000209,Tim Ro,actor,Andy\n1,nm0001104,Fran Da,director,\n'));
    expect(await engine.rows('SELECT movie_id, person_id, name, role, "character" FROM raw.persons')).toEqual([
      { movie_id: 1, person_id: 209, name: 'Tim Ro', role: 'actor', character: 'Andy' }, { movie_id: 1, person_id: 1104, name: 'Fran Da', role: 'director', character: null },
    ]);
  });
});

it('any other table finds its minutes, sums and lists by itself', async () => {
  const paths = [await file('shop.csv', `item,took,price,sold,tags\nA,142 min,"$1,200","1,234","['a', 'b']"\nB,2h,$15.50,12,[]\n`)];
  const files = await Promise.all(paths.map((one) => engine.engine.context.files.grant(one)));
  const preview: ImportPreview = await engine.engine.call('import.preview', { files });
  expect(preview.files[0]?.columns.map(({ type }) => type)).toEqual(['VARCHAR', 'MINUTES', 'MONEY', 'COUNT', 'LIST']);
  await engine.imported(paths, { options: { types: { sold: 'VARCHAR' } } });
  expect(await engine.rows('SELECT * FROM raw.shop')).toEqual([{ item: 'A', took: 142, price: 1200, sold: '1,234', tags: '["a","b"]' }, { item: 'B', took: 120, price: 15.5, sold: '12', tags: '[]' }]);
});

describe.skipIf(!existsSync(dataFolder))(`the published files in ${dataFolder}`, () => {
  it('imdb_top_1000.csv imports: 1,000 films, 5,000 persons, all accounted for', async () => {
    await engine.imported(path.join(dataFolder, 'imdb-top-1000'));
    expect(await engine.rows('SELECT table_name, rows, unreadable, rejected FROM raw.files ORDER BY ALL')).toEqual([
      { table_name: 'movies', rows: 999, unreadable: 1, rejected: 0 }, { table_name: 'persons', rows: 5000, unreadable: 0, rejected: 0 },
    ]);
    await built();
    expect(await engine.rows('SELECT count(*) AS films, count(year) AS years, count(runtime) AS runtimes, count(gross) AS grosses FROM movies')).toEqual([{ films: 1000, years: 999, runtimes: 1000, grosses: 831 }]);
    expect((await reconciled()).map(({ difference }) => difference)).toEqual([0, 0]);
  });

  it('Kaggle’s credits and keywords import: every item of every list', async () => {
    const kaggle = (name: string) => path.join(dataFolder, 'kaggle-movies-sample', name);
    await engine.imported([kaggle('credits.csv'), kaggle('credits_haninerob.csv'), kaggle('keywords.csv')], { perFile: { 'credits_haninerob.csv': { as: 'persons' } } });
    expect(await engine.rows('SELECT path, table_name, rows, unreadable, rejected FROM raw.files ORDER BY ALL')).toEqual([
      { path: 'credits.csv', table_name: 'persons', rows: 1704, unreadable: 0, rejected: 0 },
      { path: 'credits_haninerob.csv', table_name: 'persons', rows: 143, unreadable: 0, rejected: 0 },
      { path: 'keywords.csv', table_name: 'keywords', rows: 439, unreadable: 0, rejected: 0 },
    ]);
  });
});
