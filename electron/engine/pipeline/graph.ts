import { type PipelineStatus, ReelbenchError, type RunRequest, type StageName, type StageSelector } from '../../../shared/contract/index.ts';
import type { ParameterValues } from '../workspace/parameters.ts';
import { readsWith, type Stage } from '../workspace/stage.ts';

/** Stages in the order in which they run, and what depends on what, from their declarations alone. */
export class Graph {
  readonly stages: readonly Stage[];
  readonly edges: PipelineStatus['edges'];

  /** `stages` in running order: a stage that reads what a later one writes is a defect, and named. */
  constructor(stages: readonly Stage[]) {
    this.stages = stages;
    const producer = new Map<string, number>();
    stages.forEach((stage, at) => {
      for (const table of stage.writes) {
        if (producer.has(table)) throw new ReelbenchError('internal', `Two stages write ${table}.`);
        producer.set(table, at);
      }
    });
    this.edges = stages.flatMap((stage, at) => {
      const from = new Map<StageName, string[]>();
      for (const table of stage.reads) {
        const before = isRaw(table) ? 0 : producer.get(table);
        if (before === undefined) throw new ReelbenchError('internal', `${stage.name} reads ${table}, which no stage writes.`);
        if (before > at) throw new ReelbenchError('internal', `${stage.name} reads ${table}, which a later stage writes.`);
        const source = stages[before];
        if (source && source !== stage) from.set(source.name, [...(from.get(source.name) ?? []), table]);
      }
      return [...from].map(([name, tables]) => ({ from: name, to: stage.name, tables }));
    });
  }

  /** The edges that there are with these parameters. */
  edgesWith(parameters: ParameterValues): PipelineStatus['edges'] {
    const read = new Map(this.stages.map((stage) => [stage.name, new Set(readsWith(stage, parameters))]));
    return this.edges.map((edge) => ({ ...edge, tables: edge.tables.filter((table) => read.get(edge.to)?.has(table)) })).filter(({ tables }) => tables.length > 0);
  }

  /** The stage that writes a built table. */
  producer(table: string): Stage | undefined {
    return this.stages.find((stage) => stage.writes.includes(table));
  }

  /** The stages that write what `stage` reads. */
  before(stage: Stage): Stage[] {
    const names = new Set(this.edges.filter(({ to }) => to === stage.name).map(({ from }) => from));
    return this.stages.filter(({ name }) => names.has(name));
  }

  /** The stages of a run of everything: those that the parameters enable, and what these need. */
  enabled(parameters: ParameterValues): Set<StageName> {
    return this.#withNeeds(this.stages.filter((stage) => stage.enabled?.(parameters) ?? true), new Set(), parameters);
  }

  /**
   * Which stages a request lets run: all that are enabled; those named with all that they need; one `only`; one and all
   * after it (`from`); one and all that depends on it (`downstream`). A stage let run still rests when nothing changed.
   */
  select(request: Pick<RunRequest, 'stages' | 'from' | 'downstream' | 'only'>, parameters: ParameterValues): Set<StageName> {
    const ways = [request.stages.length > 0, request.from, request.downstream, request.only].filter(Boolean).length;
    if (ways > 1) throw new ReelbenchError('invalid-arguments', 'Name stages, or one of --from, --downstream and --only, not several of them.');
    const enabled = this.enabled(parameters);
    if (request.only !== undefined) return new Set([request.only].flat().flatMap((only) => this.#named(only)).map(({ name }) => name));
    if (request.from !== undefined) {
      const named = this.#named(request.from);
      const first = this.stages.findIndex((stage) => named.includes(stage));
      return new Set(this.stages.filter((stage, at) => named.includes(stage) || (at >= first && enabled.has(stage.name))).map(({ name }) => name));
    }
    if (request.downstream !== undefined) {
      const named = this.#named(request.downstream).map(({ name }) => name);
      const reached = new Set(named);
      for (const name of reached) for (const edge of this.edges) if (edge.from === name && enabled.has(edge.to)) reached.add(edge.to);
      return reached;
    }
    if (request.stages.length > 0) return this.#withNeeds(request.stages.flatMap((name) => this.#named(name)), enabled, parameters);
    return enabled;
  }

  #named(name: StageSelector): Stage[] {
    const found = this.stages.filter((stage) => stage.name === name || (name === 'train' && stage.name.startsWith('train-')));
    if (found.length === 0) throw new ReelbenchError('invalid-arguments', `There is no stage ${name}.`, { hint: `Stages: ${this.stages.map((stage) => stage.name).join(', ')}.` });
    return found;
  }

  /** The stages with all that they cannot do without, and of the rest that they read from what is `also` there. */
  #withNeeds(start: readonly Stage[], also: ReadonlySet<StageName>, parameters: ParameterValues): Set<StageName> {
    const reached = new Set(start);
    for (const stage of reached) {
      for (const table of readsWith(stage, parameters)) {
        const source = isRaw(table) ? this.stages[0] : this.producer(table);
        if (source && (!stage.optional?.includes(table) || also.has(source.name))) reached.add(source);
      }
    }
    return new Set([...reached].map(({ name }) => name));
  }
}

export function isRaw(table: string): boolean {
  return table.startsWith('raw.');
}
