import { type Lineage, type LineageEdge, type LineageNode, type LineageRequest, type LineageSource, ReelbenchError, type StageName, type ThingKind } from '../../../shared/contract/index.ts';
import { thingKinds } from '../../../shared/domain/lineage.ts';
import { tableExists } from '../workspace/catalog.ts';
import type { Build } from '../workspace/builds.ts';
import { nearest } from '../workspace/parameter-schema.ts';
import type { Session } from '../workspace/session.ts';
import type { Stage } from '../workspace/stage.ts';
import { buildAfter, chainOf, describeBuild, type Facts, madeFrom, makerOf, stageOf, tableIsThere, visibleBuildOf } from './facts.ts';
import { around, builtNode, node, sourcesOf, tableId, type Things, thingsOf, withThing } from './graph.ts';
import { decisionsOf, filesOf, isRule, parameterOf, parametersOf, rulesOf } from './origins.ts';
import { runLineage } from './runs.ts';

/** What lineage knows of one thing before it looks at what surrounds it. */
export interface Subject {
  readonly thing: LineageNode;
  readonly about: string;
  readonly build?: Build | undefined;
  /** The table of which `build` holds the fingerprint. */
  readonly table?: string;
  readonly value?: number;
  /** How a thing that is no node of the graph hangs on those that are. */
  readonly ties?: readonly LineageEdge[];
  readonly direct?: readonly string[];
}

/** What a thing is made from and what depends on it. @throws not-found with the nearest name that there is */
export async function lineageOf(session: Session, facts: Facts, { kind, name, run }: LineageRequest): Promise<Lineage> {
  const known = thingsOf(facts);
  const asked = kind === undefined ? thingKinds : [kind];
  for (const each of asked) {
    if (each === 'run') {
      const found = await runLineage(session, facts, known, name);
      if (found) return found;
      continue;
    }
    const subject = await subjectOf(session, facts, known, each, name.replace(/^main\./, ''), run);
    if (subject) return assemble(session, facts, subject.ties === undefined ? known : withThing(known, subject.thing, subject.ties), subject);
  }
  const names = [...known.nodes.values()].filter((each) => kind === undefined || each.kind === kind).map((each) => each.name);
  const near = nearest(name, [...names, ...facts.parameters.map(({ path }) => path)]);
  throw new ReelbenchError('not-found', `There is no ${kind ?? 'table, model, metric, rule, parameter, file or run'} ${name}.`, { hint: near === undefined ? `There are, for instance, ${names.slice(-6).join(', ') || 'no tables yet: import files first'}.` : `Did you mean ${near}?` });
}

async function subjectOf(session: Session, facts: Facts, known: Things, kind: Exclude<ThingKind, 'run'>, name: string, run: string | undefined): Promise<Subject | undefined> {
  switch (kind) {
    case 'table': return ofTable(session, facts, known, name, run);
    case 'model': {
      const stage = facts.stages.find((each) => each.name === `train-${name}`);
      const table = stage?.writes[0];
      return stage && table !== undefined ? ofBuilt(session, facts, stage, table, run) : undefined;
    }
    case 'metric': return ofMetric(session, facts, name, run);
    case 'file': {
      const thing = known.nodes.get(`file:${name}`);
      return thing && { thing, about: `Imported into ${[...new Set(facts.imported.filter(({ path }) => path === name).map(({ table }) => table))].join(' and ')}.` };
    }
    case 'output': {
      const thing = known.nodes.get(`output:${name}`);
      const stage = facts.stages.find((each) => each.name === thing?.stage);
      return thing && stage && { thing, about: `A file that the stage ${stage.name} wrote into the workspace.`, build: visibleBuildOf(facts, stage.name), direct: stage.reads.filter((table) => tableIsThere(facts, table)) };
    }
    case 'rule': return ofRule(session, facts, known, name);
    case 'parameter': return ofParameter(facts, name);
    default: return kind satisfies never;
  }
}

async function ofTable(session: Session, facts: Facts, known: Things, name: string, run: string | undefined): Promise<Subject | undefined> {
  const stage = stageOf(facts, name);
  if (stage) return ofBuilt(session, facts, stage, name, run);
  const raw = name.startsWith('raw.') ? name : `raw.${name}`;
  const imported = known.nodes.get(`table:${raw.replace(/_text$/, '')}`);
  if (imported) return { thing: imported, about: 'Rows as they were imported; no run changes them.' };
  if (name === 'models') {
    const models = [...known.nodes.values()].filter((each) => each.kind === 'model');
    return { thing: node('table', name, { title: 'All trained models' }), about: 'One row a trained model, put together from what each training wrote.', ties: models.map(({ id }) => ({ from: id, to: 'table:models' })) };
  }
  return (await tableExists(session, name.startsWith('raw.') ? 'raw' : 'main', name.replace(/^raw\./, ''))) ? { thing: node('table', name, { title: 'A record' }), about: 'A record that the program keeps of imports, checks and runs; no stage makes it.', ties: [] } : undefined;
}

async function ofBuilt(session: Session, facts: Facts, stage: Stage, table: string, run: string | undefined): Promise<Subject> {
  const build = run === undefined ? visibleBuildOf(facts, stage.name) : await buildAfter(session, facts, stage.name, run);
  if (run !== undefined && !build) throw gone(table, run);
  const thing = { ...builtNode(facts, stage, table), ...(build === undefined ? {} : { run: build.runId }) };
  const about = thing.kind === 'model' ? `${thing.title}, trained by the stage ${stage.name}.` : `Made by the stage ${stage.name}: ${stage.title.charAt(0).toLowerCase()}${stage.title.slice(1)}.`;
  const direct = madeFrom(facts, stage, table);
  return { thing, table, build, direct, about: thing.state === 'missing' ? `${about} Nothing has made it yet.` : about, ...(thing.state === 'missing' ? { ties: direct.map((source) => ({ from: tableId(facts, source), to: thing.id })) } : {}) };
}

const gone = (what: string, run: string) => new ReelbenchError('not-found', `What ${what} was after run ${run} is no longer in the cache.`, { hint: 'The report of the run tells its parameters and files.' });

/** A figure that a stage gave of what it made, for instance `ease ndcg@10`. */
async function ofMetric(session: Session, facts: Facts, name: string, run: string | undefined): Promise<Subject | undefined> {
  for (const stage of facts.stages) {
    const build = run === undefined ? visibleBuildOf(facts, stage.name) : await buildAfter(session, facts, stage.name, run);
    const value = build?.figures[name];
    if (build === undefined || value === undefined) continue;
    const thing = node('metric', name, { title: stage.title, stage: stage.name, run: build.runId, state: facts.status.get(stage.name)?.state === 'current' && (run === undefined || facts.state.visible.get(stage.name) === build.runId) ? 'current' : 'changed' });
    // A figure of one model does not rest on the others.
    const model = facts.stages.find((each) => each.name === `train-${name.split(' ')[0] ?? ''}`);
    const direct = stage.reads.filter((table) => tableIsThere(facts, table) && (model === undefined || !(stageOf(facts, table)?.name.startsWith('train-') ?? false) || model.writes.includes(table)));
    return { thing, value, build, direct, about: `A figure that the stage ${stage.name} gave.`, ties: direct.map((table) => ({ from: tableId(facts, table), to: thing.id })) };
  }
  if (run !== undefined) {
    const kept = await session.first<{ value: number }>(`SELECT CAST(json_extract(figures, ?) AS DOUBLE) AS value FROM store.run_builds WHERE run_id = ? AND json_exists(figures, ?)`, [`$."${name}"`, run, `$."${name}"`]);
    if (kept) throw gone(`the metric ${name}`, run);
  }
  return undefined;
}

async function ofRule(session: Session, facts: Facts, known: Things, id: string): Promise<Subject | undefined> {
  if (!isRule(facts, id)) return undefined;
  const found = (await tableExists(session, 'main', 'data_quality_findings')) ? await session.first<{ table: string; title: string; status: string }>('SELECT "table", title, status FROM main.data_quality_findings WHERE rule = ?', [id]) : undefined;
  const kind = found?.table ?? id.split('.')[0] ?? '';
  const build = visibleBuildOf(facts, 'validate');
  const thing = node('rule', id, { title: found?.title ?? 'A rule that no run has checked yet', stage: 'validate', run: build?.runId ?? null, state: facts.status.get('validate')?.state === 'current' ? 'current' : build ? 'changed' : 'missing' });
  const raw = `table:raw.${kind}`;
  const made = known.edges.filter(({ from, to }) => from === raw && !(known.ends.has(to))).map(({ to }) => ({ from: thing.id, to }));
  return {
    thing, build, about: found ? `${found.title}. The stage validate checks it on the rows of raw.${kind} before any of them is used.` : 'No run has checked it yet.',
    ties: [...(known.nodes.has(raw) ? [{ from: raw, to: thing.id }] : []), ...made], direct: known.nodes.has(raw) ? [`raw.${kind}`] : [],
  };
}

function ofParameter(facts: Facts, path: string): Subject | undefined {
  const info = facts.parameters.find((parameter) => parameter.path === path);
  if (!info) return undefined;
  const reading = facts.stages.filter(({ parameters }) => parameters.some((prefix) => path === prefix || path.startsWith(`${prefix}.`)));
  const thing = node('parameter', path, { title: info.title });
  const tables = reading.flatMap(({ writes }) => writes.filter((table) => tableIsThere(facts, table)));
  return {
    thing, ties: tables.map((table) => ({ from: thing.id, to: tableId(facts, table) })),
    about: `${info.help} ${reading.length === 0 ? 'It changes no table: only how the program works.' : `Read by ${reading.map(({ name }) => name).join(', ')}.`}`.trim(),
  };
}

async function assemble(session: Session, facts: Facts, known: Things, subject: Subject): Promise<Lineage> {
  const { thing, build, table } = subject;
  const chain = build === undefined ? [] : chainOf(facts, build);
  const upstream = thing.kind === 'file' ? new Set<string>() : sourcesOf(known, thing.id);
  const raws = new Set([...upstream, thing.id].flatMap((id) => (id.startsWith('table:raw.') ? [id.slice('table:'.length)] : [])));
  const files = thing.kind === 'file' ? new Set(facts.imported.filter(({ path }) => path === thing.name).map((file) => file.table)) : raws;
  const kinds = [...files].map((name) => name.slice('raw.'.length));
  const stages = new Set(chain.map(({ stage }) => stage));
  const order = facts.stages.map(({ name }) => name);
  const own = build === undefined ? undefined : facts.status.get(build.stage);
  const onTheWay = [...stages].toSorted((a, b) => order.indexOf(a) - order.indexOf(b));
  const visible = build === undefined || facts.state.visible.get(build.stage) === build.runId;
  const reasons = [...stages].flatMap((stage) => (facts.status.get(stage)?.reasons ?? []).map((reason) => ({ ...reason, stage })));
  const rules = await rulesOf(session, kinds);
  const found = filesOf(facts, files, chain.length > 0 ? chain : lastBuilds(facts));
  return {
    thing, about: subject.about, value: subject.value ?? null,
    fingerprint: (table === undefined ? undefined : build?.outputs[table])?.split(':').slice(0, 2).join(':') ?? null,
    build: build === undefined ? null : describeBuild(facts, build),
    current: build === undefined ? thing.state === 'given' : visible && own?.state === 'current',
    reasons, mark: own?.mark ?? null,
    tables: sourceTables(facts, subject),
    parameters: thing.kind === 'parameter' ? ofParameterBuilds(facts, thing.name) : parametersOf(facts, chain),
    rules: thing.kind === 'rule' ? rules.filter(({ id }) => id === thing.name) : rules,
    decisions: await decisionsOf(session, facts, kinds),
    files: thing.kind === 'file' ? found.filter(({ path }) => path === thing.name) : found,
    builds: onTheWay.flatMap((stage) => chain.filter((each) => each.stage === stage).map((each) => describeBuild(facts, each))),
    made: (build?.files ?? []).map((path) => ({ name: path, kind: 'output' as const, rows: 0, builtBy: build?.runId ?? '', visible })),
    graph: around(known, thing),
  };
}

/** The visible builds that read files, for things that are not built themselves. */
function lastBuilds(facts: Facts): Build[] {
  return facts.stages.flatMap(({ name, reads }) => (reads.some((table) => table.startsWith('raw.')) ? (visibleBuildOf(facts, name) ?? []) : []));
}

/** The tables that it was made from directly, each with the run that built the content it found. */
function sourceTables(facts: Facts, { build, direct = [] }: Subject): LineageSource[] {
  return direct.map((name): LineageSource => {
    if (name.startsWith('raw.')) {
      const now = facts.state.files.get(name) ?? {};
      return { name, rows: facts.imported.filter(({ table }) => table === name).reduce((sum, { rows, unreadable }) => sum + rows + unreadable, 0), run: null, changedSince: build !== undefined && Object.entries(now).some(([path, print]) => build.inputs.files[path] !== undefined && build.inputs.files[path] !== print) };
    }
    const live = facts.state.live.get(name);
    const print = build?.inputs.tables[name];
    const stage = stageOf(facts, name);
    const now = stage && visibleBuildOf(facts, stage.name)?.outputs[name];
    if (print === undefined) return { name, rows: live?.rows ?? null, run: build?.outputs[name] === undefined ? (live?.runId ?? null) : build.runId, changedSince: false };
    return { name, rows: Number(print.split(':', 1)[0]), run: makerOf(facts, name, print)?.runId ?? null, changedSince: print !== now };
  });
}

/** A parameter as each stage that reads it had it. */
function ofParameterBuilds(facts: Facts, path: string) {
  return facts.stages.flatMap(({ name }: { name: StageName }) => {
    const value = visibleBuildOf(facts, name)?.inputs.parameters[path];
    return value === undefined ? [] : [parameterOf(facts, path, name, value)];
  });
}
