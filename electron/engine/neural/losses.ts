import type { Graph, Value } from './graph.ts';
import { sum } from './operators.ts';

/** What each row of a loss counts, and which row of the table it should have found. */
export interface Targets {
  /** Input [m], int32: rows of the table. */
  readonly labels: Value;
  /** Input [m, 1]: 1 / number of targets of the step for real ones, 0 for rows that only fill up. */
  readonly weights: Value;
}

/** Added where something must not be chosen; a whole e-power below everything else. */
export const NEVER = -1e9;

/**
 * Cross-entropy over all rows of `table` but those that `never` names for a row, and the label itself, which always competes:
 * -log(e^{h·t} / (e^{h·t} + Σ_{others} e^{h·j})). `h` [m, k], `table` [n, k]. `groups` [m, b] says to which of b groups a row
 * belongs (one 1), `never` [n, b] holds NEVER for what is no rival in that group (films of the same history: they are not
 * recommended, so they need not be outdone; Klenitskiy and Vasilev 2023 sample their negatives so). Row `nothing` of the table must stay zero and must not be among the labels:
 * its score of 0 is how the sum of the others is read off the softmax, and it counts as one more rival.
 *
 * Scores and the gradient of the table are one product each; labels give rows, so that nothing of size m × n is scattered into.
 */
export function crossEntropy(g: Graph, h: Value, table: Value, { labels, weights }: Targets, { groups, never, nothing }: { groups: Value; never: Value; nothing: number }): Value {
  const [m = 1, k = 1] = h.shape;
  const [n = 1] = table.shape;
  const b = groups.shape[1] ?? 1;
  const wide = g.emit('Concat', [h, groups], [m, k + b], { axis: -1 });
  const wideTable = g.emit('Concat', [table, never], [n, k + b], { axis: -1 });
  const shares = g.emit('Softmax', [g.emit('Gemm', [wide, wideTable], [m, n], { transB: 1 })], [m, n], { axis: -1 });
  const rows = g.emit('Gather', [table, labels], [m, k], { axis: 0 });
  const own = g.emit('ReduceSum', [g.emit('Mul', [h, rows], [m, k]), g.integers([1])], [m, 1], { keepdims: 1 });
  const still = g.emit('Slice', [shares, g.integers([nothing]), g.integers([nothing + 1]), g.integers([1])], [m, 1]);
  // -log of the share of a score of 0 is the log-sum-exp of all others.
  const others = g.emit('Neg', [g.emit('Log', [g.emit('Max', [still, g.number(1e-37)], [m, 1])], [m, 1])], [m, 1]);
  const behind = g.emit('Sub', [others, own], [m, 1]);
  const each = g.emit('Mul', [g.emit('Softplus', [behind], [m, 1]), weights], [m, 1]);
  return g.define(sum(g, each, [0, 1], []), [h, table], (d) => {
    // What is missing to certainty, which the label gains and the others lose by their shares.
    const missing = g.emit('Mul', [g.emit('Mul', [g.emit('Sigmoid', [behind], [m, 1]), weights], [m, 1]), d], [m, 1]);
    g.pass(h, () => g.emit('Mul', [g.emit('Sub', [g.emit('MatMul', [shares, table], [m, k]), rows], [m, k]), missing], [m, k]));
    const pulled = g.emit('Mul', [h, missing], [m, k]);
    g.pass(table, () => g.emit('Gemm', [shares, pulled], [n, k], { transA: 1 }));
    g.passRows(table, labels, () => g.emit('Neg', [pulled], [m, k]));
  });
}

/**
 * Sampled softmax: the label against rows of `table` drawn for all targets alike. `logQ` is the log of how often a row is
 * expected among the draws and is taken from its score (Bengio and Senécal 2008), for the draws [s] and the labels [m, 1];
 * a draw that is the label itself does not count. Both gradients of the table are of rows.
 */
export function sampledSoftmax(g: Graph, h: Value, table: Value, { labels, weights }: Targets, draws: { indices: Value; logQ: Value; labelLogQ: Value }): Value {
  const [m = 1, k = 1] = h.shape;
  const [s = 1] = draws.indices.shape;
  const rows = g.emit('Gather', [table, labels], [m, k], { axis: 0 });
  const rivals = g.emit('Gather', [table, draws.indices], [s, k], { axis: 0 });
  const own = g.emit('Sub', [g.emit('ReduceSum', [g.emit('Mul', [h, rows], [m, k]), g.integers([1])], [m, 1], { keepdims: 1 }), draws.labelLogQ], [m, 1]);
  const same = g.emit('Equal', [g.emit('Reshape', [labels, g.integers([m, 1])], [m, 1]), g.emit('Reshape', [draws.indices, g.integers([1, s])], [1, s])], [m, s]);
  const scores = g.emit('Sub', [g.emit('Gemm', [h, rivals], [m, s], { transB: 1 }), draws.logQ], [m, s]);
  const all = g.emit('Concat', [own, g.emit('Where', [same, g.number(NEVER), scores], [m, s])], [m, s + 1], { axis: -1 });
  const shares = g.emit('Softmax', [all], [m, s + 1], { axis: -1 });
  const cut = (from: number, to: number) => g.emit('Slice', [shares, g.integers([from]), g.integers([to]), g.integers([1])], [m, to - from]);
  const found = cut(0, 1);
  const each = g.emit('Mul', [g.emit('Neg', [g.emit('Log', [g.emit('Max', [found, g.number(1e-37)], [m, 1])], [m, 1])], [m, 1]), weights], [m, 1]);
  return g.define(sum(g, each, [0, 1], []), [h, table], (d) => {
    const w = g.emit('Mul', [weights, d], [m, 1]);
    const ownSlope = g.emit('Mul', [g.emit('Sub', [found, g.number(1)], [m, 1]), w], [m, 1]);
    const slopes = g.emit('Mul', [cut(1, s + 1), w], [m, s]);
    g.pass(h, () => g.emit('Add', [g.emit('Mul', [rows, ownSlope], [m, k]), g.emit('MatMul', [slopes, rivals], [m, k])], [m, k]));
    g.passRows(table, labels, () => g.emit('Mul', [h, ownSlope], [m, k]));
    g.passRows(table, draws.indices, () => g.emit('Gemm', [slopes, h], [s, k], { transA: 1 }));
  });
}

/**
 * In-batch softmax: row i of `a` [m, k] against all rows of `b` [m, k], of which row i is its own. `adjust` [m, m] is added to
 * the scores a·b/temperature: -logQ of each column (Yi et al. 2019), and NEVER where a column is the same thing as the row's own.
 */
export function inBatchSoftmax(g: Graph, a: Value, b: Value, weights: Value, { adjust, temperature }: { adjust: Value; temperature: number }): Value {
  const [m = 1, k = 1] = a.shape;
  const alpha = { float: 1 / temperature };
  const shares = g.emit('Softmax', [g.emit('Add', [g.emit('Gemm', [a, b], [m, m], { transB: 1, alpha }), adjust], [m, m])], [m, m], { axis: -1 });
  const eye = new Float32Array(m * m);
  for (let i = 0; i < m; i++) eye[i * m + i] = 1;
  const own = g.constant(eye, [m, m]);
  const found = g.emit('ReduceSum', [g.emit('Mul', [shares, own], [m, m]), g.integers([1])], [m, 1], { keepdims: 1 });
  const each = g.emit('Mul', [g.emit('Neg', [g.emit('Log', [g.emit('Max', [found, g.number(1e-37)], [m, 1])], [m, 1])], [m, 1]), weights], [m, 1]);
  return g.define(sum(g, each, [0, 1], []), [a, b], (d) => {
    const slopes = g.emit('Mul', [g.emit('Sub', [shares, own], [m, m]), g.emit('Mul', [weights, d], [m, 1])], [m, m]);
    g.pass(a, () => g.emit('Gemm', [slopes, b], [m, k], { alpha }));
    g.pass(b, () => g.emit('Gemm', [slopes, a], [m, k], { transA: 1, alpha }));
  });
}
