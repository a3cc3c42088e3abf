import type { Graph, Value } from './graph.ts';
import { add, dropout, gelu, layerNorm, linear, matmul, relu, reshape, softmax, transpose } from './operators.ts';
import type { ParameterSpec } from './learner.ts';

export interface BlockOptions {
  readonly width: number;
  readonly heads: number;
  /** Width of the layer between the two products after the attention. */
  readonly inner: number;
  readonly activation: 'relu' | 'gelu';
  readonly dropout: number;
  /** Standard deviation of a matrix's weights at the start; `xavier`: √(2 / (rows + columns)) (Glorot and Bengio 2010). */
  readonly start: number | 'xavier';
}

export function blockParameters(name: string, { width, inner, start }: BlockOptions): ParameterSpec[] {
  const matrix = (part: string, rows: number, columns: number): ParameterSpec[] => [
    { name: `${name}.${part}.w`, shape: [rows, columns], start: { deviation: start === 'xavier' ? Math.sqrt(2 / (rows + columns)) : start } },
    { name: `${name}.${part}.b`, shape: [columns], start: 0 },
  ];
  return [
    ...normParameters(`${name}.before`, width),
    ...['query', 'key', 'value', 'out'].flatMap((part) => matrix(part, width, width)),
    ...normParameters(`${name}.between`, width),
    ...matrix('inner', width, inner),
    ...matrix('outer', inner, width),
  ];
}

export function normParameters(name: string, width: number): ParameterSpec[] {
  return [{ name: `${name}.w`, shape: [width], start: 1 }, { name: `${name}.b`, shape: [width], start: 0 }];
}

export function norm(g: Graph, name: string, x: Value): Value {
  const width = x.shape.at(-1) ?? 1;
  return layerNorm(g, x, g.parameter(`${name}.w`, [width]), g.parameter(`${name}.b`, [width]));
}

export function dense(g: Graph, name: string, x: Value, width: number): Value {
  return linear(g, x, g.parameter(`${name}.w`, [x.shape.at(-1) ?? 1, width]), g.parameter(`${name}.b`, [width]));
}

/**
 * A block of a transformer, normalised before each part (Xiong et al. 2020): x + attention(norm(x)), then x + inner(norm(x)).
 * `x` [batch · length, width]; `hidden` is added to the attention's scores [batch, heads, length, length] and says with NEVER what
 * a place must not see.
 */
export function transformerBlock(g: Graph, name: string, x: Value, { batch, length, hidden }: { batch: number; length: number; hidden: Value }, options: BlockOptions): Value {
  const { width, heads, inner, activation, dropout: rate } = options;
  const each = width / heads;
  const apart = (value: Value) => (heads === 1 ? reshape(g, value, [batch, 1, length, width]) : transpose(g, reshape(g, value, [batch, length, heads, each]), [0, 2, 1, 3]));
  const together = (value: Value) => reshape(g, heads === 1 ? value : transpose(g, value, [0, 2, 1, 3]), [batch * length, width]);
  const before = norm(g, `${name}.before`, x);
  const [query, key, value] = ['query', 'key', 'value'].map((part) => apart(dense(g, `${name}.${part}`, before, width)));
  if (!query || !key || !value) throw new Error('An attention has three products.');
  const seen = softmax(g, add(g, matmul(g, query, key, { turned: true, alpha: 1 / Math.sqrt(each) }), hidden));
  const attended = dense(g, `${name}.out`, together(matmul(g, dropout(g, seen, rate), value)), width);
  const between = add(g, x, dropout(g, attended, rate));
  const activate = activation === 'relu' ? relu : gelu;
  const wide = activate(g, dense(g, `${name}.inner`, norm(g, `${name}.between`, between), inner));
  return add(g, between, dropout(g, dense(g, `${name}.outer`, dropout(g, wide, rate), width), rate));
}
