import { Message } from './protobuf.ts';

/** Messages of ONNX (onnx.proto3, IR version 9), as far as the graphs here need them. */

export type Shape = readonly number[];
export type ElementType = 'float32' | 'int32' | 'int64';
export type Attribute = number | string | readonly number[] | { readonly float: number };

export interface Node {
  readonly operator: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, Attribute>>;
  /** '' for ONNX's own operators. */
  readonly domain: string;
}

export interface Port {
  readonly name: string;
  readonly type: ElementType;
  /** -1 where any size will do. */
  readonly shape: Shape;
}

export interface Constant {
  readonly name: string;
  readonly shape: Shape;
  readonly data: Float32Array | Int32Array | BigInt64Array;
}

export interface OnnxGraph {
  readonly nodes: readonly Node[];
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
  readonly constants: readonly Constant[];
}

const types = { float32: 1, int32: 6, int64: 7 } as const;
/** Operator set 17: ReduceSum takes its axes as an input, LayerNormalization gives mean and inverse deviation. */
const OPERATORS = 17;

export function encodeModel(graph: OnnxGraph): Uint8Array {
  const body = new Message();
  for (const node of graph.nodes) body.message(1, encodeNode(node));
  body.text(2, 'reelbench');
  for (const constant of graph.constants) body.message(5, encodeConstant(constant));
  for (const port of graph.inputs) body.message(11, encodePort(port));
  for (const port of graph.outputs) body.message(12, encodePort(port));
  return new Message()
    .integer(1, 9)
    .text(2, 'reelbench')
    .message(7, body)
    .message(8, new Message().text(1, '').integer(2, OPERATORS))
    .message(8, new Message().text(1, 'com.microsoft').integer(2, 1))
    .encode();
}

function encodeNode({ operator, inputs, outputs, attributes, domain }: Node): Message {
  const node = new Message();
  for (const input of inputs) node.text(1, input);
  for (const output of outputs) node.text(2, output);
  node.text(4, operator);
  for (const [name, value] of Object.entries(attributes)) node.message(5, encodeAttribute(name, value));
  return domain === '' ? node : node.text(7, domain);
}

function encodeAttribute(name: string, value: Attribute): Message {
  const attribute = new Message().text(1, name);
  if (typeof value === 'number') return attribute.integer(3, value).integer(20, 2);
  if (typeof value === 'string') return attribute.bytes(4, Buffer.from(value)).integer(20, 3);
  if ('float' in value) return attribute.float(2, value.float).integer(20, 1);
  for (const entry of value) attribute.integer(8, entry);
  return attribute.integer(20, 7);
}

function encodeConstant({ name, shape, data }: Constant): Message {
  const tensor = new Message();
  for (const size of shape) tensor.integer(1, size);
  const type = data instanceof Float32Array ? types.float32 : data instanceof Int32Array ? types.int32 : types.int64;
  return tensor.integer(2, type).text(8, name).bytes(9, new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
}

function encodePort({ name, type, shape }: Port): Message {
  const sizes = new Message();
  for (const size of shape) sizes.message(1, size < 0 ? new Message() : new Message().integer(1, size));
  const tensor = new Message().integer(1, types[type]).message(2, sizes);
  return new Message().text(1, name).message(2, new Message().message(1, tensor));
}
