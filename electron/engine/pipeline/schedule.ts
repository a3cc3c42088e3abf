import type { StageName } from '../../../shared/contract/index.ts';
import type { Stage } from '../workspace/stage.ts';
import type { Graph } from './graph.ts';

/** Of the memory that the process may still take, this share is given to stages side by side. */
const SHARE = 0.8;

/** The order of a run: a stage starts when those that write what it reads have ended, as many side by side as asked for and as fit. */
export class Schedule {
  readonly #graph: Graph;
  readonly #most: number;
  readonly #memory: (stage: Stage) => Promise<number>;

  /** `memory` estimates what a stage takes, in bytes. */
  constructor(graph: Graph, most: number, memory: (stage: Stage) => Promise<number>) {
    this.#graph = graph;
    this.#most = most;
    this.#memory = memory;
  }

  /** Runs all stages; after one fails no other starts, and it rejects when those under way have ended. */
  async run(work: (stage: Stage) => Promise<void>): Promise<void> {
    const waiting = new Set(this.#graph.stages);
    const running = new Map<StageName, { done: Promise<void>; memory: number }>();
    const failures: unknown[] = [];
    while ((waiting.size > 0 && failures.length === 0) || running.size > 0) {
      for (const stage of waiting) {
        if (failures.length > 0 || running.size >= this.#most) break;
        if (this.#graph.before(stage).some((before) => waiting.has(before) || running.has(before.name))) continue;
        const memory = this.#most === 1 ? 0 : await this.#memory(stage);
        const taken = [...running.values()].reduce((sum, each) => sum + each.memory, 0);
        if (running.size > 0 && taken + memory > process.availableMemory() * SHARE) continue;
        waiting.delete(stage);
        const done = work(stage).catch((error: unknown) => void failures.push(error)).finally(() => running.delete(stage.name));
        running.set(stage.name, { done, memory });
      }
      await Promise.race([...running.values()].map(({ done }) => done));
    }
    if (failures.length > 0) throw failures[0];
  }
}
