import { type Attribute, type Constant, type ElementType, encodeModel, type Node, type Port, type Shape } from './onnx.ts';

/** A tensor of a graph; `learns` when a parameter lies behind it, so that gradients flow through it. */
export interface Value {
  readonly name: string;
  readonly shape: Shape;
  readonly learns: boolean;
}

/** The rows of a parameter that a graph looked up: `indices` names the input that says which, `values` the output with a gradient for each. */
export interface RowGradient {
  readonly parameter: string;
  readonly indices: string;
  readonly values: string;
}

/** What a training graph answers about its parameters. A parameter may have both: then the rows are added to the dense gradient. */
export interface Gradients {
  /** Parameter → name of the output with its whole gradient. */
  readonly dense: ReadonlyMap<string, string>;
  readonly rows: readonly RowGradient[];
}

/**
 * A computation that is defined first and run later, by ONNX Runtime. Operators (operators.ts, losses.ts) add nodes and
 * remember how to pass a gradient back; `gradients` writes the backward pass as further nodes of the same graph.
 *
 * For training, parameters are inputs, fed anew with each run. For serving, give `weights`: they become constants, and
 * the same code gives a graph that answers without being told them.
 */
export class Graph {
  readonly #nodes: Node[] = [];
  readonly #inputs: Port[] = [];
  readonly #outputs: Port[] = [];
  readonly #constants: Constant[] = [];
  readonly #numbers = new Map<string, Value>();
  readonly #tape: { readonly output: string; readonly backward: (gradient: Value) => void }[] = [];
  readonly #gradients = new Map<string, Value>();
  readonly #rows: { readonly parameter: string; readonly indices: string; readonly values: Value }[] = [];
  readonly #parameters = new Map<string, Value>();
  readonly #masks: { readonly name: string; readonly size: number }[] = [];
  readonly #weights: ReadonlyMap<string, Float32Array> | undefined;
  #names = 0;

  constructor(weights?: ReadonlyMap<string, Float32Array>) {
    this.#weights = weights;
  }

  get training(): boolean {
    return this.#weights === undefined;
  }

  /** Dropout masks to feed: as many floats under each name, 0 where something is dropped, else 1 / (1 - rate). */
  get masks(): readonly { readonly name: string; readonly size: number }[] {
    return this.#masks;
  }

  /** Names of inputs, parameters and outputs are one space. */
  input(name: string, shape: Shape, type: ElementType = 'float32'): Value {
    this.#inputs.push({ name, shape, type });
    return { name, shape, learns: false };
  }

  /** Asked for twice, a parameter is the same value. */
  parameter(name: string, shape: Shape): Value {
    const known = this.#parameters.get(name);
    if (known) return known;
    const data = this.#weights?.get(name);
    if (this.#weights && data?.length !== sizeOf(shape)) throw new Error(`There are no weights of shape ${shape.join(' × ')} for ${name}.`);
    if (data) this.#constants.push({ name, shape, data });
    else this.#inputs.push({ name, shape, type: 'float32' });
    const value = { name, shape, learns: this.training };
    this.#parameters.set(name, value);
    return value;
  }

  constant(data: Constant['data'], shape: Shape): Value {
    const name = this.#name('constant');
    this.#constants.push({ name, shape, data });
    return { name, shape, learns: false };
  }

  number(value: number): Value {
    return this.#once(`number ${value}`, () => this.constant(Float32Array.of(value), []));
  }

  /** Whole numbers as ONNX takes shapes and axes. */
  integers(values: readonly number[]): Value {
    return this.#once(`integers ${values.join()}`, () => this.constant(BigInt64Array.from(values, BigInt), [values.length]));
  }

  /** A mask of dropout, an input that whoever runs the graph fills (see `masks`). */
  mask(shape: Shape): Value {
    const name = `mask ${this.#masks.length}`;
    this.#masks.push({ name, size: sizeOf(shape) });
    return this.input(name, shape);
  }

  /** A node with one output, through which no gradient flows. */
  emit(operator: string, inputs: readonly Value[], shape: Shape, attributes: Readonly<Record<string, Attribute>> = {}, domain = ''): Value {
    return this.emitMany(operator, inputs, [shape], attributes, domain)[0] ?? fail(operator);
  }

  emitMany(operator: string, inputs: readonly Value[], shapes: readonly Shape[], attributes: Readonly<Record<string, Attribute>> = {}, domain = ''): Value[] {
    const outputs = shapes.map((shape) => ({ name: this.#name(operator), shape, learns: false }));
    this.#nodes.push({ operator, inputs: inputs.map(({ name }) => name), outputs: outputs.map(({ name }) => name), attributes, domain });
    return outputs;
  }

  /** Makes `output` a function of `inputs`: `backward` is given its gradient and passes on theirs. */
  define(output: Value, inputs: readonly Value[], backward: (gradient: Value) => void): Value {
    if (!inputs.some(({ learns }) => learns)) return output;
    this.#tape.push({ output: output.name, backward });
    return { ...output, learns: true };
  }

  /** Adds to the gradient of a value; nothing where none is needed. `gradient` is called only then. */
  pass(to: Value, gradient: () => Value): void {
    if (!to.learns) return;
    const before = this.#gradients.get(to.name);
    const more = gradient();
    this.#gradients.set(to.name, before ? this.emit('Add', [before, more], to.shape) : more);
  }

  /** Adds a gradient for the rows of a parameter that the input `indices` names. */
  passRows(parameter: Value, indices: Value, values: () => Value): void {
    if (parameter.learns) this.#rows.push({ parameter: parameter.name, indices: indices.name, values: values() });
  }

  output(name: string, value: Value): void {
    this.#nodes.push({ operator: 'Identity', inputs: [value.name], outputs: [name], attributes: {}, domain: '' });
    this.#outputs.push({ name, type: 'float32', shape: value.shape });
  }

  /** Writes the backward pass from `loss`, one number, and makes the gradients of all parameters outputs. To be called once, last. */
  gradients(loss: Value): Gradients {
    this.#gradients.set(loss.name, this.number(1));
    for (const { output, backward } of this.#tape.toReversed()) {
      const gradient = this.#gradients.get(output);
      if (gradient) backward(gradient);
    }
    const dense = new Map<string, string>();
    for (const parameter of this.#parameters.values()) {
      const gradient = this.#gradients.get(parameter.name);
      if (!gradient) continue;
      dense.set(parameter.name, `gradient of ${parameter.name}`);
      this.output(`gradient of ${parameter.name}`, { ...gradient, shape: parameter.shape });
    }
    const rows = this.#rows.map(({ parameter, indices, values }, at) => {
      this.output(`rows ${at} of ${parameter}`, values);
      return { parameter, indices, values: `rows ${at} of ${parameter}` };
    });
    return { dense, rows };
  }

  /** The graph as an ONNX model. */
  encode(): Uint8Array {
    return encodeModel({ nodes: this.#nodes, inputs: this.#inputs, outputs: this.#outputs, constants: this.#constants });
  }

  #name(operator: string): string {
    return `${operator} ${this.#names++}`;
  }

  #once(key: string, make: () => Value): Value {
    const known = this.#numbers.get(key);
    if (known) return known;
    const value = make();
    this.#numbers.set(key, value);
    return value;
  }
}

export function sizeOf(shape: Shape): number {
  return shape.reduce((product, size) => product * size, 1);
}

function fail(operator: string): never {
  throw new Error(`${operator} has no output.`);
}
