import type { Csr, Kernels, Lists } from '../kernels/index.ts';
import { breathe } from './breathe.ts';
import type { History } from './recommender.ts';

/** Histories as a matrix over the modelled films; `index` says where a catalogue position stands among them, -1 where it does not. */
export function historyMatrix(histories: readonly History[], index: Int32Array, films: number, value: (history: History, i: number) => number): Csr {
  const rows = histories.length;
  const most = histories.reduce((sum, { positions }) => sum + positions.length, 0);
  const indptr = new Int32Array(rows + 1);
  const indices = new Int32Array(most);
  const values = new Float32Array(most);
  let length = 0;
  for (const [row, history] of histories.entries()) {
    for (const [i, position] of history.positions.entries()) {
      const film = index[position] ?? -1;
      if (film < 0) continue;
      indices[length] = film;
      values[length++] = value(history, i);
    }
    indptr[row + 1] = length;
  }
  return { rows, columns: films, indptr, indices: indices.subarray(0, length), values: values.subarray(0, length) };
}

/** The best films of each row of `users` by their product with `items`, without those of the row's history, as positions of the catalogue. */
export async function topOf(kernels: Kernels, users: Float32Array, items: Float32Array, width: number, seen: Csr, positions: Int32Array, count: number, signal?: AbortSignal): Promise<Lists> {
  await breathe(signal);
  const lists = await kernels.topAll(users, items, width, seen, count, signal ? { signal } : {});
  for (let at = 0; at < lists.indices.length; at++) {
    const film = lists.indices[at] ?? -1;
    if (film >= 0) lists.indices[at] = positions[film] ?? -1;
  }
  return lists;
}
