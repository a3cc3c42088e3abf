import type { Shape } from './csr.ts';
import { type Lead, readPattern } from './lead.ts';
import { Plan } from './plan.ts';

export interface ListOptions {
  readonly factors: number;
  /** Entries of each list. */
  readonly count: number;
}

/** For each row its best columns, best first, equal ones by index: `width` entries a row, -1 and -Infinity where there are fewer. */
export interface Lists {
  readonly width: number;
  readonly indices: Int32Array;
  readonly values: Float32Array;
}

/** Items of a tile, as in assembly/lists.ts. */
const TILE = 512;
/** Users who walk the tiles together. */
const USERS = 64;

export function layLists({ rows, columns, nonzeros }: Shape, { factors, count }: ListOptions, threads: number) {
  const plan = new Plan();
  const items = Math.ceil(columns / TILE) * TILE;
  const scratchBytes = Math.ceil((4 * TILE + 2 * USERS + USERS * Math.ceil(columns / 32)) / 32) * 128;
  return {
    plan,
    items,
    scratchBytes,
    seen: { indptr: plan.words(rows + 1), indices: plan.words(nonzeros) },
    users: plan.words((rows + 3) * factors),
    packed: plan.words(items * factors),
    norms: plan.words(items),
    names: plan.words(columns),
    indices: plan.words(rows * count),
    values: plan.words(rows * count),
    scratch: plan.bytes(threads * scratchBytes),
  };
}

/** Scores in tiles of 4 users × 8 items; items from the longest factors to the shortest, so that most users are done before the last (Teflioudi et al. 2015). */
export async function runLists(lead: Lead, { factors, count }: ListOptions, layout: ReturnType<typeof layLists>): Promise<{ result: Lists; transfer: ArrayBuffer[] }> {
  const { rows, columns } = lead.shape;
  const crew = lead.open(layout.plan, layout.scratch, layout.scratchBytes);
  const { indices: seen } = await readPattern(lead, crew, layout.seen);
  await lead.read('users', crew.floats(layout.users, rows * factors));
  const given = new Float32Array(columns * factors);
  await lead.read('items', given);

  const lengths = Float64Array.from({ length: columns }, (_, item) => Math.sqrt(given.subarray(item * factors, (item + 1) * factors).reduce((sum, value) => sum + value * value, 0)));
  const names = Int32Array.from(lengths.keys()).sort((a, b) => (lengths[b] ?? 0) - (lengths[a] ?? 0) || a - b);
  const places = new Int32Array(columns);
  const packed = crew.floats(layout.packed, layout.items * factors);
  const norms = crew.floats(layout.norms, layout.items);
  names.forEach((item, place) => {
    places[item] = place;
    norms[place] = lengths[item] ?? 0;
    const start = (place - (place % 8)) * factors + (place % 8);
    for (let f = 0; f < factors; f++) packed[start + f * 8] = given[item * factors + f] ?? 0;
  });
  crew.words(layout.names, columns).set(names);
  for (let at = 0; at < seen.length; at++) seen[at] = places[seen[at] ?? 0] ?? 0;

  const task = [layout.users, layout.packed, layout.norms, layout.names, columns, factors, layout.seen.indptr, layout.seen.indices, count, layout.indices, layout.values, USERS];
  await crew.step([{ kernel: 'listBlocks', count: rows, block: USERS, arguments: task }], (done) => lead.progress(done, rows));
  const result = { width: count, indices: new Int32Array(crew.words(layout.indices, rows * count)), values: new Float32Array(crew.floats(layout.values, rows * count)) };
  return { result, transfer: [result.indices.buffer, result.values.buffer] };
}
