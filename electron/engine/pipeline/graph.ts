import { type PipelineStatus, ReelbenchError, type RunRequest, type StageName } from '../../../shared/contract/index.ts';
import type { Stage } from '../workspace/stage.ts';

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

  /** The stage that writes a built table. */
  producer(table: string): Stage | undefined {
    return this.stages.find((stage) => stage.writes.includes(table));
  }

  /**
   * Which stages a request lets run: all of them; those named with all that they need; one `only`; one and all after it
   * (`from`); one and all that depends on it (`downstream`). A stage let run still rests when nothing changed.
   */
  select(request: RunRequest): Set<StageName> {
    const ways = [request.stages.length > 0, request.from, request.downstream, request.only].filter(Boolean).length;
    if (ways > 1) throw new ReelbenchError('invalid-arguments', 'Name stages, or one of --from, --downstream and --only, not several of them.');
    if (request.only !== undefined) return new Set([this.#known(request.only)]);
    if (request.from !== undefined) {
      const names = this.stages.map(({ name }) => name);
      return new Set(names.slice(names.indexOf(this.#known(request.from))));
    }
    if (request.downstream !== undefined) return this.#closure([this.#known(request.downstream)], 'from', 'to');
    if (request.stages.length > 0) return this.#closure(request.stages.map((name) => this.#known(name)), 'to', 'from');
    return new Set(this.stages.map(({ name }) => name));
  }

  #known(name: StageName): StageName {
    if (!this.stages.some((stage) => stage.name === name)) {
      throw new ReelbenchError('invalid-arguments', `There is no stage ${name}.`, { hint: `Stages: ${this.stages.map((stage) => stage.name).join(', ')}.` });
    }
    return name;
  }

  #closure(start: readonly StageName[], near: 'from' | 'to', far: 'from' | 'to'): Set<StageName> {
    const reached = new Set(start);
    for (const name of reached) for (const edge of this.edges) if (edge[near] === name) reached.add(edge[far]);
    return reached;
  }
}

export function isRaw(table: string): boolean {
  return table.startsWith('raw.');
}
