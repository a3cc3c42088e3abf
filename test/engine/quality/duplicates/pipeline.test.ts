import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { array, assert, asyncProperty, constant, constantFrom, integer, nat, oneof, record, uniqueArray } from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { transformStage } from '../../../../electron/engine/transform/transform.ts';
import { loadStage } from '../../../../electron/engine/transform/load.ts';
import { undoDecision } from '../../../../electron/engine/workspace/journal.ts';
import { openTestEngine, type TestEngine } from '../../../support/workspace.ts';

let open: TestEngine;

const files = {
  'movies.csv': `movieId,title,genres
1,Heat (1995),Crime
2,"Heat, The (1995)",Crime|Drama
3,HEAT! (1995),Thriller
4,Seven Samurai (1954),Action
5,Sevne Samurai (1954),Action|Drama
6,Alien (1979),Horror
7,Alein Three (1992),Horror
8,Alien Three (1992),Horror
`,
  'ratings.csv': `userId,movieId,rating,timestamp
1,1,4,1000000001
1,2,3,1000000002
2,2,5,1000000003
2,3,1,1000000001
3,3,2,1000000004
3,4,4,1000000005
4,5,5,1000000006
4,6,1,1000000007
5,1,2,1000000008
5,7,3,1000000009
6,8,3,1000000009
6,7,4,1000000009
7,4,4,1000000005
`,
  'tags.csv': `userId,movieId,tag,timestamp
1,1,slow,1000000001
1,2,slow,1000000002
1,2,loud,1000000003
2,5,long,1000000003
`,
  'links.csv': `movieId,imdbId,tmdbId
1,0113277,
2,0113277,949
5,0047478,346
9,0000009,9
`,
};
async function importFiles(contents: Readonly<Record<string, string>>) {
  for (const [name, text] of Object.entries(contents)) await writeFile(path.join(open.folder, name), text);
  await open.imported(Object.keys(contents).map((name) => path.join(open.folder, name)));
}

beforeEach(async () => {
  open = await openTestEngine({ clock: () => new Date('2026-01-01T00:00:00Z') });
  await importFiles(files);
  await open.engine.call('params.set', { path: 'quality.rules.ratings.volume.threshold', value: 1 });
});
afterEach(() => open.close());

const run = async () => {
  const { jobId } = await open.engine.call('pipeline.run', { stages: ['transform', 'load'] });
  const job = await open.engine.context.jobs.ended(jobId);
  if (job.error) throw new Error(job.error.message);
};
const built = [...transformStage.writes, ...loadStage.writes, 'merges'];
const contents = async () => {
  const tables: Record<string, unknown> = {};
  for (const table of built) {
    const [there] = await open.rows<{ n: number }>(`SELECT count(*) AS n FROM store.live WHERE table_name = '${table}'`);
    if (there?.n) tables[table] = await open.rows(`SELECT rowid AS place, * FROM (SELECT row_number() OVER () AS rowid, * FROM main.${table})`);
  }
  return JSON.stringify(tables);
};
const merge = (into: number, ...films: number[]) => open.engine.call('duplicates.decide', { kind: 'merge', films: [into, ...films], into });
const refuse = (...films: number[]) => open.engine.call('duplicates.decide', { kind: 'refuse', films });
const undo = (decision: number) => open.engine.context.workspace().write((session) => undoDecision(session, () => new Date(0), decision));
const reconciled = async (table: string) => {
  const [row] = await open.rows<Record<string, number>>(`SELECT * EXCLUDE (table_name) FROM reconciliation WHERE table_name = '${table}'`);
  return Object.fromEntries(Object.entries(row ?? {}).filter(([, value]) => value !== 0));
};

test('a merge carries ratings, tags, genres and identifiers over, and every row is accounted for', async () => {
  await merge(1, 2, 3);
  await run();
  expect(await open.rows('SELECT movie_id, title, year, imdb_id, tmdb_id FROM movies WHERE movie_id <= 4')).toEqual([
    { movie_id: 1, title: 'Heat', year: 1995, imdb_id: '0113277', tmdb_id: 949 },
    { movie_id: 4, title: 'Seven Samurai', year: 1954, imdb_id: null, tmdb_id: null },
  ]);
  expect(await open.rows('SELECT genre FROM movie_genres WHERE movie_id = 1 ORDER BY genre')).toEqual([{ genre: 'Crime' }, { genre: 'Drama' }, { genre: 'Thriller' }]);
  // Of a user's two ratings the newest stays.
  expect(await open.rows('SELECT user_id, rating FROM ratings WHERE movie_id = 1')).toEqual([{ user_id: 1, rating: 3 }, { user_id: 2, rating: 5 }, { user_id: 3, rating: 2 }, { user_id: 5, rating: 2 }]);
  expect(await open.rows('SELECT user_id, tag FROM tags WHERE movie_id = 1 ORDER BY tag')).toEqual([{ user_id: 1, tag: 'loud' }, { user_id: 1, tag: 'slow' }]);
  expect(await reconciled('ratings')).toEqual({ imported: 13, loaded: 11, merged: 2 });
  expect(await reconciled('movies')).toEqual({ imported: 8, loaded: 6, merged: 2 });
  expect(await reconciled('tags')).toEqual({ imported: 4, loaded: 3, merged: 1 });
  expect(await open.rows('SELECT * FROM merges')).toEqual([{ from_id: 2, into_id: 1, score: null, decision: 1 }, { from_id: 3, into_id: 1, score: null, decision: 1 }]);
});

test('a chain leads to its end, a circle and a film that is gone say nothing, a later refusal holds', async () => {
  await merge(2, 1);
  await merge(3, 2);
  await merge(1, 3);
  await merge(4, 5);
  await refuse(4, 5);
  await merge(8, 7);
  await importFiles({ ...files, 'movies.csv': files['movies.csv'].replace(/^7,.*\n/m, '') });
  await run();
  expect(await open.rows('SELECT from_id, into_id FROM merges')).toEqual([{ from_id: 1, into_id: 3 }, { from_id: 2, into_id: 3 }]);
});

test('the same decisions in another order are another state: the later one on a pair counts', async () => {
  const first = [(await merge(4, 5)).decision, (await refuse(4, 5)).decision];
  await run();
  expect(await open.rows('SELECT from_id, into_id FROM merges')).toEqual([]);
  for (const decision of first) await undo(decision);
  await refuse(4, 5);
  await merge(4, 5);
  await run();
  expect(await open.rows('SELECT from_id, into_id FROM merges')).toEqual([{ from_id: 5, into_id: 4 }]);
});

test('decisions that are undone leave no trace: the tables are the same to the byte', async () => {
  await run();
  const before = await contents();
  const film = integer({ min: 1, max: 8 });
  const step = oneof(record({ kind: constantFrom('merge', 'refuse'), films: uniqueArray(film, { minLength: 2, maxLength: 3 }) }), record({ kind: constant('undo'), which: nat(9) }));
  await assert(asyncProperty(array(step, { minLength: 1, maxLength: 6 }), async (steps) => {
    const standing: number[] = [];
    for (const each of steps) {
      if ('which' in each) {
        const [decision] = standing.splice(each.which % Math.max(1, standing.length), 1);
        if (decision !== undefined) await undo(decision);
      } else {
        const [into = 0, ...films] = each.films;
        standing.push((await (each.kind === 'merge' ? merge(into, ...films) : refuse(into, ...films))).decision);
      }
    }
    await run();
    const [{ wrong } = { wrong: 1 }] = await open.rows<{ wrong: number }>('SELECT sum(abs(difference)) AS wrong FROM reconciliation');
    expect(wrong).toBe(0);
    expect(await open.rows('SELECT * FROM merges WHERE into_id IN (SELECT from_id FROM merges)')).toEqual([]);
    for (const decision of standing) await undo(decision);
    await run();
    expect(await contents()).toBe(before);
  }), { numRuns: 4 });
});
