import type { CurvePoint, ModelName, SearchDimension } from '../../../shared/contract/index.ts';
import type { Csr, KernelCall, KernelCheckpoint, Kernels, Lists } from '../kernels/index.ts';
import type { ParameterValues } from '../workspace/parameters.ts';
import type { Meaning } from './meaning/meaning.ts';
import type { FilmTexts } from './meaning/texts.ts';

/** The films that a model was fitted on, by position. Sorted by movie id, so that a tie goes to the smaller id. */
export interface Catalogue {
  readonly movieIds: Int32Array;
  /** Number of training ratings of each film; 0 for a film that nobody rated. */
  readonly counts: Int32Array;
  position(movieId: number): number | undefined;
}

/** One word about a film, with the number of people who said it. */
export interface Term {
  readonly kind: 'genre' | 'tag';
  readonly label: string;
  readonly times: number;
}

/** What a model learns from: users × films, columns in the catalogue's order and ascending within a row; values are ratings. */
export interface TrainingData {
  readonly catalogue: Catalogue;
  readonly userIds: Int32Array;
  readonly ratings: Csr;
  /** For each user the column of the newest rating. */
  readonly newest: Int32Array;
  /** Genres and tags of each film. */
  readonly terms: readonly (readonly Term[])[];
  /** Reads what is written about each film, for the few recommenders that want it. */
  readonly texts?: () => Promise<FilmTexts>;
  /** When each rating was given; there for recommenders that are `ordered`. */
  readonly chronology?: Chronology;
}

/** One entry a rating, in the order of `ratings.indices`. */
export interface Chronology {
  /** Place among the ratings of its user, from 0, the oldest. */
  readonly places: Int32Array;
  /** Unix seconds; 0 where it is not known. */
  readonly seconds: Int32Array;
}

export interface FitContext extends Pick<KernelCall, 'signal' | 'progress'> {
  readonly kernels: Kernels;
  readonly parameters: ParameterValues;
  /** Memory in bytes that the process may still take. */
  readonly memory: () => number;
  log(message: string): void;
  /** Takes a point of the training curve, one an epoch, as soon as it is known, and the epoch whose weights are the best so far. */
  curve?(point: CurvePoint, best?: number): void;
  /** A model of another kind on the same data: the trained one where there is one, else it is fitted. */
  base(name: ModelName, train: TrainingData): Promise<Model>;
  /** The model of that name as it was trained last, with the films that its positions mean; undefined where there is none that this version can read. */
  earlier?(name: ModelName): Promise<{ readonly saved: SavedModel; readonly run: string } | undefined>;
  /** Where a long fit keeps how far it is. `task` names all that decides its result beside the matrix: only the same finds it again. */
  keep?(task: readonly unknown[], matrix: Csr): Promise<KernelCheckpoint>;
}

/** How much there is to learn from. */
export interface DataSize {
  readonly users: number;
  /** Films with ratings. */
  readonly films: number;
  readonly ratings: number;
  /** Films, rated or not; told to models that know films nobody rated. */
  readonly catalogue?: number;
  /** Genres and tags of films, each counted with its film. */
  readonly terms: number;
}

/**
 * A history in a catalogue's positions, ascending; films that the catalogue lacks are left out.
 * `weights` say how much a rating counts as one interaction, for models that learn from who rated what (history.ts).
 */
export interface History {
  readonly user: number | null;
  readonly positions: Int32Array;
  readonly ratings: Float32Array;
  readonly weights: Float32Array;
  /** Indices into `positions` from the oldest rating to the newest; films without a time stand as they were given. */
  readonly order: Int32Array;
}

/** Why a film scores as it does, before it is put into words (reasons.ts). Contributions are parts of the score. */
export type Explanation =
  | { readonly kind: 'because-you-rated'; readonly evidence: readonly { readonly position: number; readonly contribution: number }[] }
  | { readonly kind: 'shares-genres' | 'shares-tags' | 'shares-terms'; readonly evidence: readonly { readonly label: string; readonly contribution: number }[] }
  /** Predicted as `expected` of the film and the user, and `above` that because so many others with the same taste rated it so. */
  | { readonly kind: 'like-minded'; readonly people: number; readonly expected: number; readonly above: number }
  /** `counted` is what the score counts where that is not `people`. */
  | { readonly kind: 'popular'; readonly people: number; readonly mean: number; readonly counted?: { readonly label: string; readonly value: number } }
  | { readonly kind: 'random'; readonly seed: number; readonly draw: number }
  | { readonly kind: 'blend'; readonly parts: readonly { readonly model: ModelName; readonly contribution: number; readonly because: readonly Explanation[] }[] };

/** A model's answer to one history. */
export interface FoldedIn {
  /** One score a film of the catalogue, in its order; -Infinity where the model has none. */
  readonly scores: Float32Array;
  explain(position: number): Explanation[];
}

export type NumberArray = Float32Array | Float64Array | Int32Array;
/** What makes the same model again: plain arrays and JSON. */
export interface SavedModel {
  readonly arrays: Readonly<Record<string, NumberArray>>;
  readonly meta: Readonly<Record<string, unknown>>;
}

/** A fitted model. A user is a history: known users, invented users and what-if edits are one call. */
export interface Model {
  readonly name: ModelName;
  readonly catalogue: Catalogue;
  /** Films that it can score, and users that it learnt from. */
  readonly size: { readonly items: number; readonly users: number };
  /** False for models that answer every history alike: then an empty history is no cold start of theirs. */
  readonly personal: boolean;
  /** Whether it can say anything about the film at `position`, or learn anything from it in a history. */
  knows(position: number): boolean;
  foldIn(history: History): FoldedIn | Promise<FoldedIn>;
  /** The scores of `foldIn` for many histories at a time, where that is cheaper than one by one. */
  scoreMany?(histories: readonly History[]): Promise<Float32Array[]>;
  /**
   * The `count` best films of each history without its own, as positions of the catalogue, ties to the smaller: what `foldIn`
   * would list, within the rounding of 32 bits, for models that need not score every film for every history.
   */
  topMany?(histories: readonly History[], count: number, signal?: AbortSignal): Promise<Lists>;
  /**
   * Predicted ratings, not clipped, of the films at `positions` for the user with the id `userId`, from the ratings that it
   * learnt from: a user or film without any counts by the other side and the mean alone. For models that predict ratings.
   */
  rate?(userId: number, positions: Int32Array): Float32Array;
  /** Where the model places films by what is written about them. */
  readonly meaning?: Meaning;
  /** Films near a film, best first, where the model knows such a thing. */
  similar?(position: number, count: number): { position: number; score: number }[];
  save(): SavedModel;
  /** Frees what the collector cannot, threads or sessions; the model is not used afterwards. */
  close?(): Promise<void>;
}

/** An algorithm: adding one is adding a file and a line in the registry. */
export interface Recommender {
  readonly name: ModelName;
  readonly title: string;
  /** What it does and learns from, for the person who chooses between models. */
  readonly about: string;
  /** Raised when the same data and parameters would give another model, or the saved form changes. */
  readonly version: number;
  /** Tables that it learns from beside the ratings: `movies` where films that nobody rated are part of it. */
  readonly reads: readonly ('movies' | 'movie_genres' | 'tags' | 'keywords' | 'movie_keywords' | 'genome_tags' | 'genome_scores')[];
  /** Whether it learns from the order or the time of ratings. */
  readonly ordered?: boolean | ((parameters: ParameterValues) => boolean);
  /** What the training curve of one that learns in epochs shows. */
  readonly curve?: { readonly loss: string; readonly metric: string | null };
  /** Models that it may be made of, fitted before it. */
  readonly bases: readonly ModelName[];
  /** Those of `bases` that it is made of with these parameters; left out: all. Then it reads no table that only the others read. */
  chosen?(parameters: ParameterValues): readonly ModelName[];
  /** Its own parameters by their paths; a prefix stands for all below it. Those of its bases are theirs. */
  readonly parameters: readonly string[];
  /** What a search for parameters tries, each by its name after `recommenders.<model>.`; without it there is nothing to search. */
  space?(parameters: ParameterValues): readonly SearchDimension[];
  /** The one of its parameters that says how long it trains: epochs, sweeps. */
  readonly effort?: string;
  /** Memory in bytes that a fit takes beside the training data, as far as can be told. */
  memory(size: DataSize, context: Pick<FitContext, 'kernels' | 'parameters'>): number;
  /** The number among its parameters that memory grows with: what to lower where it does not fit. */
  readonly memoryParameter?: string;
  /** Seconds that a fit takes on two cores of 2023, as far as can be told; for `models.estimate`, which knows how fast this machine is (undefined: a moment). */
  seconds?(size: DataSize, context: Pick<FitContext, 'kernels' | 'parameters'>): number;
  fit(train: TrainingData, context: FitContext): Promise<Model>;
  /** A saved model on a catalogue that has all of its films. */
  load(saved: SavedModel, catalogue: Catalogue, kernels: Kernels): Model | Promise<Model>;
}
