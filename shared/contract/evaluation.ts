import { z } from 'zod';
import { FileRef } from './common.ts';
import { ModelName } from './recommend.ts';

/** Predictions that every rating model is held against: the mean of all training ratings, and with the biases of users and films. */
export const referenceNames = ['global-mean', 'baseline'] as const;
/** Groups of metrics: those of ranked lists, and errors of predicted ratings. */
export const measuredKinds = ['ranking', 'rating'] as const;

/** `files`: training and test part are given as files. */
export const protocolNames = ['random', 'kfold', 'leave-last-out', 'time', 'strong', 'files'] as const;
export const ProtocolName = z.enum(protocolNames);
export type ProtocolName = z.infer<typeof ProtocolName>;

/** All that decides what is asked of the models and how a figure is counted. */
export const Protocol = z.object({
  name: ProtocolName,
  /** Share of the ratings (`random`, `time`) or of the users (`strong`) that is held out. */
  share: z.number().gt(0).lt(1).default(0.2),
  /** Of a held-out user's ratings, the share that a model is shown (`strong`). */
  given: z.number().gt(0).lt(1).default(0.8),
  /** Users held out (`strong`), where their number is given instead of a share; 0: the share. */
  heldOut: z.number().int().min(0).default(0),
  /** Users left out of training and test alike (`strong`): the part that a published protocol tunes on. */
  setAside: z.number().int().min(0).default(0),
  folds: z.number().int().min(2).max(20).default(5),
  /** How ratings fall into folds: shuffled by the seed, or by their number in the file, from 0, modulo `folds`. */
  foldsBy: z.enum(['shuffle', 'row']).default('shuffle'),
  /** Test ratings of at least so much are relevant; null: every one. */
  threshold: z.number().nullable().default(null),
  /** Whether training ratings below the threshold are left out too. */
  thresholdTraining: z.boolean().default(false),
  /** Users and films with fewer ratings are left out before the split, again and again until none is left. */
  minUser: z.number().int().min(1).default(1),
  minItem: z.number().int().min(1).default(1),
  cutoffs: z.array(z.number().int().min(1).max(1000)).min(1).default([10]),
  /** At most so many users are measured, drawn by the seed; 0: all. */
  maxUsers: z.number().int().min(0).default(0),
  seed: z.number().int().default(42),
  ndcgIdeal: z.enum(['truncated', 'full']).default('truncated'),
  recallOf: z.enum(['relevant', 'reachable']).default('relevant'),
  /** Test ratings of films without a training rating, which no list can hold: misses, or left out of the test. */
  unknownFilms: z.enum(['misses', 'left out']).default('misses'),
  /** What is measured: lists of all models, and ratings of those that predict them. */
  measures: z.array(z.enum(measuredKinds)).min(1).default([...measuredKinds]),
  /** Only films that are listed for a user are ranked: sampled metrics, which flatter. Null: all films with a training rating. */
  negatives: FileRef.nullable().default(null),
  train: FileRef.nullable().default(null),
  test: FileRef.nullable().default(null),
});
export type Protocol = z.infer<typeof Protocol>;

/** A model with parameters of its own: `{ model: 'ease', params: { lambda: 250 } }`, names as after `recommenders.<model>.`. */
export const Entrant = z.object({ model: ModelName, params: z.record(z.string(), z.unknown()).default({}) });
export type Entrant = z.infer<typeof Entrant>;

export const EvaluateRequest = z.object({
  entrants: z.array(Entrant).min(1),
  protocol: Protocol,
  title: z.string().max(200).optional(),
});
export type EvaluateRequest = z.infer<typeof EvaluateRequest>;

/** A mean over users (or folds) and its 95 % interval; null ends where it is no mean. `definition` says exactly what was counted. */
export const Figure = z.object({ value: z.number(), low: z.number().nullable(), high: z.number().nullable(), users: z.number(), definition: z.string() });
export type Figure = z.infer<typeof Figure>;

export const EvaluatedModel = z.object({
  /** Unique in its evaluation: `ease`, or `ease lambda=250` where a model competes more than once. */
  label: z.string(),
  model: z.union([ModelName, z.enum(referenceNames)]),
  params: z.record(z.string(), z.unknown()),
  /** By name and cutoff, `ndcg@10`; `rmse` and `mae` for models that predict ratings. */
  metrics: z.record(z.string(), Figure),
  fitSeconds: z.number(),
  scoreSeconds: z.number(),
  peakMemoryMB: z.number().nullable(),
  /** Size of the fitted model in memory or on disk, bytes. */
  bytes: z.number().nullable(),
  /** The published figures by the names of `metrics`, where a preset has them, and whose they are. */
  published: z.array(z.object({ metric: z.string(), value: z.number(), source: z.string() })).default([]),
  /** Why it has no figures: what stopped it. */
  error: z.string().nullable(),
});
export type EvaluatedModel = z.infer<typeof EvaluatedModel>;

/** `difference` = a − b over the same users; positive: a is better (for `rmse` and `mae`: larger). */
export const Comparison = z.object({
  a: z.string(), b: z.string(), metric: z.string(), users: z.number(),
  difference: z.number(), low: z.number(), high: z.number(),
  /** Of a paired permutation test, and after Holm's correction over all comparisons of this metric. */
  p: z.number(), adjustedP: z.number(),
  /** Cohen's d_z of the paired differences: their mean ÷ their standard deviation; null where all are alike and not 0. */
  effect: z.number().nullable(),
  /** What the pairs are, `users` of them; how many comparisons were corrected for; and whether `adjustedP` is below .05. */
  pairs: z.enum(['users', 'folds']), family: z.number(), distinct: z.boolean(),
  /** The smallest difference that as many pairs show four times out of five, and the pairs that this one would take; null where they cannot be told. */
  detectable: z.number().nullable(), needed: z.number().nullable(),
  /** In plain words, with the figures. */
  sentence: z.string(),
});
export type Comparison = z.infer<typeof Comparison>;

/** What may flatter or spoil the figures. */
export const EvaluationWarning = z.object({ kind: z.enum(['future-in-training', 'test-in-history', 'unknown-users', 'unknown-films', 'few-users', 'sampled', 'other']), message: z.string(), count: z.number().nullable() });
export type EvaluationWarning = z.infer<typeof EvaluationWarning>;

export const Evaluation = z.object({
  id: z.string(),
  title: z.string(),
  createdAt: z.string(),
  seconds: z.number(),
  preset: z.string().nullable(),
  protocol: Protocol,
  /** The protocol in sentences, for whoever reads the figures. */
  description: z.array(z.string()),
  data: z.object({ users: z.number(), items: z.number(), train: z.number(), test: z.number(), measuredUsers: z.number(), candidates: z.number() }),
  models: z.array(EvaluatedModel),
  comparisons: z.array(Comparison),
  warnings: z.array(EvaluationWarning),
});
export type Evaluation = z.infer<typeof Evaluation>;

export const EvaluationSummary = Evaluation.pick({ id: true, title: true, createdAt: true, seconds: true, preset: true, data: true }).extend({
  protocol: ProtocolName,
  models: z.array(z.string()),
  /** The leader by the first ranking metric. */
  best: z.object({ label: z.string(), metric: z.string(), value: z.number() }).nullable(),
});
export type EvaluationSummary = z.infer<typeof EvaluationSummary>;

/** An evaluation that was cancelled, killed or failed: what it had finished is kept until it has gone on to its end. */
export const UnfinishedEvaluation = EvaluationSummary.pick({ id: true, title: true, createdAt: true, preset: true, protocol: true, models: true }).extend({
  /** Models of folds that are finished, and how many there are to do. */
  done: z.number(), total: z.number(),
  /** Of what is kept of it. */
  bytes: z.number(),
  /** Why it cannot go on from here, null where it can: files that are to be given again, say. */
  hindrance: z.string().nullable(),
});
export type UnfinishedEvaluation = z.infer<typeof UnfinishedEvaluation>;

export const segmentKinds = ['activity', 'popularity', 'genre', 'cold-start'] as const;
/** A metric among users (activity, cold start: by number of ratings shown) or among relevant test films (popularity, genre). */
export const Segments = z.object({
  by: z.enum(segmentKinds),
  metric: z.string(),
  /** What a segment is and what is counted in it, in a sentence. */
  definition: z.string(),
  segments: z.array(z.object({ name: z.string(), users: z.number(), figures: z.array(z.object({ label: z.string(), value: z.number().nullable(), low: z.number().nullable(), high: z.number().nullable() })) })),
});
export type Segments = z.infer<typeof Segments>;

export const ListedFilm = z.object({ movieId: z.number(), title: z.string(), rank: z.number(), relevant: z.boolean(), /** Its rank in the other list, null when it is not there. */ other: z.number().nullable() });
/** The lists of two models for one user of an evaluation. */
export const ListDifference = z.object({
  userId: z.number(), a: z.object({ label: z.string(), films: z.array(ListedFilm) }), b: z.object({ label: z.string(), films: z.array(ListedFilm) }),
  wanted: z.array(z.object({ movieId: z.number(), title: z.string() })), shown: z.number(), shared: z.number(),
});
export type ListDifference = z.infer<typeof ListDifference>;

/** Users of an evaluation by the difference of two models, and what each of both was worth to them. */
export const UserDifferences = z.object({ total: z.number(), rows: z.array(z.object({ userId: z.number(), shown: z.number(), a: z.number(), b: z.number(), difference: z.number() })) });
export type UserDifferences = z.infer<typeof UserDifferences>;

/** A published table that can be made again: the user brings the data. */
export const Preset = z.object({ name: z.string(), title: z.string(), data: z.string(), protocol: z.string(), models: z.array(z.string()), published: z.array(z.object({ model: z.string(), metric: z.string(), value: z.number(), source: z.string() })) });
export type Preset = z.infer<typeof Preset>;

/** A point of a training curve. `metric` is measured on ratings held out of training, where that is done. */
export const CurvePoint = z.object({ epoch: z.number(), loss: z.number().nullable(), metric: z.number().nullable(), seconds: z.number() });
export type CurvePoint = z.infer<typeof CurvePoint>;
export const TrainingCurve = z.object({ model: ModelName, run: z.string().nullable(), training: z.boolean(), loss: z.string(), metric: z.string().nullable(), points: z.array(CurvePoint), /** Epoch whose weights were kept. */ best: z.number().nullable() });
export type TrainingCurve = z.infer<typeof TrainingCurve>;

export const Estimate = z.object({ model: ModelName, seconds: z.number(), bytes: z.number(), available: z.number(), fits: z.boolean(), advice: z.string().nullable(), /** What the estimate rests on. */ basis: z.string() });
export type Estimate = z.infer<typeof Estimate>;

/** One parameter of a search: values to choose from, or a range. */
export const SearchDimension = z.object({ path: z.string(), values: z.array(z.union([z.number(), z.string(), z.boolean()])).optional(), low: z.number().optional(), high: z.number().optional(), log: z.boolean().default(false), integer: z.boolean().default(false) });
export type SearchDimension = z.infer<typeof SearchDimension>;
export const TuneRequest = z.object({
  model: ModelName, protocol: Protocol, metric: z.string().default('ndcg@10'),
  method: z.enum(['random', 'halving']).default('random'),
  /** Trials at the most, and seconds at the most (null: no limit). */
  trials: z.number().int().min(1).max(1000).default(20), seconds: z.number().positive().nullable().default(null),
  /** Without them, those that the model declares. */
  space: z.array(SearchDimension).default([]),
});
export type TuneRequest = z.infer<typeof TuneRequest>;
/** `budget`: the share of the users or of the epochs that it was given (halving); 1 for all. */
export const Trial = z.object({
  number: z.number(), params: z.record(z.string(), z.unknown()), budget: z.number(),
  /** Round of halving, from 0; and whether these are the parameters as they stand, which every search tries first. */
  round: z.number(), current: z.boolean(),
  value: z.number().nullable(), low: z.number().nullable(), high: z.number().nullable(), seconds: z.number(), state: z.enum(['done', 'stopped', 'failed', 'running']), error: z.string().nullable(),
});
export type Trial = z.infer<typeof Trial>;
/** A search for parameters, on a validation part of the training ratings: the test part is never looked at. */
export const Tuning = z.object({
  id: z.string(), createdAt: z.string(), request: TuneRequest, state: z.enum(['running', 'done', 'stopped', 'failed']), seconds: z.number(),
  trials: z.array(Trial), best: z.object({ number: z.number(), params: z.record(z.string(), z.unknown()), value: z.number() }).nullable(),
  /** What was searched, with the model's own ranges filled in. */
  space: z.array(SearchDimension),
  /** The best (`a`) against the parameters as they stood (`b`), both measured again on a validation part that no trial saw; null before the end, and where these are the best. */
  check: Comparison.nullable(),
  /** Whether it is really better, in a sentence; null before the end. */
  verdict: z.string().nullable(),
  /** The job that works on it, and whether its parameters were taken over. */
  jobId: z.string().nullable(), applied: z.boolean(),
  error: z.string().nullable(),
  /** What was measured on what, in a sentence. */
  basis: z.string(),
});
export type Tuning = z.infer<typeof Tuning>;
