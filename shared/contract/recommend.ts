import { z } from 'zod';

export const modelNames = ['random', 'popularity', 'content', 'item-knn', 'user-knn', 'svd', 'svdpp', 'ease', 'als', 'hybrid', 'sasrec', 'bert4rec', 'two-tower', 'semantic'] as const;
export const ModelName = z.enum(modelNames);
export type ModelName = z.infer<typeof ModelName>;

/** A user is a history: films with ratings on the workspace's scale. `ratedAt` in Unix seconds. */
export const HistoryItem = z.object({ movieId: z.number(), rating: z.number(), ratedAt: z.number().nullable().default(null) });
export type HistoryItem = z.infer<typeof HistoryItem>;

export const Movie = z.object({
  movieId: z.number(),
  title: z.string(),
  year: z.number().nullable(),
  genres: z.array(z.string()),
  ratings: z.number(),
  mean: z.number().nullable(),
});
export type Movie = z.infer<typeof Movie>;

/**
 * Why a film is on a list. `evidence` names a film of the history, a genre, a tag or a model, and `contribution` is its
 * part of the score (for `ease`, `item-knn` and `als` the contributions of all evidence sum to the score).
 */
export const RecommendReason = z.object({
  kind: z.enum(['because-you-rated', 'shares-genres', 'shares-tags', 'shares-terms', 'like-minded', 'popular', 'random', 'blend', 'cold-start']),
  text: z.string(),
  evidence: z.array(
    z.object({ movieId: z.number().optional(), label: z.string(), rating: z.number().optional(), contribution: z.number() }),
  ),
});
export type RecommendReason = z.infer<typeof RecommendReason>;
export const Recommendation = z.object({ movieId: z.number(), title: z.string(), score: z.number(), year: z.number().nullable(), genres: z.array(z.string()), reasons: z.array(RecommendReason) });
export type Recommendation = z.infer<typeof Recommendation>;

export const RecommendFilters = z.object({
  genres: z.array(z.string()).default([]),
  yearFrom: z.number().optional(),
  yearTo: z.number().optional(),
  /** 0 keeps the order by score; 1 orders by novelty against what is already on the list (MMR). */
  diversity: z.number().min(0).max(1).default(0),
  includeSeen: z.boolean().default(false),
});

export const RecommendRequest = RecommendFilters.extend({
  model: ModelName,
  userId: z.number().optional(),
  /** Given together with `userId`, it replaces that user's history (what-if). */
  history: z.array(HistoryItem).optional(),
  top: z.number().int().min(1).max(500).default(10),
  explain: z.boolean().default(false),
});
export type RecommendRequest = z.infer<typeof RecommendRequest>;

export const RecommendList = z.object({
  user: z.number().nullable(),
  model: ModelName,
  items: z.array(Recommendation),
  milliseconds: z.number(),
  /** What the list rests on, in a sentence: how many ratings, or that it is a cold start. */
  basis: z.string(),
  coldStart: z.boolean(),
  /** How unlike each other the films are: 1 - mean cosine of genres and tags over all pairs; and of the list without diversity, with the mean scores that both have. Null for fewer than two films. */
  spread: z.object({ diversity: z.number(), score: z.number(), plainDiversity: z.number(), plainScore: z.number() }).nullable(),
  /** Where the answer came from: worked out now, the lists of all users, or an earlier answer to the same question; `age` in seconds since it was made. */
  from: z.enum(['model', 'precomputed', 'recent']),
  age: z.number(),
});
export type RecommendList = z.infer<typeof RecommendList>;

export const ModelInfo = z.object({
  model: ModelName,
  title: z.string(),
  about: z.string(),
  trained: z.boolean(),
  trainedAt: z.string().nullable(),
  seconds: z.number().nullable(),
  peakMemoryMB: z.number().nullable(),
  /** True when ratings or parameters changed since it was trained. */
  stale: z.boolean(),
  params: z.record(z.string(), z.unknown()),
  users: z.number().nullable(),
  items: z.number().nullable(),
  bytes: z.number().nullable(),
  run: z.string().nullable(),
});
export type ModelInfo = z.infer<typeof ModelInfo>;

/** `path` is inside the workspace. */
export const TrainedModel = z.object({ model: ModelName, seconds: z.number(), peakMemoryMB: z.number(), path: z.string(), params: z.record(z.string(), z.unknown()) });
export const TrainResult = z.object({ models: z.array(TrainedModel) });
export type TrainResult = z.infer<typeof TrainResult>;

export const UserSummary = z.object({ userId: z.number(), ratings: z.number(), mean: z.number().nullable(), favouriteGenres: z.array(z.string()) });
export type UserSummary = z.infer<typeof UserSummary>;
export const HistoryFilm = HistoryItem.extend({ title: z.string(), year: z.number().nullable(), genres: z.array(z.string()) });
export type HistoryFilm = z.infer<typeof HistoryFilm>;
export const SimilarList = z.object({ items: z.array(z.object({ movieId: z.number(), title: z.string(), score: z.number() })) });

/** A word of the question, or one near it in meaning, and where a film has it. */
export const SearchReason = z.object({ label: z.string(), in: z.array(z.enum(['title', 'genre', 'tag', 'keyword', 'genome', 'overview', 'meaning'])) });
export type SearchReason = z.infer<typeof SearchReason>;
export const FoundFilm = Movie.extend({ score: z.number(), reasons: z.array(SearchReason) });
export type FoundFilm = z.infer<typeof FoundFilm>;
/** Films for a question in plain words. */
export const FoundFilms = z.object({
  items: z.array(FoundFilm),
  /** Words that no film has, and what was looked for instead. */
  corrections: z.array(z.object({ asked: z.string(), took: z.string() })),
  /** By words alone while the model `semantic` is not trained. */
  by: z.enum(['words', 'words and meaning']),
  milliseconds: z.number(),
});
export type FoundFilms = z.infer<typeof FoundFilms>;
