import { Graph, sizeOf, type Value } from './graph.ts';
import type { Shape } from './onnx.ts';

/** Operators with their gradients. Shapes are known when a graph is defined; the last axis is that of the features. */

export function reshape(g: Graph, x: Value, shape: Shape): Value {
  return g.define(g.emit('Reshape', [x, g.integers(shape)], shape), [x], (d) => g.pass(x, () => g.emit('Reshape', [d, g.integers(x.shape)], x.shape)));
}

/** `axes[i]` is the axis of `x` that becomes axis i. */
export function transpose(g: Graph, x: Value, axes: readonly number[]): Value {
  const shape = axes.map((axis) => x.shape[axis] ?? 1);
  const back = axes.map((_, axis) => axes.indexOf(axis));
  return g.define(g.emit('Transpose', [x], shape, { perm: axes }), [x], (d) => g.pass(x, () => g.emit('Transpose', [d], x.shape, { perm: back })));
}

/** x · w + b, rows of features: [n, k] · [k, m] + [m]. */
export function linear(g: Graph, x: Value, w: Value, b?: Value): Value {
  const [n = 1, k = 1] = x.shape;
  const m = w.shape[1] ?? 1;
  return g.define(g.emit('Gemm', b ? [x, w, b] : [x, w], [n, m]), b ? [x, w, b] : [x, w], (d) => {
    g.pass(x, () => g.emit('Gemm', [d, w], [n, k], { transB: 1 }));
    g.pass(w, () => g.emit('Gemm', [x, d], [k, m], { transA: 1 }));
    if (b) g.pass(b, () => sum(g, d, [0], [m]));
  });
}

/** alpha · a · b over the last two axes, of as many matrices as the leading axes say; `b` transposed where `turned`. */
export function matmul(g: Graph, a: Value, b: Value, { turned = false, alpha = 1 } = {}): Value {
  return g.define(product(g, a, b, false, turned, alpha), [a, b], (d) => {
    g.pass(a, () => product(g, d, b, false, !turned, alpha));
    g.pass(b, () => (turned ? product(g, d, a, true, false, alpha) : product(g, a, d, true, false, alpha)));
  });
}

function product(g: Graph, a: Value, b: Value, turnA: boolean, turnB: boolean, alpha: number): Value {
  const rows = a.shape.at(turnA ? -1 : -2) ?? 1;
  const columns = b.shape.at(turnB ? -2 : -1) ?? 1;
  return g.emit('FusedMatMul', [a, b], [...a.shape.slice(0, -2), rows, columns], { transA: Number(turnA), transB: Number(turnB), alpha: { float: alpha } }, 'com.microsoft');
}

/** a + b; `b` may lack leading axes or have 1 in place of one. */
export function add(g: Graph, a: Value, b: Value): Value {
  return g.define(g.emit('Add', [a, b], a.shape), [a, b], (d) => {
    g.pass(a, () => d);
    g.pass(b, () => collapse(g, d, b.shape));
  });
}

/** a · b, entry by entry; `b` may lack leading axes or have 1 in place of one. */
export function multiply(g: Graph, a: Value, b: Value): Value {
  return g.define(g.emit('Mul', [a, b], a.shape), [a, b], (d) => {
    g.pass(a, () => g.emit('Mul', [d, b], a.shape));
    g.pass(b, () => collapse(g, g.emit('Mul', [d, a], a.shape), b.shape));
  });
}

export function scale(g: Graph, x: Value, factor: number): Value {
  return factor === 1 ? x : multiply(g, x, g.number(factor));
}

/** Leaves out a share of the entries while training, and makes the others larger by as much. */
export function dropout(g: Graph, x: Value, rate: number): Value {
  return g.training && rate > 0 ? multiply(g, x, g.mask(x.shape)) : x;
}

export function relu(g: Graph, x: Value): Value {
  const y = g.emit('Relu', [x], x.shape);
  return g.define(y, [x], (d) => g.pass(x, () => g.emit('Mul', [d, g.emit('Sign', [y], x.shape)], x.shape)));
}

/** x · sigmoid(1.702 x), the quick form of GELU (Hendrycks and Gimpel 2016). */
export function gelu(g: Graph, x: Value): Value {
  const { shape } = x;
  const s = g.emit('Sigmoid', [g.emit('Mul', [x, g.number(1.702)], shape)], shape);
  const y = g.emit('Mul', [x, s], shape);
  return g.define(y, [x], (d) => g.pass(x, () => {
    const slope = g.emit('Mul', [g.emit('Mul', [y, g.emit('Sub', [g.number(1), s], shape)], shape), g.number(1.702)], shape);
    return g.emit('Mul', [d, g.emit('Add', [slope, s], shape)], shape);
  }));
}

/** Over the last axis. */
export function softmax(g: Graph, x: Value): Value {
  const y = g.emit('Softmax', [x], x.shape, { axis: -1 });
  return g.define(y, [x], (d) => g.pass(x, () => {
    const mean = g.emit('ReduceSum', [g.emit('Mul', [d, y], x.shape), g.integers([-1])], [...x.shape.slice(0, -1), 1], { keepdims: 1 });
    return g.emit('Mul', [y, g.emit('Sub', [d, mean], x.shape)], x.shape);
  }));
}

/** (x - mean) / deviation · w + b over the last axis. */
export function layerNorm(g: Graph, x: Value, w: Value, b: Value): Value {
  const { shape } = x;
  const row = [...shape.slice(0, -1), 1];
  const [y, mean, inverse] = g.emitMany('LayerNormalization', [x, w, b], [shape, row, row], { axis: -1, epsilon: { float: 1e-5 } });
  if (!y || !mean || !inverse) throw new Error('LayerNormalization has three outputs.');
  return g.define(y, [x, w, b], (d) => {
    const leading = shape.slice(0, -1).map((_, axis) => axis);
    const standard = g.emit('Mul', [g.emit('Sub', [x, mean], shape), inverse], shape);
    g.pass(w, () => sum(g, g.emit('Mul', [d, standard], shape), leading, w.shape));
    g.pass(b, () => sum(g, d, leading, b.shape));
    g.pass(x, () => {
      const dw = g.emit('Mul', [d, w], shape);
      const average = (value: Value) => g.emit('ReduceMean', [value], row, { axes: [-1], keepdims: 1 });
      const along = g.emit('Mul', [standard, average(g.emit('Mul', [dw, standard], shape))], shape);
      return g.emit('Mul', [g.emit('Sub', [g.emit('Sub', [dw, average(dw)], shape), along], shape), inverse], shape);
    });
  });
}

/** Each row divided by its length. */
export function normalise(g: Graph, x: Value): Value {
  const { shape } = x;
  const row = [...shape.slice(0, -1), 1];
  const total = (value: Value) => g.emit('ReduceSum', [value, g.integers([-1])], row, { keepdims: 1 });
  const length = g.emit('Sqrt', [g.emit('Add', [total(g.emit('Mul', [x, x], shape)), g.number(1e-12)], row)], row);
  const y = g.emit('Div', [x, length], shape);
  return g.define(y, [x], (d) => g.pass(x, () => {
    const along = total(g.emit('Mul', [d, y], shape));
    return g.emit('Div', [g.emit('Sub', [d, g.emit('Mul', [y, along], shape)], shape), length], shape);
  }));
}

/** Side by side along the last axis. */
export function concat(g: Graph, parts: readonly Value[]): Value {
  const widths = parts.map(({ shape }) => shape.at(-1) ?? 1);
  const shape = [...(parts[0]?.shape.slice(0, -1) ?? []), widths.reduce((a, b) => a + b, 0)];
  return g.define(g.emit('Concat', parts, shape, { axis: -1 }), parts, (d) => {
    let from = 0;
    parts.forEach((part, at) => {
      const start = from;
      from += widths[at] ?? 0;
      g.pass(part, () => g.emit('Slice', [d, g.integers([start]), g.integers([start + (widths[at] ?? 0)]), g.integers([-1])], part.shape));
    });
  });
}

/**
 * Rows of a parameter by the input `indices` [n]: [n, width]. Its gradient is one of rows, so that a large table is not
 * touched as a whole (see `RowGradient`).
 */
export function embed(g: Graph, table: Value, indices: Value): Value {
  const rows = g.emit('Gather', [table, indices], [...indices.shape, table.shape[1] ?? 1], { axis: 0 });
  return g.define(rows, [table], (d) => g.passRows(table, indices, () => d));
}

/** Rows of a computed value: x [n, width], indices [m] → [m, width]. A row may be taken more than once. */
export function take(g: Graph, x: Value, indices: Value): Value {
  const [, width = 1] = x.shape;
  const [m = 1] = indices.shape;
  return g.define(g.emit('Gather', [x, indices], [m, width], { axis: 0 }), [x], (d) => g.pass(x, () => {
    const places = g.emit('Cast', [g.emit('Reshape', [indices, g.integers([m, 1])], [m, 1])], [m, 1], { to: 7 });
    const zeros = g.emit('Expand', [g.number(0), g.integers(x.shape)], x.shape);
    return g.emit('ScatterND', [zeros, places, d], x.shape, { reduction: 'add' });
  }));
}

/** [n, h, width] and weights [n, h] → the weighted sums [n, width]; with weights 1/h a mean, and 0 for what is not there. */
export function pool(g: Graph, x: Value, weights: Value): Value {
  const [n = 1, h = 1, width = 1] = x.shape;
  return reshape(g, matmul(g, reshape(g, weights, [n, 1, h]), x), [n, width]);
}

export function sum(g: Graph, x: Value, axes: readonly number[], shape: Shape): Value {
  return g.emit('ReduceSum', [x, g.integers(axes)], shape, { keepdims: 0 });
}

/** The sum of all entries: one number. */
export function total(g: Graph, x: Value): Value {
  return g.define(sum(g, x, x.shape.map((_, axis) => axis), []), [x], (d) => g.pass(x, () => g.emit('Expand', [d, g.integers(x.shape)], x.shape)));
}

/** Sums a gradient over the axes along which `shape` was spread. */
function collapse(g: Graph, d: Value, shape: Shape): Value {
  if (sizeOf(d.shape) === sizeOf(shape)) return d;
  const lead = d.shape.length - shape.length;
  const axes = d.shape.flatMap((size, axis) => (axis < lead || (shape[axis - lead] === 1 && size !== 1) ? [axis] : []));
  const kept = d.shape.filter((_, axis) => !axes.includes(axis));
  return g.emit('Reshape', [sum(g, d, axes, kept), g.integers(shape)], shape);
}
