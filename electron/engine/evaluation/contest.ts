import type { StageContext } from '../workspace/stage.ts';

/** What a model is shown of a user: films by position, ascending, with their ratings. */
export interface Shown {
  readonly user: number;
  readonly positions: Int32Array;
  readonly ratings: Float32Array;
  /** Indices into `positions` from the oldest rating to the newest. */
  readonly order: Int32Array;
}

/** A model fitted on the training part. */
export interface Contestant {
  /** How long fitting it takes, the models that it is made of included, in seconds. */
  readonly seconds: number;
  /** One score a film in the order of positions; -Infinity where it has none. The array is the caller's. */
  score(shown: Shown): Promise<Float32Array>;
}

/** Models on equal terms: all fitted on the same ratings, over the same films. */
export interface Contest<Name extends string = string> {
  /** Films by position, ids ascending, so that a tie goes to the smaller id. */
  readonly movieIds: Int32Array;
  /** Training ratings of each film: films with at least one are the candidates for every list. */
  readonly counts: Int32Array;
  /** Training ratings, and the users who gave them. */
  readonly ratings: number;
  readonly users: number;
  fit(model: Name): Promise<Contestant>;
}

/** What measuring must know of algorithms; the room that has them gives it (engine/stages.ts). */
export interface Contests<Name extends string> {
  /** Parameters that any of the models follows from, and a number that rises when one of them would come out otherwise. */
  readonly parameters: readonly string[];
  readonly version: number;
  /** Bytes that fitting these models takes, as far as can be told. */
  memory(context: StageContext, models: readonly Name[]): Promise<number>;
  /** Does `work` with a contest on tables by their SQL names. */
  hold<R>(context: StageContext, training: { readonly ratings: string; readonly tags: string | undefined }, work: (contest: Contest<Name>) => Promise<R>): Promise<R>;
}
