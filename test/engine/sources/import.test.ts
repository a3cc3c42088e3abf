import { existsSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { openTestEngine, type TestEngine } from '../../support/workspace.ts';

const data = process.env['REELBENCH_DATA'] ?? path.resolve('../shared/data');
let engine: TestEngine;
afterEach(() => engine.close());

describe.skipIf(!existsSync(data))(`the published files in ${data}`, () => {
  it('imports MovieLens latest-small with every row in its place', async () => {
    engine = await openTestEngine();
    const job = await engine.imported(path.join(data, 'ml-latest-small'));
    expect(job.result).toMatchObject({ release: 'MovieLens latest-small' });
    expect(await engine.rows('SELECT table_name, rows, rejected, unreadable FROM raw.files ORDER BY ALL')).toEqual([
      { table_name: 'links', rows: 9742, rejected: 0, unreadable: 0 },
      { table_name: 'movies', rows: 9742, rejected: 0, unreadable: 0 },
      { table_name: 'ratings', rows: 100836, rejected: 0, unreadable: 0 },
      { table_name: 'tags', rows: 3683, rejected: 0, unreadable: 0 },
    ]);
    expect(await engine.rows("SELECT first_row, first_line FROM raw.lines WHERE table_name = 'ratings'")).toEqual([{ first_row: 0, first_line: 2 }]);
    expect(await engine.rows("SELECT imdb_id, tmdb_id FROM raw.links WHERE movie_id = 1")).toEqual([{ imdb_id: '0114709', tmdb_id: 862 }]);
  });

  it('reads the films of MovieLens 20M whose quotes are not doubled', async () => {
    engine = await openTestEngine();
    await engine.imported(path.join(data, 'genome-20m-sample'));
    expect(await engine.rows('SELECT count(*) AS films FROM raw.movies')).toEqual([{ films: 27278 }]);
    expect(await engine.rows("SELECT title FROM raw.movies WHERE title LIKE '%Great Performances%'")).toEqual([{ title: '"Great Performances" Cats (1998)' }]);
  });

  it('imports the Parquet release', async () => {
    engine = await openTestEngine();
    await engine.imported(path.join(data, 'ml-latest-2023-sample'));
    expect(await engine.rows('SELECT (SELECT count(*) FROM raw.ratings) AS ratings, (SELECT count(*) FROM raw.genome_scores) AS scores')).toEqual([{ ratings: 206585, scores: 122664 }]);
  });
});
