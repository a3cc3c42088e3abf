import { createWriteStream } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { finished } from 'node:stream/promises';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import yazl from 'yazl';
import { writeMovieLens, writeOldRelease } from '../../support/movielens-files.ts';
import { openTestEngine, type TestEngine } from '../../support/workspace.ts';

let engine: TestEngine;
let folder: string;
beforeEach(async () => {
  engine = await openTestEngine();
  folder = path.join(engine.folder, 'given');
  await mkdir(folder);
});
afterEach(() => engine.close());

const preview = async (file: string, options = {}) => engine.engine.call('import.preview', { files: [await engine.engine.context.files.grant(file)], ...options });
const given = async (name: string, content: string | Buffer) => {
  await writeFile(path.join(folder, name), content);
  return path.join(folder, name);
};
const scales = () => engine.rows("SELECT scale_min AS min, scale_max AS max, scale_step AS step, encoding, release FROM raw.files WHERE kind = 'ratings'");

describe('a MovieLens release', () => {
  it('100K: tabs and pipes, Latin-1, genre flags as words, whole stars', async () => {
    const job = await engine.imported(await writeOldRelease(folder, 'ml-100k'));
    expect(job.result).toMatchObject({ release: 'MovieLens 100K' });
    expect(await engine.rows('SELECT * FROM raw.ratings')).toEqual([{ user_id: 196, movie_id: 242, rating: 3, timestamp: 881250949 }, { user_id: 186, movie_id: 302, rating: 3, timestamp: 891717742 }]);
    expect(await engine.rows('SELECT movie_id, title, genres, release_date FROM raw.movies')).toEqual([
      { movie_id: 242, title: 'Kolya (1996)', genres: 'Comedy', release_date: '24-Jan-1997' },
      { movie_id: 302, title: 'Misérables, Les (1995)', genres: 'Drama|Musical', release_date: '01-Jan-1995' },
      { movie_id: 267, title: 'unknown', genres: '(no genres listed)', release_date: null },
    ]);
    expect(await engine.rows('SELECT * FROM raw.users')).toEqual([{ user_id: 196, gender: 'M', age: 49, occupation: 'writer', zip_code: '55105' }, { user_id: 186, gender: 'F', age: 39, occupation: 'executive', zip_code: '00000' }]);
    expect(await engine.rows('SELECT * FROM raw.genres')).toEqual([{ genre: 'unknown', genre_id: 0 }, { genre: 'Action', genre_id: 1 }]);
    expect(await scales()).toEqual([{ min: 1, max: 5, step: 1, encoding: 'latin-1', release: 'MovieLens 100K' }]);
  });

  it('1M: `::`, Latin-1, whole stars', async () => {
    const job = await engine.imported(await writeOldRelease(folder, 'ml-1m'));
    expect(job.result).toMatchObject({ release: 'MovieLens 1M' });
    expect(await engine.rows('SELECT title, genres FROM raw.movies')).toEqual([{ title: 'James and the Giant Peach (1996)', genres: "Animation|Children's|Musical" }, { title: 'Misérables, Les (1995)', genres: 'Drama|Musical' }]);
    expect(await engine.rows('SELECT * FROM raw.users')).toEqual([{ user_id: 1, gender: 'F', age: 1, occupation: '10', zip_code: '48067' }]);
    expect(await scales()).toEqual([{ min: 1, max: 5, step: 1, encoding: 'latin-1', release: 'MovieLens 1M' }]);
  });

  it('10M: `::`, UTF-8, half stars, also for its ratings alone', async () => {
    const release = await writeOldRelease(folder, 'ml-10M100K');
    await engine.imported(release);
    expect(await engine.rows("SELECT title FROM raw.movies WHERE movie_id = 185")).toEqual([{ title: 'Misérables, Les (1995)' }]);
    expect(await engine.rows('SELECT tag FROM raw.tags')).toEqual([{ tag: 'say "excellent"!' }]);
    expect(await scales()).toEqual([{ min: 0.5, max: 5, step: 0.5, encoding: 'utf-8', release: 'MovieLens 10M' }]);
    await engine.imported(await given('ratings.dat', await readFile(path.join(release, 'ratings.dat'))));
    expect(await scales()).toMatchObject([{ step: 0.5, release: 'MovieLens 10M' }]);
  });

  it('leaves a read-me aside that was picked together with the data', async () => {
    const files = [await given('README.txt', 'About these files\n'), await given('opinions.csv', 'userId,movieId,rating\n1,1,4\n')];
    const grants = await Promise.all(files.map((file) => engine.engine.context.files.grant(file)));
    expect(await engine.engine.call('import.preview', { files: grants })).toMatchObject({ files: [{ path: 'opinions.csv' }], ignored: [{ path: 'README.txt' }] });
  });

  it('20M as Kaggle has it: singular names, ISO times in quotes', async () => {
    await given('rating.csv', '"userId","movieId","rating","timestamp"\n1,2,3.5,"2005-04-02 23:53:47"\n');
    await given('movie.csv', '"movieId","title","genres"\n1,"Toy Story (1995)","Adventure|Animation"\n');
    await given('genome_scores.csv', 'movieId,tagId,relevance\n1,1,0.025\n');
    const job = await engine.imported(folder);
    expect(job.result).toMatchObject({ release: 'MovieLens 20M' });
    expect(await engine.rows('SELECT * FROM raw.ratings')).toEqual([{ user_id: 1, movie_id: 2, rating: 3.5, timestamp: 1112486027 }]);
    expect(await engine.rows('SELECT * FROM raw.genome_scores')).toEqual([{ movie_id: 1, tag_id: 1, relevance: 0.025 }]);
  });

  it('from a .zip, packed or not, gives the same as from its folder, and leaves nothing unpacked', async () => {
    const release = await writeMovieLens(path.join(folder, 'ml-latest-small'), { ratings: [[1, 2, 3.5, 4], ['x', 2, 3, 4]], movies: [[2, 'Jumanji, The (1995)', 'Adventure']] });
    const archive = new yazl.ZipFile();
    archive.addFile(path.join(release, 'ratings.csv'), 'ml-latest-small/ratings.csv');
    archive.addFile(path.join(release, 'movies.csv'), 'ml-latest-small/movies.csv', { compress: false });
    archive.addBuffer(Buffer.from('about'), 'ml-latest-small/README.txt');
    archive.end();
    await finished(archive.outputStream.pipe(createWriteStream(path.join(folder, 'release.zip'))));
    const tables = async () => ({ ratings: await engine.rows('SELECT * FROM raw.ratings'), texts: await engine.rows('SELECT line, user_id FROM raw.ratings_text'), movies: await engine.rows('SELECT * FROM raw.movies'), files: await engine.rows('SELECT path, release, sha256, rows FROM raw.files ORDER BY path') });
    await engine.imported(release);
    const fromFolder = await tables();
    const shown = await preview(path.join(folder, 'release.zip'));
    expect(shown).toMatchObject({ release: 'MovieLens latest-small', ignored: [{ path: 'ml-latest-small/README.txt' }] });
    await engine.imported(path.join(folder, 'release.zip'));
    expect(await tables()).toEqual(fromFolder);
    expect((await readdir(path.join(engine.folder, 'home'))).filter((name) => name.startsWith('unpacked'))).toEqual([]);
  });
});

describe('any other file', () => {
  it('is previewed without storing anything: types, fields, sample, rejects', async () => {
    const file = await given('watched.csv', 'member;film;stars;when\n1;2;4;2001-02-03\n1;3;2\nx;4;NA;2001-02-04\n');
    const { files, release } = await preview(file);
    expect(release).toBeNull();
    expect(files).toMatchObject([{
      kind: 'ratings', table: 'ratings', format: 'csv', encoding: 'utf-8', delimiter: ';', header: true, problems: [],
      columns: [{ name: 'member', field: 'user_id' }, { name: 'film', type: 'BIGINT', field: 'movie_id' }, { name: 'stars', type: 'BIGINT', field: 'rating' }, { name: 'when', type: 'DATE', field: 'timestamp' }],
      sample: [['1', '2', '4', '2001-02-03'], ['x', '4', null, '2001-02-04']],
      rejects: [{ line: 3, column: 'when', reason: 'The line has 3 cells where 4 are expected.' }],
    }]);
    expect(await engine.rows("SELECT table_name FROM duckdb_tables() WHERE schema_name = 'raw' ORDER BY 1")).toEqual([{ table_name: 'files' }, { table_name: 'lines' }, { table_name: 'rejects' }]);
  });

  it('is previewed from its head alone, however long it is', async () => {
    const file = await given('ratings.csv', Buffer.concat([Buffer.from('userId,movieId,rating,timestamp\n'), Buffer.alloc(300 * 1024 * 1024, '1,2,3.5,964982703\n')]));
    const began = performance.now();
    const { files } = await preview(file);
    expect(files[0]).toMatchObject({ kind: 'ratings', problems: [] });
    expect(performance.now() - began).toBeLessThan(1000);
  });

  it('shows what keeps it from being imported, and how to say which column is which', async () => {
    const file = await given('opinions.csv', 'who,what,grade\n5,6,3\n');
    expect((await preview(file)).files).toMatchObject([{ kind: 'table', table: 'opinions' }]);
    expect((await preview(file, { options: { as: 'ratings' } })).files[0]?.problems).toHaveLength(3);
    const options = { as: 'ratings' as const, map: { user_id: 'who', movie_id: 'what', rating: 'grade' } };
    expect((await preview(file, { options })).files[0]?.problems).toEqual([]);
    await engine.imported(file, { options });
    expect(await engine.rows('SELECT * FROM raw.ratings')).toEqual([{ user_id: 5, movie_id: 6, rating: 3, timestamp: null }]);
    expect((await preview(file, { options: { ...options, map: { user_id: 'whom' } } })).files[0]?.problems[0]).toContain('has no column whom');
  });

  it('becomes a table of its own with the types that its cells have, or those that are asked for', async () => {
    const file = await given('Box Office.csv', 'Title,Gross (M),Zip,Opened,Good\nA,1.5,02139,2001-02-03,true\nB,,10001,2001-02-04,false\nC,n.a.,10002,,\n');
    await engine.imported(file, { options: { nullTokens: ['n.a.'] } });
    expect(await engine.rows('SELECT * FROM raw.box_office')).toEqual([
      { title: 'A', gross_m: 1.5, zip: '02139', opened: '2001-02-03', good: true }, { title: 'B', gross_m: null, zip: '10001', opened: '2001-02-04', good: false }, { title: 'C', gross_m: null, zip: '10002', opened: null, good: null },
    ]);
    await engine.imported(file, { options: { types: { Zip: 'BIGINT', 'Gross (M)': 'VARCHAR' } } });
    expect(await engine.rows('SELECT zip, gross_m FROM raw.box_office LIMIT 1')).toEqual([{ zip: 2139, gross_m: '1.5' }]);
    expect((await engine.import(file, { options: { types: { Zip: 'HSTORE' } } })).error).toMatchObject({ code: 'invalid-input', column: 'Zip' });
  });

  it('may be NDJSON, with broken lines kept apart', async () => {
    await engine.imported(await given('ratings.ndjson', '{"userId":1,"movieId":2,"rating":3.5,"timestamp":4}\nnot json\n\n{"movieId":3,"userId":9007199254740993,"rating":null}\n{"userId":"x","movieId":2,"rating":1}\n'));
    expect(await engine.rows('SELECT user_id::VARCHAR AS user_id, movie_id, rating, timestamp FROM raw.ratings')).toEqual([{ user_id: '1', movie_id: 2, rating: 3.5, timestamp: 4 }, { user_id: '9007199254740993', movie_id: 3, rating: null, timestamp: null }]);
    expect(await engine.rows('SELECT line, user_id, movie_id FROM raw.ratings_text')).toEqual([{ line: 5, user_id: 'x', movie_id: '2' }]);
    expect((await engine.engine.call('import.rejects', {})).rows).toMatchObject([{ line: 2, reason: 'The line is not a JSON object.', text: 'not json' }]);
    expect(await engine.rows('SELECT first_row, first_line FROM raw.lines')).toEqual([{ first_row: 0, first_line: 1 }, { first_row: 1, first_line: 4 }]);
  });

  it('may be TSV, or gzipped', async () => {
    await engine.imported(await given('tags.tsv.gz', gzipSync('userId\tmovieId\ttag\ttimestamp\n1\t2\tfun, "yes"\t5\n')));
    expect(await engine.rows('SELECT * FROM raw.tags')).toEqual([{ user_id: 1, movie_id: 2, tag: 'fun, "yes"', timestamp: 5 }]);
    expect(await engine.rows('SELECT path, format FROM raw.files')).toEqual([{ path: 'tags.tsv.gz', format: 'tsv' }]);
  });

  it('may be Parquet, whose cells are read like those of a text', async () => {
    const write = (name: string, sql: string) => engine.rows(`COPY (${sql}) TO '${path.join(folder, name)}' (FORMAT parquet)`);
    await write('ratings.parquet', `SELECT * FROM (VALUES (1::DOUBLE, 2, 3.5, TIMESTAMP '1970-01-01 00:01:00'), (1.5, 2, 'NaN'::DOUBLE, NULL), (NULL, 0, 4, NULL)) t("userId", "movieId", rating, timestamp)`);
    await engine.imported(path.join(folder, 'ratings.parquet'));
    expect(await engine.rows('SELECT * FROM raw.ratings')).toEqual([{ user_id: 1, movie_id: 2, rating: 3.5, timestamp: 60 }]);
    expect(await engine.rows('SELECT user_id, movie_id FROM raw.ratings_text')).toEqual([{ user_id: '1.5', movie_id: '2' }, { user_id: null, movie_id: '0' }]);
    await write('tags.parquet', `SELECT * FROM (VALUES ('1', 2, 'a', 5), ('x', 2, 'b', 5), ('NA', 2, ' ', 5)) t("userId", "movieId", tag, timestamp)`);
    await engine.imported(path.join(folder, 'tags.parquet'));
    expect(await engine.rows('SELECT * FROM raw.tags')).toEqual([{ user_id: 1, movie_id: 2, tag: 'a', timestamp: 5 }, { user_id: null, movie_id: 2, tag: null, timestamp: 5 }]);
    expect(await engine.rows('SELECT user_id, tag, line FROM raw.tags_text')).toEqual([{ user_id: 'x', tag: 'b', line: null }]);
  });
});
