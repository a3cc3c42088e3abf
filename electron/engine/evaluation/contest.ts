import type { Evaluation } from '../../../shared/contract/index.ts';
import type { Csr, KernelCall, Kernels } from '../kernels/index.ts';
import type { ParameterValues } from '../workspace/parameters.ts';
import type { Session } from '../workspace/session.ts';
import type { Clock } from '../workspace/clock.ts';
import type { Checkpoint, StageContext } from '../workspace/stage.ts';

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
  /** The parameters that it was fitted with, by their names after `recommenders.<model>.`. */
  readonly params: Readonly<Record<string, unknown>>;
  /** Size of what it learnt, bytes. */
  readonly bytes: number;
  /** For each user one score a film in the order of positions; -Infinity where it has none. The arrays are the caller's. */
  score(shown: readonly Shown[]): Promise<Float32Array[]>;
  /** Predicted ratings, not clipped, of films for a user by id; there for models that predict ratings. */
  rate?(user: number, positions: Int32Array): Float32Array;
  /** Frees what it holds. */
  close(): Promise<void>;
}

/** A film's genre, or a tag with the number of people who gave it. */
export interface Word {
  readonly kind: 'genre' | 'tag';
  readonly label: string;
  readonly times: number;
}

/** What is written about each film: title, overview, keywords, and tags of the genome. */
export interface Texts {
  readonly titles: readonly string[];
  readonly overviews: readonly string[];
  readonly keywords: readonly (readonly string[])[];
  readonly genome: readonly (readonly { readonly label: string; readonly relevance: number }[])[];
}

/** What models learn from: users × films, films ascending within a row. */
export interface Training {
  readonly movieIds: Int32Array;
  readonly counts: Int32Array;
  readonly userIds: Int32Array;
  readonly ratings: Csr;
  /** For each user the film of the newest rating. */
  readonly newest: Int32Array;
  /** One entry a rating: its place among its user's, the oldest 0, and its Unix seconds (0 where not known). */
  readonly chronology: { readonly places: Int32Array; readonly seconds: Int32Array };
  /** Genres and tags of each film. */
  readonly terms: readonly (readonly Word[])[];
  /** Reads what else is written about each film, for the models that want it; there where the workspace tells. */
  readonly texts?: () => Promise<Texts>;
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
  /** Genres and tags of each film. */
  readonly terms: readonly (readonly Word[])[];
  /** Fits a model, with parameters of its own in place of those in force where there are any. */
  fit(model: Name, params?: Readonly<Record<string, unknown>>): Promise<Contestant>;
}

/** What fits run with. */
export interface Environment extends Pick<KernelCall, 'signal' | 'progress'> {
  readonly kernels: Kernels;
  readonly parameters: ParameterValues;
  log(message: string): void;
  /** Where long trainings keep how far they are; `about` is a name of letters and digits for all that decides one. */
  readonly keeping?: { readonly clock: Clock; checkpoint(about: string): Checkpoint };
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
  /** A contest on ratings in memory. A model that is part of another of `models` is fitted once. */
  on(training: Training, environment: Environment, models: readonly Name[]): Contest<Name>;
  /** Fails with `invalid-arguments` where a model has no such parameter, or does not take the value. */
  check(model: Name, params: Readonly<Record<string, unknown>>, parameters: ParameterValues): void;
  /** A name of letters and digits for all that decides a model beside the data: parameters, those of its parts, versions. */
  print(model: Name, params: Readonly<Record<string, unknown>>, parameters: ParameterValues): string;
  /** What is written about the films `movieIds` (ascending) in the tables that are visible. */
  texts(session: Session, movieIds: Int32Array): Promise<Texts>;
  /** Genres and tags of films (ids ascending) out of tables by their SQL names. */
  terms(session: Session, tables: { readonly movieGenres: string | undefined; readonly tags: string | undefined }, movieIds: Int32Array): Promise<readonly (readonly Word[])[]>;
  /** What ratings are expected to be by user and film alone, and the mean; what any prediction of ratings must beat. */
  references(training: Training): { readonly name: Evaluation['models'][number]['model']; rate(user: number, positions: Int32Array): Float32Array }[];
}
