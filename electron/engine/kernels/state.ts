/** How far a task of several steps is, as bytes: measures of the task, its progress, and the arrays that it goes on from, as they lie. */

/** The arrays are copied one after another behind `head`. */
export function packState(head: readonly number[], arrays: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const start = head.length * 8;
  const state = new Uint8Array(start + arrays.reduce((sum, { length }) => sum + length, 0));
  state.set(new Uint8Array(Float64Array.from(head).buffer));
  let at = start;
  for (const array of arrays) {
    state.set(array, at);
    at += array.length;
  }
  return state;
}

/**
 * Fills the arrays from a state whose head begins with `task` and which `fits` the rest of its head; answers that rest.
 * Undefined, and the arrays as they are, for a state of another task or size.
 */
export function unpackState(state: Uint8Array | undefined, task: readonly number[], more: number, arrays: readonly Uint8Array[], fits: (rest: readonly number[]) => boolean): number[] | undefined {
  const start = (task.length + more) * 8;
  if (state?.length !== start + arrays.reduce((sum, { length }) => sum + length, 0)) return undefined;
  const head = Array.from(new Float64Array(state.slice(0, start).buffer));
  const rest = head.slice(task.length);
  if (task.some((measure, i) => measure !== head[i]) || !fits(rest)) return undefined;
  let at = start;
  for (const array of arrays) {
    array.set(state.subarray(at, at + array.length));
    at += array.length;
  }
  return rest;
}
