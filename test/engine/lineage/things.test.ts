import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Input, Lineage } from '../../../shared/contract/index.ts';
import { stages } from '../../../electron/engine/stages.ts';
import { writeMovieLens } from '../../support/movielens-files.ts';
import { openTestEngine, type TestEngine } from '../../support/workspace.ts';

const quiet = async (bench: TestEngine) => {
  for (const id of ['ratings.volume', 'dataset.completeness', 'dataset.referential']) await bench.engine.call('params.set', { path: `quality.rules.${id}.enabled`, value: false });
};
const run = async (bench: TestEngine, request: Input<'pipeline.run'> = {}) => {
  const job = await bench.engine.context.jobs.ended((await bench.engine.call('pipeline.run', request)).jobId);
  if (job.error) throw new Error(job.error.message);
  return (await bench.engine.call('runs.list', { limit: 1 }))[0]?.id ?? '';
};
/** Ids of the things upstream of a thing, or downstream. */
const reached = ({ thing, graph }: Lineage, back: 'from' | 'to') => {
  const ids = new Set([thing.id]);
  for (const id of ids) for (const edge of graph.edges) if (edge[back === 'from' ? 'to' : 'from'] === id) ids.add(edge[back]);
  ids.delete(thing.id);
  return ids;
};

describe('the built-in sample', () => {
  let bench: TestEngine;
  let first: string;
  let ratingsFile: string;
  const of = (name: string, more: Partial<Input<'lineage.of'>> = {}) => bench.engine.call('lineage.of', { name, ...more });
  beforeAll(async () => {
    bench = await openTestEngine();
    await bench.imported(path.resolve('resources/sample'));
    await bench.engine.call('params.set', { path: 'train.models', value: ['popularity', 'item-knn'] });
    ratingsFile = (await bench.rows<{ path: string }>(`SELECT path FROM raw.files WHERE table_name = 'ratings'`))[0]?.path ?? '';
    first = await run(bench, { stages: ['features', 'train-popularity', 'train-item-knn'] });
  }, 60_000);
  afterAll(() => bench.close());

  test('every table and model leads back to files with lines, to the run, to parameters and rules', async () => {
    const tables = (await bench.rows<{ name: string }>('SELECT table_name AS name FROM store.live ORDER BY 1')).map(({ name }) => name);
    expect(tables.length).toBeGreaterThan(10);
    const paths = (await bench.rows<{ path: string }>('SELECT DISTINCT path FROM raw.files')).map(({ path: file }) => file);
    for (const table of tables) {
      const lineage = await of(table, { kind: 'table' });
      expect([table, lineage.build?.run, lineage.current]).toEqual([table, first, true]);
      const up = reached(lineage, 'from');
      expect([table, [...up].some((id) => id.startsWith('file:'))]).toEqual([table, true]);
      expect([table, lineage.files.length > 0, lineage.files.every(({ path: file, since, rows }) => paths.includes(file) && since === 'same' && rows > 0)]).toEqual([table, true, true]);
      expect([table, lineage.fingerprint?.split(':')[0]]).toEqual([table, String((await bench.rows<{ n: number }>(`SELECT count(*) AS n FROM main.${table}`))[0]?.n)]);
      expect(lineage.parameters.every(({ differs }) => !differs)).toBe(true);
    }
  });

  test('ratings: directly from its own rows, the films and what the rules set aside; on to features and models', async () => {
    const lineage = await of('ratings');
    expect(lineage.thing).toMatchObject({ kind: 'table', stage: 'transform', state: 'current' });
    expect(lineage.tables.map(({ name }) => name).toSorted()).toEqual(['fixes', 'merges', 'movies', 'quarantine', 'raw.ratings']);
    const up = reached(lineage, 'from');
    expect(up).toContain(`file:${ratingsFile}`);
    expect([...up].filter((id) => id.includes('tags'))).toEqual([]);
    expect(reached(lineage, 'to')).toEqual(new Set(['table:users', 'table:row_outcomes', 'table:reconciliation', 'table:movie_features', 'table:genre_features', 'table:user_profiles', 'model:popularity', 'model:item-knn'].filter((id) => lineage.graph.nodes.some((node) => node.id === id))));
    expect(reached(lineage, 'to')).toContain('model:item-knn');
    expect(lineage.parameters.find(({ path: at }) => at === 'transform.min_ratings_per_user')).toMatchObject({ stage: 'transform', value: '1', inForce: '1', differs: false, isDefault: true });
    const rule = lineage.rules.find(({ id }) => id === 'ratings.rating.range');
    const [aside] = await bench.rows<{ n: number }>(`SELECT count(DISTINCT coalesce(row_id, -1 - text_row_id)) AS n FROM quarantine WHERE rule = 'ratings.rating.range'`);
    expect(rule).toMatchObject({ setAside: aside?.n, fixEnabled: true });
    expect(lineage.rules.some(({ changed }) => changed > 0)).toBe(true);
    expect(lineage.rules.every(({ table }) => table !== 'tags')).toBe(true);
    expect(lineage.builds.map(({ stage }) => stage)).toEqual(['validate', 'transform']);
  });

  test('a model: its parameters, the tables it learnt from, its file; a file: all that rests on it', async () => {
    const model = await of('item-knn');
    expect(model.thing).toMatchObject({ kind: 'model', id: 'model:item-knn', stage: 'train-item-knn' });
    expect(model.parameters[0]?.stage).toBe('train-item-knn');
    expect(model.made).toMatchObject([{ kind: 'output', visible: true }]);
    expect(reached(model, 'from')).toContain(`file:${ratingsFile}`);
    const file = await of(ratingsFile);
    expect(file.thing.kind).toBe('file');
    expect(file.files).toHaveLength(1);
    expect(reached(file, 'to')).toContain('model:item-knn');
    expect((await of('ratings.rating.range')).rules).toHaveLength(1);
    expect(reached(await of('ratings.rating.range'), 'to')).toContain('table:ratings');
    expect(reached(await of('transform.min_ratings_per_user'), 'to')).toContain('table:ratings');
    await expect(of('rating')).rejects.toMatchObject({ code: 'not-found', hint: 'Did you mean ratings?' });
  });

  test('a changed parameter differs from what is in force, until it is back', async () => {
    await bench.engine.call('params.set', { path: 'transform.min_ratings_per_user', value: 60 });
    const lineage = await of('ratings');
    expect(lineage).toMatchObject({ current: false, thing: { state: 'changed' } });
    expect(lineage.parameters.find(({ path: at }) => at === 'transform.min_ratings_per_user')).toMatchObject({ value: '1', inForce: '60', differs: true });
    expect(lineage.reasons).toContainEqual({ what: 'transform.min_ratings_per_user', change: 'modified', from: '1', to: '60', stage: 'transform' });
    expect((await of('transform.min_ratings_per_user')).parameters).toMatchObject([{ value: '1', inForce: '60', differs: true }]);
    expect((await of('item-knn')).reasons.some(({ stage }) => stage === 'transform')).toBe(true);

    const second = await run(bench, { stages: ['load', 'train-popularity'] });
    expect((await of('ratings')).build).toMatchObject({ run: second });
    // The model of before was made from the ratings of before.
    const old = await of('item-knn');
    expect(old.current).toBe(false);
    expect(old.tables.find(({ name }) => name === 'ratings')).toMatchObject({ run: first, changedSince: true });
    expect(old.parameters.find(({ path: at }) => at === 'transform.min_ratings_per_user')).toMatchObject({ value: '1', inForce: '60', differs: true });
    expect((await of('popularity')).tables.find(({ name }) => name === 'ratings')).toMatchObject({ run: second, changedSince: false });

    await bench.engine.call('params.reset', { path: 'transform.min_ratings_per_user' });
    const third = await run(bench, { stages: ['load', 'train-popularity'] });
    // Brought back from the cache: it names the run that really built it.
    expect((await of('ratings')).build).toMatchObject({ run: first, keptBy: third });
    expect(await of('ratings', { run: second })).toMatchObject({ current: false, build: { run: second } });
    const ran = await of(second, { kind: 'run' });
    expect(ran.made.find(({ name }) => name === 'ratings')).toMatchObject({ builtBy: second, visible: false });
    expect(ran.parameters.find(({ path: at }) => at === 'transform.min_ratings_per_user')).toMatchObject({ value: '60', inForce: '1', differs: true });
    const back = await bench.engine.context.jobs.ended((await bench.engine.call('runs.rollback', { id: second })).jobId);
    expect(back.status).toBe('succeeded');
    expect((await of('ratings')).build).toMatchObject({ run: second });
    expect((await of('transform.min_ratings_per_user')).parameters).toMatchObject([{ value: '60', inForce: '60', differs: false }]);
  }, 60_000);
});

test('what a table is said to be made from is all that changes it', { timeout: 60_000 }, async () => {
  const bench = await openTestEngine({ clock: () => new Date('2026-01-01T00:00:00Z') });
  try {
    const data = {
      movies: [[1, 'Heat (1995)', 'Crime'], [2, 'Alien (1979)', 'Horror|Sci-Fi'], [3, 'Seven (1995)', 'Crime']],
      ratings: [[1, 1, 4, 1e9], [1, 2, 3, 1e9], [2, 1, 5, 1e9], [2, 3, 2, 1e9 + 5], [3, 2, 4.5, 1e9 + 7]],
      tags: [[1, 1, 'slow', 1e9], [9, 2, 'dark', 1e9]],
      links: [[1, '0113277', 949], [2, '0078748', 348]],
    };
    const folder = path.join(bench.folder, 'files');
    await writeMovieLens(folder, data);
    await bench.imported(folder);
    await quiet(bench);
    const prints = async () => {
      await run(bench, { stages: ['features'] });
      const rows = await bench.rows<{ outputs: string }>('SELECT b.outputs FROM store.builds b JOIN store.stages s ON s.stage = b.stage AND s.run_id = b.run_id');
      return Object.assign({}, ...rows.map(({ outputs }) => JSON.parse(outputs) as Record<string, string>)) as Record<string, string>;
    };
    let before = await prints();
    // One after the other; each run's tables against those of the one before.
    const changes: Record<string, Partial<typeof data>> = {
      tags: { tags: [[7, 3, 'grim', 1e9]] }, links: { links: [[1, '0113278', 950]] }, ratings: { ratings: [...data.ratings, [4, 3, 1, 1e9]] }, movies: { movies: [[1, 'Heat! (1996)', 'Drama'], ...data.movies.slice(1)] },
    };
    for (const [kind, changed] of Object.entries(changes)) {
      await writeMovieLens(folder, changed);
      await bench.imported(path.join(folder, `${kind}.csv`));
      const after = await prints();
      const depends = reached(await bench.engine.call('lineage.of', { name: `raw.${kind}` }), 'to');
      const differ = Object.keys(after).filter((table) => after[table] !== before[table] && table !== 'source_files');
      expect([kind, differ.filter((table) => !depends.has(`table:${table}`))]).toEqual([kind, []]);
      expect([kind, differ.length > 1]).toEqual([kind, true]);
      before = after;
    }
  } finally {
    await bench.close();
  }
});

test('every declared origin is a table that the stage reads or writes', () => {
  for (const stage of stages) {
    for (const table of stage.writes) {
      for (const has of [() => true, () => false]) {
        for (const source of stage.madeFrom?.(table, has) ?? []) expect([table, source, stage.reads.includes(source) || stage.writes.includes(source)]).toEqual([table, source, true]);
      }
    }
  }
});
