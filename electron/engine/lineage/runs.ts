import { z } from 'zod';
import { Cell, type Lineage } from '../../../shared/contract/index.ts';
import { getRunInputs } from '../pipeline/records.ts';
import type { Session } from '../workspace/session.ts';
import { describeBuild, type Facts } from './facts.ts';
import { around, node, tableId, type Things, withThing } from './graph.ts';
import { filesOf, inForce } from './origins.ts';

/** What a run was given and what it left, as far as it is still there; undefined when there is no such run. */
export async function runLineage(session: Session, facts: Facts, known: Things, id: string): Promise<Lineage | undefined> {
  const run = await session.first<{ status: string; at: string; seconds: number }>('SELECT status, started_at AS at, seconds FROM main.etl_runs WHERE run_id = ?', [id]);
  if (!run) return undefined;
  const { parameters, files } = await getRunInputs(session, id);
  const left = await session.all<{ stage: string; builtBy: string; outputs: string }>('SELECT stage, built_by AS "builtBy", outputs FROM store.run_builds WHERE run_id = ? ORDER BY stage', [id]);
  const stages = facts.stages.map(({ name }) => name);
  const builds = facts.state.builds.filter(({ runId }) => runId === id).toSorted((a, b) => stages.indexOf(a.stage) - stages.indexOf(b.stage));
  const visible = (table: string) => facts.state.live.get(table)?.runId;
  const made = left.toSorted((a, b) => stages.findIndex((name) => name === a.stage) - stages.findIndex((name) => name === b.stage)).flatMap(({ builtBy, outputs }) =>
    Object.entries(z.record(z.string(), z.string()).parse(JSON.parse(outputs))).map(([name, print]) => ({ name, kind: 'table' as const, rows: Number(print.split(':', 1)[0]), builtBy, visible: visible(name) === builtBy })));
  const thing = node('run', id, { title: `Run ${run.status}`, run: id, rows: null });
  const mine = made.filter((table) => table.visible && table.builtBy === id).map(({ name }) => ({ from: thing.id, to: tableId(facts, name) }));
  const things = withThing(known, thing, mine);
  const given = new Set(Object.keys(files).filter((table) => table !== 'raw.decisions'));
  const prints = Object.assign({}, ...[...given].map((table) => files[table]));
  return {
    thing, value: null, fingerprint: null, build: null, current: made.every((table) => table.visible), reasons: [], mark: null,
    about: `It ${run.status === 'succeeded' ? 'succeeded' : `ended as ${run.status}`} after ${run.seconds.toFixed(1)} s. ${made.length === 0 ? 'It left the tables as they were.' : `Of the ${made.length} tables that stood after it, it built ${made.filter(({ builtBy }) => builtBy === id).length}; ${made.filter((table) => table.visible).length} are still the visible ones.`}`,
    tables: [], rules: [], decisions: [], made,
    parameters: Object.entries(z.record(z.string(), Cell).parse(parameters)).map(([path, cell]) => {
      const value = cell === null ? null : typeof cell === 'string' ? cell : JSON.stringify(cell);
      const info = facts.parameters.find((parameter) => parameter.path === path);
      const now = inForce(facts, path);
      const stage = facts.stages.find(({ parameters: read }) => read.some((prefix) => path === prefix || path.startsWith(`${prefix}.`)))?.name ?? null;
      return { path, title: info?.title ?? path, unit: info?.unit ?? null, stage, value, inForce: now, differs: value !== now, isDefault: info !== undefined && JSON.stringify(cell) === JSON.stringify(info.default) };
    }),
    files: filesOf(facts, given, [{ inputs: { files: prints } }]),
    builds: builds.map((build) => describeBuild(facts, build)),
    graph: around(things, thing),
  };
}
