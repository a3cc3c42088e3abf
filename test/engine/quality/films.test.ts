import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { FailingRow } from '../../../shared/contract/index.ts';
import { QualityReport } from '../../../shared/contract/index.ts';
import { defaultParameters } from '../../../electron/engine/workspace/parameters.ts';
import { dataFolder } from '../../support/movielens.ts';
import { openTestEngine, type TestEngine } from '../../support/workspace.ts';

let bench: TestEngine;
beforeEach(async () => (bench = await openTestEngine()));
afterEach(() => bench.close());

async function check(): Promise<QualityReport> {
  const job = await bench.engine.context.jobs.ended((await bench.engine.call('quality.run', {})).jobId);
  if (job.status !== 'succeeded') throw new Error(job.error?.message);
  return QualityReport.parse(job.result);
}
const rowsOf = async (rule: string): Promise<FailingRow[]> => (await bench.engine.call('quality.rows', { rule, limit: 10_000 })).rows;
const found = (report: QualityReport) => Object.fromEntries(report.rules.filter(({ unit, failed }) => unit === 'row' && failed > 0).map(({ id, failed }) => [id, failed]));

const films = `Series_Title,Released_Year,Certificate,Runtime,IMDB_Rating,Meta_score,Gross,Overview,Genre
One,1994,A,142 min,9.3,80,"28,341,469",Fine.,Drama
Two,PG,U/A,long,9.3,80,,Fine.,Drama
Three (1999),,pg13,0,11,101,-5,"Two  blanks ",Drama
Four,2000,21+,90,x,,€5,,"Drama, Comedy"
Five,3000,,1500 min,1,1,$1,Fine.,Drama
`;

test('each odd cell of a list of films is reported by one rule, with its line', async () => {
  const file = path.join(bench.folder, 'films.csv');
  await writeFile(file, films);
  await bench.imported(file);
  const report = await check();
  expect(found(report)).toEqual({
    'movies.year.range': 1, 'movies.year.type': 1, 'movies.certificate.present': 1, 'movies.certificate.known': 1, 'movies.certificate.spelling': 2, 'movies.runtime.type': 1, 'movies.runtime.range': 2,
    'movies.average_rating.type': 1, 'movies.average_rating.range': 1, 'movies.meta_score.present': 1, 'movies.meta_score.range': 1, 'movies.gross.present': 1, 'movies.gross.type': 1, 'movies.gross.range': 1,
    'movies.overview.present': 1, 'movies.overview.whitespace': 1,
  });
  const places = async (rule: string) => (await rowsOf(rule)).map(({ line, value, reason }) => [line, value, reason]);
  expect(await places('movies.year.type')).toEqual([[3, 'PG', '“PG” is not a year.']]);
  expect(await places('movies.gross.type')).toEqual([[5, '€5', '“€5” is not a sum in US dollars (“28,341,469”, “$1,200”, “$1.5M”).']]);
  expect(await places('movies.runtime.range')).toEqual([[4, '0', '“0” is outside 1 to 1440.'], [6, '1500', '“1500” is outside 1 to 1440.']]);
  expect(await places('movies.certificate.spelling')).toEqual([[4, 'pg13', expect.any(String)], [3, 'U/A', expect.any(String)]]);
  expect(report.blocked).toBe(false);

  const job = await bench.engine.context.jobs.ended((await bench.engine.call('pipeline.run', { stages: ['extract', 'validate', 'transform', 'load'] })).jobId);
  expect(job.error).toBeUndefined();
  expect(await bench.rows('SELECT movie_id, title, year, certificate, runtime, average_rating, meta_score, gross, overview FROM movies')).toEqual([
    { movie_id: 1, title: 'One', year: 1994, certificate: 'A', runtime: 142, average_rating: 9.3, meta_score: 80, gross: 28341469, overview: 'Fine.' },
    { movie_id: 2, title: 'Two', year: null, certificate: 'UA', runtime: null, average_rating: 9.3, meta_score: 80, gross: null, overview: 'Fine.' },
    { movie_id: 3, title: 'Three', year: 1999, certificate: 'PG-13', runtime: null, average_rating: null, meta_score: null, gross: null, overview: 'Two blanks' },
    { movie_id: 4, title: 'Four', year: 2000, certificate: '21+', runtime: 90, average_rating: null, meta_score: null, gross: null, overview: null },
    { movie_id: 5, title: 'Five', year: null, certificate: null, runtime: null, average_rating: 1, meta_score: 1, gross: 1, overview: 'Fine.' },
  ]);
});

test('a file of films without such columns has nothing to be asked for', async () => {
  const file = path.join(bench.folder, 'movies.csv');
  await writeFile(file, 'movieId,title,genres\n1,Heat (1995),Crime\n');
  await bench.imported(file);
  const report = await check();
  expect(found(report)).toEqual({});
  expect(report.rules.find(({ id }) => id === 'movies.gross.present')?.note).toBe('The table movies has no column gross.');
});

const imdb = path.join(dataFolder, 'imdb-top-1000', 'imdb_top_1000.csv');

/** The cells of a CSV text by the names of the header, each row with its line; a second opinion, so written apart. */
function parse(text: string): { line: number; cells: Record<string, string> }[] {
  const records: string[][] = [];
  for (const [, line = ''] of text.matchAll(/((?:"(?:[^"]|"")*"|[^"\n])+)\n?/g)) records.push([...line.replace(/\r$/, '').matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? ''));
  const [names = [], ...rows] = records;
  return rows.map((cells, i) => ({ line: i + 2, cells: Object.fromEntries(names.map((name, at) => [name, cells[at] ?? ''])) }));
}

test.skipIf(!existsSync(imdb))(`imdb_top_1000.csv in ${dataFolder}: every odd cell is reported with its line, and the file imports`, async () => {
  const rows = parse(await readFile(imdb, 'utf8'));
  expect(rows).toHaveLength(1000);
  const lines = (odd: (cells: Record<string, string>) => boolean) => rows.filter(({ cells }) => odd(cells)).map(({ line }) => line);
  const genres = new Set(defaultParameters.quality.genres);
  const expected = {
    'movies.year.type': lines((cells) => !/^\d{4}$/.test(cells['Released_Year'] ?? '')),
    'movies.certificate.present': lines((cells) => cells['Certificate'] === ''),
    'movies.certificate.spelling': lines((cells) => cells['Certificate'] === 'U/A'),
    'movies.meta_score.present': lines((cells) => cells['Meta_score'] === ''),
    'movies.gross.present': lines((cells) => cells['Gross'] === ''),
    'movies.overview.whitespace': lines((cells) => /^\s|\s$|\s\s/.test(cells['Overview'] ?? '')),
    'movies.genres.known': lines((cells) => (cells['Genre'] ?? '').split(',').some((genre) => !genres.has(genre.trim()))),
  };
  expect([expected['movies.year.type'], expected['movies.certificate.spelling'], expected['movies.overview.whitespace']]).toEqual([[968], [expect.any(Number)], [56]]);
  expect([expected['movies.certificate.present'].length, expected['movies.meta_score.present'].length, expected['movies.gross.present'].length]).toEqual([101, 157, 169]);

  await bench.imported(imdb);
  expect(await bench.rows('SELECT table_name, rows + unreadable AS rows, rejected FROM raw.files ORDER BY ALL')).toEqual([{ table_name: 'movies', rows: 1000, rejected: 0 }, { table_name: 'persons', rows: 5000, rejected: 0 }]);
  const report = await check();
  expect(found(report)).toEqual(Object.fromEntries(Object.entries(expected).map(([rule, odd]) => [rule, odd.length])));
  for (const [rule, odd] of Object.entries(expected)) {
    const reported = await rowsOf(rule);
    expect([rule, reported.map(({ line }) => line ?? 0).toSorted((a, b) => a - b)]).toEqual([rule, odd]);
    expect(reported.every(({ file }) => file === 'imdb_top_1000.csv')).toBe(true);
  }
  expect(report.blocked).toBe(false);
});
