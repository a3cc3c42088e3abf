import { z } from 'zod';
import type { Cell, RunComparison, RunTable } from '../../../shared/contract/index.ts';
import type { Session } from '../workspace/session.ts';
import type { Workspace } from '../workspace/workspace.ts';
import type { Graph } from './graph.ts';
import { getRun, getRunInputs, tablesAfter } from './records.ts';

/** Everything in which two runs differ or agree: parameters, files, tables, durations, quality, figures. */
export async function compareRuns(workspace: Workspace, session: Session, graph: Graph, ids: { a: string; b: string }): Promise<RunComparison> {
  const [a, b] = [await side(workspace, session, ids.a), await side(workspace, session, ids.b)];
  const tables = merge(byName(a.tables), byName(b.tables)).map(({ name, a: left, b: right }) => ({
    name, a: left?.rows ?? null, b: right?.rows ?? null, same: left !== null && right !== null && left.fingerprint === right.fingerprint,
  }));
  const position = new Map(graph.stages.flatMap(({ writes }) => writes).map((table, at) => [table, at]));
  const stages = graph.stages.map(({ name }) => {
    const [left, right] = [a.run.stages.find((stage) => stage.name === name), b.run.stages.find((stage) => stage.name === name)];
    return { name, a: a.seconds[name] ?? null, b: b.seconds[name] ?? null, states: { a: left?.state ?? null, b: right?.state ?? null } };
  });
  return {
    a: a.run, b: b.run,
    parameters: different(a.parameters, b.parameters),
    files: different(a.files, b.files),
    tables: tables.toSorted((x, y) => (position.get(x.name) ?? 0) - (position.get(y.name) ?? 0)),
    stages,
    quality: { scores: merge(a.scores, b.scores), rules: different(a.rules, b.rules) },
    figures: merge(a.figures, b.figures),
  };
}

async function side(workspace: Workspace, session: Session, id: string) {
  const { run } = await getRun(workspace, session, id);
  const { parameters, files } = await getRunInputs(session, id);
  const builds = await session.all<{ stage: string; builtBy: string; seconds: number; figures: string }>('SELECT stage, built_by AS "builtBy", seconds, figures FROM store.run_builds WHERE run_id = ?', [id]);
  // A run that ended early checked the data by itself, if it came so far.
  const check = builds.find(({ stage }) => stage === 'validate')?.builtBy ?? id;
  const kept = await session.first<{ scores: string }>('SELECT scores FROM main.quality_history WHERE check_id = ?', [check]);
  const rules = await session.all<{ rule: string; failed: number }>('SELECT rule, failed FROM main.quality_history_rules WHERE check_id = ? ORDER BY position', [check]);
  const figures = run.stages.flatMap((stage) => Object.entries(stage.figures));
  const Numbers = z.record(z.string(), z.number());
  return {
    run, parameters,
    files: Object.fromEntries(Object.values(files).flatMap((of) => Object.entries(of))),
    tables: await tablesAfter(session, id),
    seconds: Object.fromEntries([...run.stages.filter(({ state }) => state === 'ran').map(({ name, seconds }): [string, number] => [name, seconds]), ...builds.map(({ stage, seconds }): [string, number] => [stage, seconds])]),
    scores: kept ? (Numbers.safeParse(JSON.parse(kept.scores)).data ?? {}) : {},
    rules: Object.fromEntries(rules.map(({ rule, failed }) => [rule, failed])),
    figures: { ...Object.fromEntries(figures), ...Object.assign({}, ...builds.map((build) => Numbers.parse(JSON.parse(build.figures)))) as Record<string, number> },
  };
}

function byName(tables: readonly RunTable[]): Record<string, RunTable> {
  return Object.fromEntries(tables.map((table) => [table.name, table]));
}

/** All names of either side, those of `a` first. */
function merge<T>(a: Readonly<Record<string, T>>, b: Readonly<Record<string, T>>): { name: string; a: T | null; b: T | null }[] {
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].map((name) => ({ name, a: a[name] ?? null, b: b[name] ?? null }));
}

function different<T extends Cell>(a: Readonly<Record<string, T>>, b: Readonly<Record<string, T>>): { name: string; a: T | null; b: T | null }[] {
  return merge(a, b).filter(({ a: left, b: right }) => JSON.stringify(left) !== JSON.stringify(right));
}
