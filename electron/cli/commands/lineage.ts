import { type Command, Option } from 'commander';
import { type Cell, type Lineage, type LineageParameter, ReelbenchError, type RowLineage, ThingKind } from '../../../shared/contract/index.ts';
import { dot, mermaid } from '../../../shared/domain/dag.ts';
import { withBench } from '../bench.ts';
import { command, type CommonOptions } from '../options.ts';
import { table, type Terminal } from '../terminal.ts';

interface LineageOptions extends CommonOptions {
  readonly kind?: ThingKind;
  readonly row?: string;
  readonly id?: string;
  readonly run?: string;
}

/** `lineage`, `dag`: where things come from and what depends on them. */
export function addLineageCommands(program: Command, terminal: Terminal): void {
  command(program, 'lineage <thing>', 'where a table, model, metric, file, rule, parameter or run comes from, and what depends on it')
    .addOption(new Option('--kind <kind>', 'what THING is, where several have its name').choices(ThingKind.options))
    .option('--row <key=value,…>', 'a row of the table: its lines, what fixes and decisions did to it, or why it is not there')
    .option('--id <row>', 'an imported row by its place, as quarantine lists it (r12, t3)')
    .option('--run <id>', 'as it stood after this run')
    .action((thing: string, options: LineageOptions) => (options.row === undefined && options.id === undefined ? ofThing(thing, options, terminal) : ofRow(thing, options, terminal)));

  command(program, 'dag', 'the graph of the pipeline')
    .option('--mermaid', 'as a Mermaid flowchart', false)
    .option('--dot', 'in the language of Graphviz', false)
    .action(async (options: CommonOptions & { mermaid: boolean; dot: boolean }) => {
      if (options.mermaid && options.dot) throw new ReelbenchError('invalid-arguments', 'Choose --mermaid or --dot, one of the two.');
      const { pipelineDag } = await import('../../engine/engine.ts');
      const dag = pipelineDag();
      terminal.result(dag, () => {
        if (options.mermaid) return mermaid(dag);
        if (options.dot) return dot(dag);
        const before = (id: string) => dag.edges.filter(({ to }) => to === id).map(({ from }) => from).join(', ');
        return table(['stage', 'title', 'after', 'writes'], dag.nodes.map(({ id, title, writes }) => [id, title, id === 'finalize' ? 'all others' : before(id), writes.join(', ')]));
      });
    });
}

async function ofThing(name: string, options: LineageOptions, terminal: Terminal): Promise<void> {
  const lineage = await withBench(options, terminal, (bench) =>
    bench.call('lineage.of', { name, ...(options.kind === undefined ? {} : { kind: options.kind }), ...(options.run === undefined ? {} : { run: options.run }) }));
  terminal.result(lineage, () => words(lineage));
}

function words(lineage: Lineage): string[] {
  const { thing, build, graph } = lineage;
  const [up, down] = [sideOf(lineage, 'from'), sideOf(lineage, 'to')];
  const parameters = lineage.parameters.filter((parameter) => parameter.differs || !parameter.isDefault || parameter.stage === thing.stage);
  const rules = lineage.rules.filter(({ changed, setAside, dropped, failed }) => changed + setAside + dropped + failed > 0);
  return [
    `${thing.kind} ${thing.name}: ${lineage.about}`,
    ...(lineage.value === null ? [] : [`Value: ${lineage.value}`]),
    ...(build === null ? [] : [`Built by run ${build.run} on ${build.at} in ${build.seconds.toFixed(1)} s${build.keptBy === null ? '' : `; run ${build.keptBy} left it as it was or brought it back`}. ${lineage.current ? 'It is current.' : 'A run would make it anew.'}`]),
    ...(lineage.mark === null ? [] : [`Marked by run ${lineage.mark.run}: ${lineage.mark.message}`]),
    ...lineage.reasons.map(({ stage, what, change, from, to }) => `  ${stage}: ${what} ${change}${from === undefined || to === undefined ? '' : ` (${from} → ${to})`}`),
    ...section('Made from', up.map((id) => nameOf(graph.nodes, id))),
    ...section('What depends on it', down.map((id) => nameOf(graph.nodes, id))),
    ...grid('Files', ['file', 'rows', 'unreadable', 'rejected', 'imported', 'since'], lineage.files.map((file) => [file.path, file.rows, file.unreadable, file.rejected, file.importedAt, file.since])),
    ...grid('Parameters', ['parameter', 'stage', 'built with', 'in force'], parameters.map((parameter) => [parameter.path, parameter.stage ?? '', parameter.value ?? '', forceOf(parameter)])),
    ...grid('Rules', ['rule', 'failed', 'changed', 'set aside', 'left out', 'fix'], rules.map((rule) => [rule.id, rule.failed, rule.changed, rule.setAside, rule.dropped, rule.fixEnabled ? (rule.fix ?? '') : ''])),
    ...grid('Decisions', ['decision', 'made', 'what', 'in the tables'], lineage.decisions.map((decision) => [decision.id, decision.madeAt, decision.title, decision.applied ? 'yes' : 'with the next run'])),
    ...grid('Tables', ['table', 'rows', 'built by', 'visible'], thing.kind === 'run' ? lineage.made.map((made) => [made.name, made.rows, made.builtBy, made.visible ? 'yes' : 'no']) : []),
  ];
}

const forceOf = ({ differs, inForce }: LineageParameter): string => (differs ? `${inForce ?? 'not set'} (differs)` : 'the same');
const section = (title: string, lines: readonly string[]): string[] => (lines.length === 0 ? [] : ['', `${title}: ${lines.join(', ')}`]);
const grid = (title: string, head: readonly string[], rows: readonly (readonly (string | number | null)[])[]): string[] => (rows.length === 0 ? [] : ['', title, table(head, rows)]);
const nameOf = (nodes: Lineage['graph']['nodes'], id: string): string => {
  const found = nodes.find((node) => node.id === id);
  return found === undefined || found.kind === 'table' ? (found?.name ?? id) : `${found.kind} ${found.name}`;
};

/** Ids of all that leads to the thing, or that depends on it, the nearest first. */
function sideOf({ thing, graph }: Lineage, side: 'from' | 'to'): string[] {
  const reached = new Set([thing.id]);
  for (const id of reached) for (const edge of graph.edges) if (edge[side === 'from' ? 'to' : 'from'] === id) reached.add(edge[side]);
  return [...reached].slice(1);
}

async function ofRow(name: string, options: LineageOptions, terminal: Terminal): Promise<void> {
  const key = options.row === undefined ? {} : keyOf(options.row);
  const row = await withBench(options, terminal, (bench) => bench.call('lineage.row', { table: name, key, ...(options.id === undefined ? {} : { id: options.id }) }));
  terminal.result(row, () => rowWords(row));
}

/** `user_id=1,movie_id=2`; what looks like a number is one. */
function keyOf(text: string): Record<string, Cell> {
  return Object.fromEntries(text.split(/,(?=[^,=]+=)/).map((part) => {
    const at = part.indexOf('=');
    if (at < 1) throw new ReelbenchError('invalid-arguments', `--row ${text}: it must be column=value, for instance user_id=1,movie_id=31.`);
    const value = part.slice(at + 1);
    return [part.slice(0, at).trim(), /^-?\d{1,15}$/.test(value) ? Number(value) : value];
  }));
}

function rowWords({ about, row, sources, total, computed, build }: RowLineage): string[] {
  const place = ({ file, line, id }: { file: string | null; line: number | null; id: string }) => `${file ?? 'no file'}${line === null ? ` (${id})` : `:${line}`}`;
  return [
    about,
    ...(build === null ? [] : [`The table was built by run ${build.run} on ${build.at}.`]),
    ...(row === null ? [] : [`Now: ${JSON.stringify(row)}`]),
    ...sources.flatMap((source) => [
      '', `${place(source)} ${source.outcome}: ${source.why}`, `  as imported: ${JSON.stringify(source.cells)}`,
      ...source.fixes.map((fix) => (fix.action === 'drop' ? `  ${fix.rule}: left out` : `  ${fix.rule}: ${fix.column ?? ''} ${fix.before ?? 'empty'} → ${fix.after ?? 'empty'}`)),
      ...source.setAside.map((aside) => `  ${aside.rule}: ${aside.reason}`),
      ...source.decisions.map((decision) => `  decision ${decision.id} of ${decision.madeAt}: ${decision.title}${decision.reason === null ? '' : ` (${decision.reason})`}`),
    ]),
    ...(sources.length < total ? [`The first ${sources.length} of ${total} imported rows.`] : []),
    ...computed.flatMap((part) => [
      `Sums up ${part.rows} rows of ${part.table} where ${part.filters.map(({ column, value }) => `${column} = ${value ?? ''}`).join(' and ')}`,
      ...part.files.map((file) => `  ${file.file}${file.firstLine === null ? '' : `, lines ${file.firstLine} to ${file.lastLine ?? file.firstLine}`}: ${file.rows} rows name it`),
    ]),
  ];
}
