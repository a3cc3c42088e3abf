import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as fc from 'fast-check';
import { afterEach, expect, test } from 'vitest';
import type { Decided } from '../../../../shared/contract/index.ts';
import { csv, defectiveSet, movieColumns, ratingColumns } from '../../../support/defects.ts';
import { openTestEngine, type TestEngine } from '../../../support/workspace.ts';

const importedAt = Date.UTC(2025, 0, 1, 12) / 1000;
const rowRules = ['ratings.rating.range', 'ratings.rating.type', 'ratings.timestamp.future', 'movies.title.present', 'ratings.movie_id.orphan'];
const fixRules = ['ratings.rating.step', 'ratings.timestamp.unit', 'ratings.duplicate.exact', 'ratings.duplicate.conflict', 'movies.title.whitespace', 'movies.movie_id.unique', 'movies.genres.format', 'movies.year.range'];
const set = defectiveSet(Object.fromEntries([...rowRules, ...fixRules].map((id) => [id, 4])), { seed: 51, importedAt });

const open: TestEngine[] = [];
afterEach(async () => {
  for (const bench of open.splice(0)) await bench.close();
});

/** A workspace with the defective set; error rules do not block, so that any fix may be off. */
async function bench(): Promise<TestEngine> {
  const made = await openTestEngine({ clock: () => new Date(importedAt * 1000) });
  open.push(made);
  const files = { 'movies.csv': csv(movieColumns, set.movies), 'ratings.csv': csv(ratingColumns, set.ratings) };
  for (const [name, text] of Object.entries(files)) await writeFile(path.join(made.folder, name), text);
  await made.imported(Object.keys(files).map((name) => path.join(made.folder, name)));
  for (const rule of [...rowRules, ...fixRules, 'ratings.volume']) await made.engine.call('params.set', { path: `quality.${rule}.severity`, value: 'warning' });
  return made;
}

/** Runs up to the load and answers the tables as bytes: all columns, in their order. Records of the run itself are left out. */
async function built(bench: TestEngine): Promise<Record<string, string>> {
  const { engine, folder } = bench;
  const job = await engine.context.jobs.ended((await engine.call('pipeline.run', { stages: ['load'] })).jobId);
  if (job.status !== 'succeeded') throw new Error(job.error?.message);
  const tables = await bench.rows<{ name: string; physical: string }>(`SELECT table_name AS name, physical FROM store.live WHERE table_name NOT IN ('data_quality_reports', 'data_quality_findings', 'source_files') ORDER BY 1`);
  const prints: Record<string, string> = {};
  for (const { name, physical } of tables) {
    const file = path.join(folder, `${name}.csv`);
    await engine.context.workspace().read((session) => session.run(`COPY (SELECT * FROM store."${physical}") TO '${file}' (FORMAT csv, HEADER true)`));
    prints[name] = createHash('sha256').update(await readFile(file)).digest('hex');
  }
  expect(Object.keys(prints)).toEqual(expect.arrayContaining(['fixes', 'movies', 'quarantine', 'ratings', 'row_outcomes', 'users']));
  return prints;
}

/** Every imported row is loaded, set aside, left out by a fix, or left out for a reason that is named; nothing is counted twice. */
async function addsUp(bench: TestEngine): Promise<void> {
  const sums = await bench.rows<{ table: string; imported: number; accounted: number }>(`
    SELECT o.table_name AS "table", (SELECT sum(f.rows + f.unreadable)::BIGINT FROM raw.files f WHERE f.table_name = o.table_name) AS imported,
      (sum(o.rows) + (SELECT count(DISTINCT (row_id, text_row_id)) FROM (
        SELECT row_id, text_row_id FROM quarantine q WHERE q.table_name = o.table_name UNION SELECT row_id, text_row_id FROM fixes x WHERE x.table_name = o.table_name AND x.action = 'drop')))::BIGINT AS accounted
    FROM row_outcomes o GROUP BY o.table_name`);
  expect(sums.map(({ table, accounted }) => [table, accounted])).toEqual(sums.map(({ table, imported }) => [table, imported]));
  const aside = await bench.engine.call('quality.quarantined', { limit: 1 });
  expect(await bench.rows('SELECT count(*) AS total, count(DISTINCT (table_name, row_id, text_row_id)) AS distinct FROM quarantine')).toEqual([{ total: aside.total, distinct: aside.distinct }]);
}

type Act =
  | { readonly act: 'aside' | 'back'; readonly table: string; readonly rows: readonly number[] }
  | { readonly act: 'aside rule' | 'back rule'; readonly rule: string }
  | { readonly act: 'back by hand'; readonly table: string }
  | { readonly act: 'fix'; readonly rule: string; readonly on: boolean }
  | { readonly act: 'undo'; readonly which: number };

const anyTable = fc.constantFrom('ratings', 'movies');
const anyRows = fc.uniqueArray(fc.nat(200), { minLength: 1, maxLength: 6 });
const anyAct: fc.Arbitrary<Act> = fc.oneof(
  fc.record({ act: fc.constantFrom('aside' as const, 'back' as const), table: anyTable, rows: anyRows }),
  fc.record({ act: fc.constantFrom('aside rule' as const, 'back rule' as const), rule: fc.constantFrom(...rowRules) }),
  fc.record({ act: fc.constant('back by hand' as const), table: anyTable }),
  fc.record({ act: fc.constant('fix' as const), rule: fc.constantFrom(...fixRules, ...rowRules), on: fc.boolean() }),
  fc.record({ act: fc.constant('undo' as const), which: fc.nat(50) }),
);

async function standing(bench: TestEngine): Promise<number[]> {
  return (await bench.rows<{ id: number }>('SELECT id FROM journal.decisions WHERE undone_at IS NULL ORDER BY id')).map(({ id }) => id);
}

async function perform(on: TestEngine, act: Act): Promise<Decided> {
  const { engine } = on;
  switch (act.act) {
    case 'aside': return engine.call('quality.quarantine', { table: act.table, rows: act.rows.map((row) => `r${row}`), reason: `because ${act.rows.length}` });
    case 'back': return engine.call('quality.restore', { table: act.table, rows: act.rows.map((row) => `r${row}`) });
    case 'aside rule': return engine.call('quality.quarantine', { rule: act.rule, reason: 'all of them' });
    case 'back rule': return engine.call('quality.restore', { rule: act.rule });
    case 'back by hand': return engine.call('quality.restore', { rule: 'by hand', table: act.table });
    case 'fix': return engine.call('quality.fix.apply', { rule: act.rule, enabled: act.on });
    default: {
      const ids = await standing(on);
      const id = ids[act.which % Math.max(1, ids.length)];
      return id === undefined ? { decision: null, rows: 0 } : engine.call('quality.undo', { decision: id });
    }
  }
}

/** Makes what stands in one workspace anew in another, decision by decision. */
async function replay(from: TestEngine, to: TestEngine): Promise<void> {
  for (const id of await standing(from)) {
    const [decision] = await from.rows<{ kind: string; reason: string | null; rule: string | null }>(`SELECT kind, reason, rule FROM journal.decisions WHERE id = ${id}`);
    const [setting] = await from.rows<{ after: string }>(`SELECT after FROM journal.decision_settings WHERE decision = ${id}`);
    // Each table came from one file, so a place in the file is a row's number.
    const named = await from.rows<{ table: string; name: string }>(`SELECT table_name AS "table", if("text", 't', 'r') || position AS name FROM journal.decision_rows WHERE decision = ${id}`);
    const chosen = { table: named[0]?.table ?? '', rows: named.map(({ name }) => name) };
    if (decision?.kind === 'fix') await to.engine.call('quality.fix.apply', { rule: decision.rule ?? '', enabled: setting?.after === 'true' });
    else if (decision?.kind === 'quarantine') await to.engine.call('quality.quarantine', { ...chosen, reason: decision.reason ?? '' });
    else await to.engine.call('quality.restore', chosen);
  }
}

test('any sequence of decisions and undos gives, byte for byte, what the decisions that stand give, and undoing all gives what was', async () => {
  const original = await built(await bench());
  await fc.assert(
    fc.asyncProperty(fc.array(anyAct, { minLength: 3, maxLength: 10 }), fc.infiniteStream(fc.nat(50)), async (acts, order) => {
      const one = await bench();
      for (const act of acts) await perform(one, act);
      const tables = await built(one);
      await addsUp(one);
      const other = await bench();
      await replay(one, other);
      expect(await built(other)).toEqual(tables);
      for (let ids = await standing(one); ids.length > 0; ids = await standing(one)) await one.engine.call('quality.undo', { decision: ids[(order.next().value ?? 0) % ids.length] ?? 0 });
      expect(await built(one)).toEqual(original);
      await addsUp(one);
      for (const each of open.splice(1)) await each.close();
    }),
    { numRuns: Number(process.env['PROPERTY_RUNS'] ?? 2), seed: 20250101, endOnFailure: true },
  );
}, 600_000);

test('fix, undo, fix and set aside, put back are byte for byte the same', async () => {
  const one = await bench();
  const rule = 'ratings.rating.step';
  await one.engine.call('quality.fix.apply', { rule, enabled: false });
  const off = await built(one);
  const { decision } = await one.engine.call('quality.fix.apply', { rule, enabled: true });
  const on = await built(one);
  expect(on['ratings']).not.toBe(off['ratings']);
  await one.engine.call('quality.undo', { decision: decision ?? 0 });
  expect(await built(one)).toEqual(off);
  await one.engine.call('quality.fix.apply', { rule, enabled: true });
  expect(await built(one)).toEqual(on);

  await one.engine.call('quality.quarantine', { table: 'ratings', rows: ['r1', 'r2', 'r3'], reason: 'Looks wrong' });
  expect((await built(one))['ratings']).not.toBe(on['ratings']);
  await one.engine.call('quality.restore', { table: 'ratings', rows: ['r1', 'r2', 'r3'] });
  expect(await built(one)).toEqual(on);
}, 60_000);

test('a process killed while it decides leaves whole decisions, and the workspace opens', async () => {
  const one = await bench();
  await one.engine.close();
  const child = decider(one.workspace);
  let said = 0;
  const enough = Promise.withResolvers<void>();
  child.stdout?.on('data', (text) => {
    said += String(text).split('\n').length - 1;
    if (said >= 5) enough.resolve();
  });
  await enough.promise;
  child.kill('SIGKILL');
  await once(child, 'exit');
  const again = await openTestEngine({ clock: () => new Date(importedAt * 1000), folder: one.folder });
  open.push(again);
  const torn = await again.rows(`SELECT id FROM journal.decisions WHERE (SELECT count(*) FROM journal.decision_rows WHERE decision = id) <> 3 UNION ALL SELECT decision FROM journal.decision_rows WHERE decision NOT IN (SELECT id FROM journal.decisions)`);
  expect(torn).toEqual([]);
  const { standing: stand } = await again.engine.call('quality.decisions', {});
  expect(stand).toBeGreaterThanOrEqual(said - 1);
  await built(again);
  await addsUp(again);
}, 60_000);

/** Another process that sets rows aside, three at a time, until it is killed. */
function decider(workspace: string): ChildProcess {
  const program = `
    import { createEngine } from ${JSON.stringify(path.resolve('electron/engine/engine.ts'))};
    const engine = createEngine({ resources: '', home: ${JSON.stringify(path.join(workspace, '..', 'home'))}, version: '0' });
    await engine.context.openWorkspace(${JSON.stringify(workspace)});
    for (let i = 0; ; i++) {
      await engine.call(i % 2 === 0 ? 'quality.quarantine' : 'quality.restore', { table: 'ratings', rows: ['r' + i, 'r' + (i + 1), 'r' + (i + 2)], reason: 'again' });
      console.log(i);
    }`;
  return spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
}
