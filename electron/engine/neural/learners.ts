import type { Learner } from './learner.ts';
import { SequenceLearner, type SequenceOrder } from './sequence.ts';
import { TowersLearner, type TowersOrder } from './towers.ts';

/** Which learner to make, and its data: what is sent to the threads. Large arrays lie in shared memory (`shared`). */
export type LearnerOrder = SequenceOrder | TowersOrder;

export function learnerOf(order: LearnerOrder): Learner {
  return order.kind === 'towers' ? new TowersLearner(order) : new SequenceLearner(order);
}

/** A copy in memory that threads share, so that sending it does not copy it again. */
export function shared(values: Int32Array): Int32Array {
  const copy = new Int32Array(new SharedArrayBuffer(values.byteLength));
  copy.set(values);
  return copy;
}
