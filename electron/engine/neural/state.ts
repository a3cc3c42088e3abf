import type { CurvePoint } from '../../../shared/contract/index.ts';

/** How far a training is, beside its arrays. */
export interface Standing {
  /** Whole epochs done, and steps of the one that runs. */
  epoch: number;
  at: number;
  /** Steps in all. */
  step: number;
  /** Sum of the running epoch's losses. */
  loss: number;
  /** Spent before. */
  seconds: number;
  points: CurvePoint[];
  best: number;
  /** The moving mean of the metric by which it is the best. */
  bestMetric: number;
}

/** The length of the standing (32 bits), the standing as JSON padded to a multiple of 4, then the arrays. */
export function encodeState(standing: Standing, arrays: readonly Float32Array[]): Uint8Array<ArrayBuffer> {
  const text = Buffer.from(JSON.stringify({ ...standing, bestMetric: Number.isFinite(standing.bestMetric) ? standing.bestMetric : null }));
  const start = 4 + Math.ceil(text.length / 4) * 4;
  const state = new Uint8Array(start + arrays.reduce((sum, array) => sum + array.byteLength, 0));
  new DataView(state.buffer).setUint32(0, text.length, true);
  state.set(text, 4);
  let at = start;
  for (const array of arrays) {
    state.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), at);
    at += array.byteLength;
  }
  return state;
}

/** Fills the arrays and answers the standing; undefined, and nothing filled, where the state is of arrays of other lengths. */
export function decodeState(state: Uint8Array, arrays: readonly Float32Array[]): Standing | undefined {
  if (state.length < 4) return undefined;
  const length = new DataView(state.buffer, state.byteOffset).getUint32(0, true);
  const start = 4 + Math.ceil(length / 4) * 4;
  if (state.length !== start + arrays.reduce((sum, array) => sum + array.byteLength, 0)) return undefined;
  const standing = JSON.parse(Buffer.from(state.subarray(4, 4 + length)).toString()) as Standing;
  let at = start;
  for (const array of arrays) {
    new Uint8Array(array.buffer, array.byteOffset, array.byteLength).set(state.subarray(at, at + array.byteLength));
    at += array.byteLength;
  }
  return { ...standing, bestMetric: standing.bestMetric ?? Number.NEGATIVE_INFINITY };
}
