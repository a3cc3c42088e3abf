import { z } from 'zod';
import { HistoryItem, ModelName, Recommendation, RecommendFilters, RecommendReason } from './recommend.ts';

/** Beyond `recommend.list`: groups, why a film is not on a list, and lists worked out for all users. */

/**
 * How a group's members become one score (Masthoff 2015): the mean of what they would like, that of whoever likes it
 * least, that of whoever likes it most, or the mean over the films that nobody dislikes.
 */
export const groupStrategies = ['average', 'least-misery', 'most-pleasure', 'average-without-misery'] as const;
export const GroupStrategy = z.enum(groupStrategies);
export type GroupStrategy = z.infer<typeof GroupStrategy>;
/**
 * How members' scores are made comparable, each member's own over the films that the list may hold: `standardised` in
 * deviations from their mean, which keeps how far ahead a favourite is; `rank` by place alone, 1 the first and 0 the last (Borda).
 */
export const groupScales = ['standardised', 'rank'] as const;
export const GroupScale = z.enum(groupScales);
export type GroupScale = z.infer<typeof GroupScale>;
/** Which films are left out as seen: those that any member rated, those that all rated, or none. */
export const groupSeen = ['any', 'all', 'none'] as const;

export const GroupMember = z.object({ userId: z.number().optional(), /** Replaces the user's own; alone it is an invented member. */ history: z.array(HistoryItem).optional(), name: z.string().max(80).optional() });
export const GroupRequest = RecommendFilters.omit({ includeSeen: true }).extend({
  model: ModelName,
  members: z.array(GroupMember).min(1).max(20),
  strategy: GroupStrategy.default('average'),
  scale: GroupScale.default('standardised'),
  seen: z.enum(groupSeen).default('any'),
  /** For `average-without-misery`: a film stays when it is among this share of the best of every member. */
  misery: z.number().gt(0).max(1).default(0.25),
  top: z.number().int().min(1).max(500).default(10),
  explain: z.boolean().default(false),
});
export type GroupRequest = z.infer<typeof GroupRequest>;

/** What one member has of a film: the comparable score, the place among the films that the list may hold, the model's own score, the member's rating of it, and why. */
export const MemberView = z.object({ score: z.number(), rank: z.number(), raw: z.number(), rated: z.number().nullable(), because: z.string().nullable() });
export type MemberView = z.infer<typeof MemberView>;
export const GroupList = z.object({
  model: ModelName,
  strategy: GroupStrategy,
  scale: GroupScale,
  /** In the order of the request. */
  members: z.array(z.object({
    userId: z.number().nullable(),
    name: z.string(),
    ratings: z.number(),
    coldStart: z.boolean(),
    basis: z.string(),
    /** Mean comparable score of the list for this member, over that of the member's own best list of the same films: 1 is the best that there is. */
    satisfaction: z.number(),
    /** Films of the list that are on the member's own best list of that length. */
    own: z.number(),
  })),
  items: z.array(Recommendation.omit({ reasons: true }).extend({ members: z.array(MemberView) })),
  /** The lowest satisfaction, and Jain's index of them: 1 when all are served alike, 1 / members when one is served alone. */
  fairness: z.object({ lowest: z.number(), jain: z.number() }),
  /** Films that the list was chosen from, and those left out as seen or as somebody's misery. */
  candidates: z.number(),
  seen: z.number(),
  misery: z.number(),
  milliseconds: z.number(),
});
export type GroupList = z.infer<typeof GroupList>;

export const WhyNotRequest = RecommendFilters.extend({
  model: ModelName,
  userId: z.number().optional(),
  history: z.array(HistoryItem).optional(),
  top: z.number().int().min(1).max(500).default(10),
  movieId: z.number(),
  /** Milliseconds that the search for a change of the history may take; 0 leaves it out. */
  budget: z.number().min(0).max(30_000).default(1500),
});
export type WhyNotRequest = z.infer<typeof WhyNotRequest>;

/** One change of a history that puts the film on the list: a rating changed, added (no `before`) or removed (no `after`). */
export const Counterfactual = z.object({
  movieId: z.number(),
  title: z.string(),
  year: z.number().nullable(),
  genres: z.array(z.string()),
  before: z.number().nullable(),
  after: z.number().nullable(),
  /** Where the film stands then, and its score. */
  rank: z.number(),
  score: z.number(),
});
export type Counterfactual = z.infer<typeof Counterfactual>;

export const WhyNot = z.object({
  model: ModelName,
  movieId: z.number(),
  title: z.string(),
  year: z.number().nullable(),
  genres: z.array(z.string()),
  /** `listed`: it is on the list. `seen`: rated already. `filtered`: a filter keeps it out. `unknown`: the model has no score for it. `similar`: diversity puts others first. `below`: others score more. */
  verdict: z.enum(['listed', 'seen', 'filtered', 'unknown', 'similar', 'below']),
  /** In a sentence or two. */
  text: z.string(),
  /** Filters that keep it out, in words. */
  filters: z.array(z.string()),
  /** Place among the films that may be listed, as if it were one of them; and how many these are. */
  rank: z.number().nullable(),
  of: z.number(),
  score: z.number().nullable(),
  /** The last film of the list, and how much more it scores. */
  last: z.object({ movieId: z.number(), title: z.string(), score: z.number() }).nullable(),
  gap: z.number().nullable(),
  reasons: z.array(RecommendReason),
  coldStart: z.boolean(),
  basis: z.string(),
  /** Single changes that would list it, the smallest first; at most three. */
  changes: z.array(Counterfactual),
  /** The change that brings it nearest, where none is enough. */
  nearest: Counterfactual.nullable(),
  search: z.object({ tried: z.number(), milliseconds: z.number(), /** False when time ran out before every candidate was tried. */ complete: z.boolean() }),
  milliseconds: z.number(),
});
export type WhyNot = z.infer<typeof WhyNot>;

export const PrecomputeRequest = z.object({ model: ModelName.default('hybrid'), top: z.number().int().min(1).max(100).default(20) });
export type PrecomputeRequest = z.infer<typeof PrecomputeRequest>;
export const Precomputed = z.object({
  model: ModelName,
  top: z.number(),
  users: z.number(),
  madeAt: z.string(),
  seconds: z.number(),
  peakMemoryMB: z.number(),
  bytes: z.number(),
  /** Inside the workspace. */
  path: z.string(),
  /** The training and the parameters that the model came from. */
  run: z.string(),
  params: z.record(z.string(), z.unknown()),
});
export type Precomputed = z.infer<typeof Precomputed>;
export const PrecomputeStatus = z.object({
  lists: z.array(Precomputed.extend({ /** Seconds since it was made. */ age: z.number(), valid: z.boolean(), /** Why it is not used. */ why: z.string().nullable(), hits: z.number() })),
  /** Answers to `recommend.list` since the workspace was opened: from lists of all users, from recent answers, and worked out. */
  answers: z.object({ precomputed: z.number(), recent: z.number(), computed: z.number(), hitRate: z.number().nullable(), /** Recent answers kept. */ kept: z.number() }),
});
export type PrecomputeStatus = z.infer<typeof PrecomputeStatus>;
