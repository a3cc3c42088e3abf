import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { EvaluateRequest, ProtocolName, ReelbenchError } from '../../../shared/contract/index.ts';
import { replaceFile, writeFileAtomically } from '../workspace/atomic-file.ts';
import type { Clock } from '../workspace/clock.ts';
import type { Checkpoint } from '../workspace/stage.ts';
import type { Workspace } from '../workspace/workspace.ts';
import { readArrays, writeArrays } from './array-file.ts';
import { FOLDER, RECORD } from './kept.ts';
import type { FoldErrors } from './rating-errors.ts';

/**
 * What an evaluation has finished before its end, in its folder `evaluations/<id>`: `order.json`, what was asked for;
 * `part-<fold>-<print>.arrays`, one model measured on one fold; `fit-<fold>-<print>.checkpoint`, how far a training is. Each is
 * written as a whole or not at all. A part is found again by `task`, a hash of data and protocol, and by the model's print, so that
 * a part of other ratings or other parameters is never taken for this one. All of it goes when the evaluation has ended.
 */
const ORDER = 'order.json';
const DAYS_KEPT = 30;
const partFile = (fold: number, print: string) => `part-${fold}-${print}.arrays`;
const isPart = (name: string) => /^part-\d+-\w+\.arrays$/.test(name);
const isFit = (name: string) => /^fit-\d+-\w+\.checkpoint$/.test(name);

/** How it is asked for again, with the paths of files in place of what the host granted once. */
export const Again = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('request'), request: EvaluateRequest, files: z.object({ train: z.string(), test: z.string(), negatives: z.string().nullable() }).nullable() }),
  z.object({ kind: z.literal('preset'), preset: z.string(), models: z.array(z.string()), seed: z.number().int().nullable(), data: z.string() }),
]);
export type Again = z.infer<typeof Again>;

const UnfinishedOrder = z.object({
  id: z.string(), task: z.string(), title: z.string(), createdAt: z.string(), preset: z.string().nullable(), protocol: ProtocolName,
  models: z.array(z.string()), prints: z.array(z.string()), folds: z.number(), again: Again,
});
export type UnfinishedOrder = z.infer<typeof UnfinishedOrder>;

/** What one model was worth on one fold, and what it took. */
export interface Part {
  readonly params: Readonly<Record<string, unknown>>;
  readonly bytes: number;
  readonly fitSeconds: number;
  readonly scoreSeconds: number;
  readonly peakMemory: number;
  readonly ranked: { readonly values: Float64Array; readonly lists: Int32Array; readonly coverage: readonly number[] } | undefined;
  readonly errors: FoldErrors | undefined;
}

const PartMeta = z.object({
  params: z.record(z.string(), z.unknown()), bytes: z.number(), fitSeconds: z.number(), scoreSeconds: z.number(), peakMemory: z.number(), coverage: z.array(z.number()).nullable(),
  errors: z.object({ total: z.object({ squares: z.number(), absolutes: z.number(), count: z.number() }), seconds: z.number() }).nullable(),
});

/** Parts of the evaluation that is under way; folds are counted from 1. */
export interface Parts {
  /** What was kept; undefined where nothing can be taken up. */
  take(fold: number, print: string): Promise<Part | undefined>;
  keep(fold: number, print: string, part: Part): Promise<void>;
  /** Where a training on a fold keeps how far it is; `about` tells the trainings of a fold apart. */
  checkpoint(fold: number, about: string): Checkpoint;
}

export class UnfinishedEvaluations {
  readonly #folder: string;

  constructor(workspace: Pick<Workspace, 'path'>) {
    this.#folder = workspace.path(FOLDER);
  }

  /** All, the newest first, with what is done of each. */
  async list(): Promise<(UnfinishedOrder & { readonly done: number; readonly bytes: number })[]> {
    if (!existsSync(this.#folder)) return [];
    const found = await Promise.all((await readdir(this.#folder)).map((id) => this.#read(id)));
    const orders = await Promise.all(found.flatMap((order) => (order ? [this.#counted(order)] : [])));
    return orders.toSorted((a, b) => b.createdAt.localeCompare(a.createdAt) || b.id.localeCompare(a.id));
  }

  async get(id: string): Promise<UnfinishedOrder> {
    const order = await this.#read(id);
    if (!order) throw new ReelbenchError('not-found', `There is no unfinished evaluation ${id}.`, { hint: 'It has ended, or was removed.' });
    return order;
  }

  /** Removes one; whether there was one. */
  async remove(id: string): Promise<boolean> {
    if (!(await this.#read(id))) return false;
    await rm(path.join(this.#folder, id), { recursive: true, force: true });
    return true;
  }

  /** Begins an evaluation, or goes on with the one of the same task: answers its id, when it was begun first, and its parts. */
  async begin(order: UnfinishedOrder): Promise<{ id: string; createdAt: string; parts: Parts }> {
    const before = (await this.list()).find(({ task }) => task === order.task);
    const { id, createdAt } = before ?? order;
    const folder = path.join(this.#folder, id);
    await mkdir(folder, { recursive: true });
    await this.#keepPartsAlone(id);
    await writeFileAtomically(path.join(folder, ORDER), JSON.stringify({ ...order, id, createdAt } satisfies UnfinishedOrder));
    return { id, createdAt, parts: partsIn(folder) };
  }

  /** Removes what is of no use once the evaluation has ended and its record is written. */
  async ended(id: string): Promise<void> {
    const folder = path.join(this.#folder, id);
    for (const name of await readdir(folder)) if (name === ORDER || isPart(name) || isFit(name) || name.endsWith('.tmp')) await rm(path.join(folder, name), { force: true });
  }

  /** After it was broken off: keeps what it can go on from, or nothing at all where that is nothing. Answers how many parts are kept. */
  async brokenOff(id: string, goesOn = true): Promise<number> {
    await this.#keepPartsAlone(id);
    const names = await readdir(path.join(this.#folder, id));
    if (goesOn && names.some((name) => isPart(name) || isFit(name))) return names.filter(isPart).length;
    await rm(path.join(this.#folder, id), { recursive: true, force: true });
    return 0;
  }

  /** Removes what evaluations left that cannot be taken up: without an order or a part, or not touched for thirty days. */
  async clear(clock: Clock): Promise<void> {
    if (!existsSync(this.#folder)) return;
    for (const id of await readdir(this.#folder)) {
      if (existsSync(path.join(this.#folder, id, RECORD))) {
        if (existsSync(path.join(this.#folder, id, ORDER))) await this.ended(id);
      } else if (!(await this.#read(id)) || (await this.#age(id, clock)) > DAYS_KEPT) await rm(path.join(this.#folder, id), { recursive: true, force: true });
      else await this.brokenOff(id);
    }
  }

  async #counted(order: UnfinishedOrder) {
    const folder = path.join(this.#folder, order.id);
    const names = (await readdir(folder)).filter((name) => isPart(name) || isFit(name));
    const sizes = await Promise.all(names.map(async (name) => (await stat(path.join(folder, name)).catch(() => ({ size: 0 }))).size));
    const wanted = new Set(Array.from({ length: order.folds }, (_, fold) => order.prints.map((print) => partFile(fold + 1, print))).flat());
    return { ...order, done: names.filter((name) => wanted.has(name)).length, bytes: sizes.reduce((sum, size) => sum + size, 0) };
  }

  async #read(id: string): Promise<UnfinishedOrder | undefined> {
    if (!/^[\w-]+$/.test(id) || existsSync(path.join(this.#folder, id, RECORD))) return undefined;
    try {
      const order = UnfinishedOrder.parse(JSON.parse(await readFile(path.join(this.#folder, id, ORDER), 'utf8')));
      return order.id === id ? order : undefined;
    } catch {
      return undefined; // of another version, or none: nothing can go on from it
    }
  }

  async #keepPartsAlone(id: string): Promise<void> {
    const folder = path.join(this.#folder, id);
    for (const name of await readdir(folder)) if (name !== ORDER && !isPart(name) && !isFit(name)) await rm(path.join(folder, name), { recursive: true, force: true });
  }

  /** Days since something of it was written. */
  async #age(id: string, clock: Clock): Promise<number> {
    const folder = path.join(this.#folder, id);
    const times = await Promise.all((await readdir(folder)).map(async (name) => (await stat(path.join(folder, name))).mtimeMs));
    return (clock().getTime() - Math.max(0, ...times)) / 86_400_000;
  }
}

function partsIn(folder: string): Parts {
  return {
    async take(fold, print) {
      const file = path.join(folder, partFile(fold, print));
      if (!existsSync(file)) return undefined;
      try {
        const { meta, arrays } = await readArrays(file, ['values', 'lists', 'squares', 'absolutes', 'counts']);
        const { coverage, errors, ...rest } = PartMeta.parse(meta);
        const floats = (name: string) => checked(arrays.get(name), Float64Array);
        const whole = (name: string) => checked(arrays.get(name), Int32Array);
        return {
          ...rest,
          ranked: coverage === null ? undefined : { values: floats('values'), lists: whole('lists'), coverage },
          errors: errors === null ? undefined : { ...errors, squares: floats('squares'), absolutes: floats('absolutes'), counts: whole('counts') },
        };
      } catch {
        return undefined; // damaged on disk: it is made again
      }
    },
    async keep(fold, print, { ranked, errors, ...rest }) {
      const meta: z.infer<typeof PartMeta> = { ...rest, coverage: ranked ? [...ranked.coverage] : null, errors: errors ? { total: errors.total, seconds: errors.seconds } : null };
      await writeArrays(path.join(folder, partFile(fold, print)), meta, {
        ...(ranked && { values: ranked.values, lists: ranked.lists }), ...(errors && { squares: errors.squares, absolutes: errors.absolutes, counts: errors.counts }),
      });
      for (const name of await readdir(folder)) if (isFit(name)) await rm(path.join(folder, name), { force: true });
    },
    checkpoint(fold, about) {
      const file = path.join(folder, `fit-${fold}-${about}.checkpoint`);
      return {
        read: () => readFile(file).catch(() => undefined),
        write: (data) => replaceFile(file, (handle) => handle.writeFile(data)),
      };
    },
  };
}

function checked<T extends Float64Array | Int32Array>(array: Float64Array | Int32Array | undefined, type: new (length: number) => T): T {
  if (array instanceof type) return array;
  throw new TypeError('A part lacks an array.');
}
