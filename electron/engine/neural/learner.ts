import type { Random } from '../workspace/random.ts';
import type { Graph, Value } from './graph.ts';
import type { Shape } from './onnx.ts';

export interface ParameterSpec {
  readonly name: string;
  readonly shape: Shape;
  /** All entries, or drawn from a normal distribution. */
  readonly start: number | { readonly deviation: number };
  /** A row that stays zero, for what is only padding. */
  readonly frozen?: number;
  /** Its graphs give gradients of rows alone: only those rows are updated, so that a table may be large. */
  readonly sparse?: boolean;
}

export type Feed = Float32Array | Int32Array;

/** A part of a step, run on one thread: inputs of the graph `graph`. */
export interface Piece {
  readonly graph: string;
  readonly feeds: Readonly<Record<string, Feed>>;
  /** Decides its dropout. */
  readonly seed: number;
}

/**
 * A model as it is trained: parameters, graphs, and batches. It is made anew on each thread from its order (learners.ts), so it
 * holds no state but what follows from that. Docs: docs/neural.md.
 */
export interface Learner {
  readonly parameters: readonly ParameterSpec[];
  /** Share that masks of dropout leave out. */
  readonly dropout: number;
  /** Steps of an epoch, as many as `epoch` gives. */
  readonly steps: number;
  /**
   * The steps of one epoch: each a few pieces that are run side by side, whose gradients are added in their order. Weights of
   * targets are such that the losses of a step's pieces add up to its mean loss. All chance comes from `random`.
   */
  epoch(random: Random): Iterable<readonly Piece[]>;
  /** The training graph of pieces that name it, and its loss. Shapes are part of the name. */
  train(graph: string): { readonly graph: Graph; readonly loss: Value };
  /** What is measured after each epoch, on what was held out. */
  readonly check?: {
    readonly metric: string;
    pieces(): Iterable<Piece>;
    /** The graph of such a piece; its outputs come to `measure`. */
    graph(graph: string, weights: ReadonlyMap<string, Float32Array> | undefined): Graph;
    /** The sum of the metric over a piece, and over how many. */
    measure(piece: Piece, outputs: Readonly<Record<string, Float32Array>>): { readonly sum: number; readonly count: number };
  };
}

/** Parameters in one array, one after another. */
export class Layout {
  /** `dense` is where its gradient stands among those of parameters that are not sparse. */
  readonly entries: readonly { readonly spec: ParameterSpec; readonly offset: number; readonly dense: number; readonly size: number; readonly width: number }[];
  readonly size: number;
  readonly denseSize: number;

  constructor(parameters: readonly ParameterSpec[]) {
    let offset = 0;
    let dense = 0;
    this.entries = parameters.map((spec) => {
      const size = spec.shape.reduce((product, n) => product * n, 1);
      const entry = { spec, offset, dense, size, width: spec.shape.length > 1 ? size / (spec.shape[0] ?? 1) : 1 };
      offset += size;
      if (!spec.sparse) dense += size;
      return entry;
    });
    this.size = offset;
    this.denseSize = dense;
  }

  /** Views on a flat array by the parameters' names. */
  views(flat: Float32Array): Map<string, Float32Array> {
    return new Map(this.entries.map(({ spec, offset, size }) => [spec.name, flat.subarray(offset, offset + size)]));
  }
}
