import type { StageContext } from '../workspace/stage.ts';

/** What a model is shown of a user: films by position, ascending, with their ratings. */
export interface Shown {
  readonly user: number;
  readonly positions: Int32Array;
  readonly ratings: Float32Array;
}

/** A model fitted on the training part. */
export interface Contestant {
  /** How long fitting it takes, the models that it is made of included, in seconds. */
  readonly seconds: number;
  /** One score a film in the order of positions; -Infinity where it has none. The array is the caller's. */
  score(shown: Shown): Float32Array;
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

/** Opens a contest on tables by their SQL names; the room that knows the algorithms gives it (engine/stages.ts). */
export type OpenContest<Name extends string> = (context: StageContext, training: { ratings: string; tags: string | undefined }) => Promise<Contest<Name>>;
