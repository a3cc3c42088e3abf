import { z } from 'zod';

/** What speaks for two films being one, or against it, in words. */
export const DuplicateReason = z.object({ supports: z.boolean(), text: z.string() });
export type DuplicateReason = z.infer<typeof DuplicateReason>;

export const DuplicateFilm = z.object({
  id: z.number(),
  /** As it came; null when the film is not in the data any more. */
  title: z.string().nullable(),
  year: z.number().nullable(),
  genres: z.array(z.string()),
  ratings: z.number(),
  tags: z.number(),
  imdb: z.string().nullable(),
  tmdb: z.string().nullable(),
  /** The film that it becomes, by a decision that stands; null when it stays itself. */
  mergedInto: z.number().nullable(),
  /** How much speaks for it and the cluster's representative being one, and what; null for the representative itself. */
  score: z.number().nullable(),
  reasons: z.array(DuplicateReason),
});
export type DuplicateFilm = z.infer<typeof DuplicateFilm>;

export const duplicateStates = ['open', 'merged', 'refused'] as const;
export const DuplicateState = z.enum(duplicateStates);
export type DuplicateState = z.infer<typeof DuplicateState>;

/** Films that may be one, or about which it was decided. */
export const DuplicateCluster = z.object({
  /** Stays the same while its films do. */
  id: z.string(),
  state: DuplicateState,
  /** The lowest of its films' scores; null for a decision without one. */
  score: z.number().nullable(),
  /** The film that would stay, or stays: most ratings, then the lowest id, unless decided otherwise. */
  survivor: z.number(),
  films: z.array(DuplicateFilm).min(2),
  /** The decision that it rests on, and when it was made; null while open. */
  decision: z.number().nullable(),
  /** Clusters that the same decision is about; 0 while open. */
  together: z.number(),
  decidedAt: z.string().nullable(),
});
export type DuplicateCluster = z.infer<typeof DuplicateCluster>;

/** A search for duplicate films. */
export const DuplicateSearch = z.object({
  madeAt: z.string(),
  seconds: z.number(),
  films: z.number(),
  pairs: z.number(),
  /** False when files were imported since. */
  current: z.boolean(),
});
export type DuplicateSearch = z.infer<typeof DuplicateSearch>;

export const DuplicateRequest = z.object({
  state: DuplicateState.default('open'),
  minScore: z.number().min(0).max(1).default(0),
  /** Part of a title, whatever its case and accents, or a film's id. */
  text: z.string().default(''),
  sort: z.enum(['score', 'ratings', 'title']).default('score'),
  limit: z.number().int().min(1).max(1000).default(100),
  offset: z.number().int().min(0).default(0),
});

export const DuplicateList = z.object({
  /** The last search; null when there was none. */
  search: DuplicateSearch.nullable(),
  counts: z.record(DuplicateState, z.number()),
  /** For each score from 0.00 to 1.00 in hundredths: how many open clusters have at least that, and how many films would go. */
  above: z.array(z.object({ clusters: z.number(), films: z.number() })),
  total: z.number(),
  clusters: z.array(DuplicateCluster),
});
export type DuplicateList = z.infer<typeof DuplicateList>;

/** `merge`: the films become the film `into`, one of them. `refuse`: no two of them are one. */
export const DuplicateDecision = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('merge'), films: z.array(z.number().int()).min(2).max(1000), into: z.number().int() }),
  z.object({ kind: z.literal('refuse'), films: z.array(z.number().int()).min(2).max(1000) }),
]);
export type DuplicateDecision = z.infer<typeof DuplicateDecision>;

export const DuplicateDecided = z.object({ decision: z.number(), clusters: z.number(), films: z.number() });
export type DuplicateDecided = z.infer<typeof DuplicateDecided>;
