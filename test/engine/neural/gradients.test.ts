import { describe, expect, it } from 'vitest';
import { Graph, type Value } from '../../../electron/engine/neural/graph.ts';
import { blockParameters, transformerBlock } from '../../../electron/engine/neural/layers.ts';
import { crossEntropy, inBatchSoftmax, NEVER, sampledSoftmax } from '../../../electron/engine/neural/losses.ts';
import type { Shape } from '../../../electron/engine/neural/onnx.ts';
import { add, concat, dropout, embed, gelu, layerNorm, linear, matmul, multiply, normalise, pool, relu, reshape, scale, softmax, take, total, transpose } from '../../../electron/engine/neural/operators.ts';
import { openSession } from '../../../electron/engine/neural/runtime.ts';
import { gaussian, seededRandom } from '../../../electron/engine/workspace/random.ts';

interface Case {
  readonly parameters: Readonly<Record<string, Shape>>;
  readonly feeds?: Readonly<Record<string, Float32Array | Int32Array>>;
  /** The value whose sum, each entry times a fixed number, is the loss; a single number is the loss itself. */
  readonly value: (g: Graph, parameter: (name: string) => Value) => Value;
}

const x = { x: [3, 4] };
const one = (operator: (g: Graph, x: Value) => Value): Case => ({ parameters: x, value: (g, p) => operator(g, p('x')) });
const rows = (...values: number[]) => Int32Array.from(values);

const cases: Record<string, Case> = {
  reshape: one((g, v) => reshape(g, v, [2, 6])),
  transpose: { parameters: { x: [2, 3, 4] }, value: (g, p) => transpose(g, p('x'), [2, 0, 1]) },
  linear: { parameters: { ...x, w: [4, 5], b: [5] }, value: (g, p) => linear(g, p('x'), p('w'), p('b')) },
  matmul: { parameters: { a: [2, 3, 4], b: [2, 4, 5] }, value: (g, p) => matmul(g, p('a'), p('b'), { alpha: 0.7 }) },
  'matmul, turned': { parameters: { a: [2, 3, 4], b: [2, 5, 4] }, value: (g, p) => matmul(g, p('a'), p('b'), { turned: true }) },
  add: { parameters: { a: [2, 3, 4], b: [1, 3, 4] }, value: (g, p) => add(g, p('a'), p('b')) },
  'add, spread over leading axes': { parameters: { a: [2, 3, 4], b: [4] }, value: (g, p) => add(g, p('a'), p('b')) },
  multiply: { parameters: { a: [3, 4], b: [3, 1] }, value: (g, p) => multiply(g, p('a'), p('b')) },
  scale: one((g, v) => scale(g, v, -2.5)),
  dropout: { ...one((g, v) => dropout(g, v, 0.5)), feeds: { 'mask 0': Float32Array.from({ length: 12 }, (_, i) => (i % 3 === 0 ? 0 : 2)) } },
  relu: one(relu),
  gelu: one(gelu),
  softmax: one(softmax),
  layerNorm: { parameters: { ...x, w: [4], b: [4] }, value: (g, p) => layerNorm(g, p('x'), p('w'), p('b')) },
  normalise: one(normalise),
  concat: { parameters: { a: [3, 2], b: [3, 4] }, value: (g, p) => concat(g, [p('a'), p('b')]) },
  embed: { parameters: { table: [5, 3] }, feeds: { rows: rows(4, 0, 4, 2) }, value: (g, p) => embed(g, p('table'), g.input('rows', [4], 'int32')) },
  take: { ...one((g, v) => take(g, scale(g, v, 2), g.input('rows', [4], 'int32'))), feeds: { rows: rows(2, 0, 2, 1) } },
  pool: { parameters: { h: [2, 3, 4] }, feeds: { weights: Float32Array.of(0.5, 0.5, 0, 1, 0, 0) }, value: (g, p) => pool(g, p('h'), g.input('weights', [2, 3])) },
  'used twice': one((g, v) => add(g, softmax(g, v), multiply(g, v, v))),
  'cross-entropy': {
    parameters: { h: [4, 3], table: [6, 3] },
    feeds: {
      labels: rows(2, 5, 1, 0), weights: Float32Array.of(0.4, 0.3, 0.3, 0), groups: Float32Array.of(1, 0, 1, 0, 0, 1, 0, 0),
      // The first group has seen rows 2, 3 and 5, the second 1.
      never: Float32Array.of(0, 0, 0, NEVER, NEVER, 0, NEVER, 0, 0, 0, NEVER, 0),
    },
    value: (g, p) => crossEntropy(g, p('h'), p('table'), { labels: g.input('labels', [4], 'int32'), weights: g.input('weights', [4, 1]) }, { groups: g.input('groups', [4, 2]), never: g.input('never', [6, 2]), nothing: 0 }),
  },
  'sampled softmax': {
    parameters: { h: [3, 3], table: [6, 3] },
    feeds: { labels: rows(2, 5, 1), weights: Float32Array.of(0.4, 0.3, 0.3), drawn: rows(1, 3, 3, 4), logQ: Float32Array.of(-0.2, -1, -1, 0.3), labelLogQ: Float32Array.of(0.1, -0.7, -0.2) },
    value: (g, p) => sampledSoftmax(g, p('h'), p('table'), { labels: g.input('labels', [3], 'int32'), weights: g.input('weights', [3, 1]) },
      { indices: g.input('drawn', [4], 'int32'), logQ: g.input('logQ', [4]), labelLogQ: g.input('labelLogQ', [3, 1]) }),
  },
  'in-batch softmax': {
    parameters: { a: [3, 4], b: [3, 4] },
    feeds: { weights: Float32Array.of(0.5, 0.5, 0), adjust: Float32Array.of(0, 1, -1, 0.5, 0, NEVER, 0, 0, 0) },
    value: (g, p) => inBatchSoftmax(g, p('a'), p('b'), g.input('weights', [3, 1]), { adjust: g.input('adjust', [3, 3]), temperature: 0.8 }),
  },
  'transformer block': {
    parameters: { x: [6, 4], ...Object.fromEntries(blockParameters('b', { width: 4, heads: 2, inner: 8, activation: 'gelu', dropout: 0, start: 0.02 }).map(({ name, shape }) => [name, shape])) },
    value: (g, p) => transformerBlock(g, 'b', p('x'), { batch: 2, length: 3, hidden: g.constant(Float32Array.of(0, NEVER, NEVER, 0, 0, NEVER, 0, 0, 0), [1, 1, 3, 3]) }, { width: 4, heads: 2, inner: 8, activation: 'gelu', dropout: 0, start: 0.02 }),
  },
};

describe('gradients agree with differences of the loss', () => {
  it.each(Object.entries(cases))('%s', async (_, { parameters, feeds = {}, value }) => {
    const random = seededRandom(3);
    const draw = (size: number) => Float32Array.from({ length: size }, () => gaussian(random));
    const g = new Graph();
    const result = value(g, (name) => g.parameter(name, parameters[name] ?? []));
    const loss = result.shape.length === 0 ? result : total(g, multiply(g, result, g.constant(draw(result.shape.reduce((a, b) => a * b, 1)), result.shape)));
    g.output('loss', loss);
    const gradients = g.gradients(loss);
    const session = await openSession(g.encode());
    const at = Object.fromEntries(Object.entries(parameters).map(([name, shape]) => [name, draw(shape.reduce((a, b) => a * b, 1))]));
    // The row that stands for nothing scores 0.
    if ('table' in at) at['table']?.fill(0, 0, parameters['table']?.[1]);
    const outputs = await session.run({ ...at, ...feeds });
    const lossAt = async (changed: Record<string, Float32Array>) => (await session.run({ ...changed, ...feeds }))['loss']?.[0] ?? Number.NaN;

    for (const [name, weights] of Object.entries(at)) {
      const found = new Float32Array(outputs[gradients.dense.get(name) ?? ''] ?? new Float32Array(weights.length));
      const width = parameters[name]?.[1] ?? 1;
      for (const { parameter, indices, values } of gradients.rows) {
        if (parameter !== name) continue;
        (feeds[indices] ?? []).forEach((row: number, i: number) => {
          for (let k = 0; k < width; k++) found[row * width + k] = (found[row * width + k] ?? 0) + (outputs[values]?.[i * width + k] ?? 0);
        });
      }
      for (let i = name === 'table' && result.shape.length === 0 ? width : 0; i < weights.length; i++) {
        const moved = async (by: number) => lossAt({ ...at, [name]: weights.map((w, k) => (k === i ? w + by : w)) });
        const slope = ((await moved(0.01)) - (await moved(-0.01))) / 0.02;
        expect(Math.abs((found[i] ?? 0) - slope), `${name}[${i}]: ${found[i]} and by differences ${slope}`).toBeLessThan(0.006 + 0.02 * Math.abs(slope));
      }
    }
    await session.release();
  });
});
