import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { PlannedStage, Run, StageName } from '../../../shared/contract/index.ts';
import { collectGarbage } from '../../../electron/engine/pipeline/garbage.ts';
import { dropBuild, readBuilds } from '../../../electron/engine/workspace/builds.ts';
import { literal } from '../../../electron/engine/workspace/sql.ts';
import type { Stage, StageContext } from '../../../electron/engine/workspace/stage.ts';
import { PipelineBench } from '../../support/pipeline-bench.ts';

/** Sequences of random edits in CI; more with PROPERTY_RUNS. */
const RUNS = Number(process.env['PROPERTY_RUNS'] ?? 200);

/**
 * A pipeline of which the outputs can be worked out beside it: each table says what went into it, in words. A blunt stage
 * lets through only part of that, so that a change above it may end there.
 */
interface Toy {
  readonly name: StageName;
  readonly reads: readonly string[];
  readonly parameter: string;
  readonly blunt: boolean;
}
const toys: readonly Toy[] = [
  { name: 'extract', reads: ['raw.movies'], parameter: 'quality.min_volume', blunt: false },
  { name: 'validate', reads: ['raw.ratings', 'extract_table'], parameter: 'quality.max_age_days', blunt: true },
  { name: 'transform', reads: ['raw.ratings', 'validate_table'], parameter: 'transform.min_ratings_per_user', blunt: false },
  { name: 'features', reads: ['transform_table'], parameter: 'features.damping', blunt: false },
  { name: 'split', reads: ['transform_table', 'raw.movies'], parameter: 'features.max_genres', blunt: true },
  { name: 'finalize', reads: ['features_table', 'split_table'], parameter: 'features.min_frequency', blunt: false },
];
const kinds = ['ratings', 'movies'] as const;

interface World {
  readonly parameters: Record<string, number>;
  readonly versions: Record<string, number>;
  readonly contents: Record<string, string>;
}

const world: World = { parameters: {}, versions: {}, contents: {} };
const failing = new Set<string>();

/** What a stage makes of what it reads. */
function made(toy: Toy, read: readonly string[]): string {
  const parameter = world.parameters[toy.parameter] ?? 0;
  const version = world.versions[toy.name] ?? 0;
  return toy.blunt ? `${toy.name}(${read.map((text) => text.length % 2).join()} ${parameter % 2} ${version % 2})` : `${toy.name}[${read.join(' ')} ${parameter} ${version}]`;
}

/** All tables as they should be for the world as it is. */
function expected(): Map<string, string> {
  const tables = new Map<string, string>();
  for (const toy of toys) tables.set(`${toy.name}_table`, made(toy, toy.reads.map((table) => tables.get(table) ?? world.contents[table.slice('raw.'.length)] ?? '')));
  return tables;
}

const stages = toys.map((toy): Stage => ({
  name: toy.name, title: toy.name, reads: toy.reads, writes: [`${toy.name}_table`], parameters: [toy.parameter],
  get version() {
    return world.versions[toy.name] ?? 0;
  },
  async run({ session, read, write }: StageContext) {
    if (failing.has(toy.name)) throw new Error(`${toy.name} broke.`);
    const texts: string[] = [];
    for (const table of toy.reads) texts.push((await session.one<{ text: string }>(`SELECT text FROM ${read(table)}`)).text);
    await session.run(`CREATE TABLE ${write(`${toy.name}_table`)} AS SELECT ${literal(made(toy, texts))} AS text, unnest([3, 1, 2]) AS n`);
    return { rowsIn: 1, rowsOut: 3 };
  },
}));

type Edit =
  | { readonly kind: 'parameter' | 'version' | 'content' | 'delete' | 'fail'; readonly at: number; readonly to: number }
  | { readonly kind: 'collect' };
const edit: fc.Arbitrary<Edit> = fc.oneof(
  { weight: 20, arbitrary: fc.record({ kind: fc.constantFrom('parameter' as const, 'version' as const, 'content' as const), at: fc.nat(5), to: fc.nat(1) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('delete' as const, 'fail' as const), at: fc.nat(40), to: fc.nat(5) }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'collect' as const }) },
);
/** Several edits at once before each run. */
const sequence = fc.array(fc.array(edit, { minLength: 1, maxLength: 2 }), { minLength: 2, maxLength: 3 });

let bench: PipelineBench;
beforeAll(async () => {
  bench = await PipelineBench.open(stages);
  for (const kind of kinds) await setContent(kind, 0);
  for (const [i, toy] of toys.entries()) {
    world.versions[toy.name] = 1;
    await setParameter(i, 0);
  }
});
afterAll(() => bench.close());

async function setContent(kind: (typeof kinds)[number], to: number): Promise<void> {
  world.contents[kind] = `${kind}${'x'.repeat(to)}`;
  await bench.import(kind, `SELECT ${literal(world.contents[kind])} AS text`, { content: String(to) });
}

async function setParameter(at: number, to: number): Promise<void> {
  const name = toys[at]?.parameter ?? '';
  world.parameters[name] = to + 2;
  await bench.engine.parameters().set(name, to + 2);
}

/** The visible tables, byte for byte: in their own order. */
async function visible(): Promise<Map<string, string>> {
  const tables = new Map<string, string>();
  for (const { name } of toys) {
    const rows = await bench.all(`SELECT * FROM ${name}_table`).catch(() => null);
    tables.set(`${name}_table`, rows === null ? 'none' : JSON.stringify(rows));
  }
  return tables;
}

async function plan() {
  const { stages: planned } = await bench.calls['pipeline.plan']({ stages: [], force: false, dry: false, resume: false }, { signal: new AbortController().signal });
  return planned;
}

test('the plan names what would differ, a second run does nothing, and going back gives the same bytes', async () => {
  /** What each stage made the first time that the world was like this. */
  const first = new Map<string, string>();
  let [restored, ran, backs] = [0, 0, 0];
  await fc.assert(
    fc.asyncProperty(sequence, async (rounds) => {
      for (const edits of rounds) {
        const deleted = new Set<string>();
        for (const each of edits) await apply(each, deleted);
        const before = await visible();
        const should = expected();
        const planned = await plan();

        const { run } = await bench.run();
        const outcome = run.status === 'failed' ? await checkFailed(run, before) : checkSucceeded(run, planned, before, deleted);
        ran += outcome.ran;
        restored += outcome.restored;
        failing.clear();

        const now = await visible();
        for (const [table, text] of should) expect(now.get(table)).toBe(JSON.stringify([3, 1, 2].map((n) => ({ text, n }))));
        const key = JSON.stringify(world);
        if (first.has(key)) backs++;
        expect(JSON.stringify([...now])).toBe(first.get(key) ?? JSON.stringify([...now]));
        first.set(key, JSON.stringify([...now]));

        expect((await plan()).filter(({ action }) => action !== 'nothing')).toEqual([]);
        const again = await bench.run();
        expect(again.run.stages.filter(({ state, restored: back }) => state !== 'cached' || back)).toEqual([]);
      }
    }),
    { numRuns: RUNS, seed: 20_260_101 },
  );
  console.info(`${RUNS} sequences: ${ran} stages ran, ${restored} were brought back, ${backs} times the world was as it had been before.`);
  expect(restored).toBeGreaterThan(RUNS / 10);
  expect(backs).toBeGreaterThan(RUNS / 20);
}, 600_000);

/** A failed run names its stage and changes nothing; resumed, it repeats nothing that was done. */
async function checkFailed(run: Run, before: ReadonlyMap<string, string>) {
  expect([...failing]).toContain(run.stages.find(({ state }) => state === 'failed')?.name);
  expect(await visible()).toEqual(before);
  failing.clear();
  const again = await bench.run({ resume: true });
  expect(again.run.status).toBe('succeeded');
  expect(again.run.stages.filter(({ name, state }) => state === 'ran' && run.stages.some((other) => other.name === name && other.state === 'ran'))).toEqual([]);
  return { ran: 0, restored: 0 };
}

/** Named for sure are exactly those that had to be worked on, up to a blunt stage from where on it depends on what comes out. */
function checkSucceeded(run: Run, planned: readonly PlannedStage[], before: ReadonlyMap<string, string>, deleted: ReadonlySet<string>) {
  expect(run.status).toBe('succeeded');
  const should = expected();
  const worked = run.stages.filter(({ state, restored: back }) => state === 'ran' || back).map(({ name }) => name);
  const differ = toys.filter(({ name }) => !before.get(`${name}_table`)?.includes(JSON.stringify(should.get(`${name}_table`)))).map(({ name }) => name);
  const sure = planned.filter(({ action, certain }) => action !== 'nothing' && certain).map(({ name }) => name);
  const maybe = planned.filter(({ action, certain }) => action !== 'nothing' && !certain).map(({ name }) => name);
  expect(worked.filter((name) => !sure.includes(name) && !maybe.includes(name))).toEqual([]);
  expect(sure.filter((name) => !worked.includes(name))).toEqual([]);
  expect(differ.filter((name) => !worked.includes(name))).toEqual([]);
  const sharp = toys.filter(({ name, blunt }) => !blunt && worked.includes(name) && !deleted.has(name)).map(({ name }) => name);
  expect(sharp.filter((name) => !differ.includes(name))).toEqual([]);
  return { ran: run.stages.filter(({ state }) => state === 'ran').length, restored: run.stages.filter(({ restored: back }) => back).length };
}

async function apply(each: Edit, deleted: Set<string>): Promise<void> {
  const workspace = bench.engine.workspace();
  switch (each.kind) {
    case 'parameter':
      return setParameter(each.at % toys.length, each.to);
    case 'version':
      world.versions[toys[each.at % toys.length]?.name ?? ''] = each.to + 1;
      return;
    case 'content':
      return setContent(kinds[each.at % kinds.length] ?? 'ratings', each.to);
    case 'delete':
      return workspace.write(async (session) => {
        const builds = await readBuilds(session, workspace);
        const build = builds[each.at % Math.max(1, builds.length)];
        if (!build) return;
        if ((await session.first('SELECT 1 FROM store.stages WHERE stage = ? AND run_id = ?', [build.stage, build.runId])) !== undefined) deleted.add(build.stage);
        await dropBuild(session, build);
      });
    case 'fail':
      failing.add(toys[each.to]?.name ?? '');
      return;
    case 'collect':
      await collectGarbage(workspace, 0);
  }
}
