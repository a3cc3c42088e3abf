import { z } from 'zod';
import type { Method } from './methods.ts';

/** What the process that has a workspace open is doing: a job that runs in it. */
export const Doing = z.object({
  title: z.string(),
  /** The phases that it is in, by the names that the job gives them. */
  phases: z.array(z.string()),
  /** Since the job began. */
  seconds: z.number(),
});
export type Doing = z.infer<typeof Doing>;

/** The process that has a workspace open; every other one reads through it. */
export const Holder = z.object({
  pid: z.number().int(),
  /** What it is, in words: `the app`, `reelbench serve`, `reelbench run`. */
  name: z.string(),
  /** Version of the program. */
  version: z.string(),
  /** When it opened the workspace; ISO 8601. */
  since: z.string(),
  doing: z.array(Doing),
});
export type Holder = z.infer<typeof Holder>;

/** What another process may ask of the one that has the workspace open: methods that change nothing in it. */
export const readingMethods = [
  'app.info', 'doctor.check', 'workspace.summary', 'jobs.list', 'jobs.get',
  'import.rejects', 'sources.changes',
  'tables.list', 'tables.rows', 'tables.profile', 'tables.facet', 'tables.histogram',
  'quality.report', 'quality.rows', 'quality.quarantined', 'quality.decisions', 'quality.history', 'quality.drift', 'quality.reconciliation',
  'duplicates.list', 'rules.list', 'rules.suggest',
  'pipeline.status', 'pipeline.plan', 'runs.list', 'runs.get', 'runs.report', 'runs.compare', 'cache.list', 'params.list', 'params.history', 'params.diff', 'log.read',
  'lineage.all', 'lineage.of', 'lineage.row', 'models.list', 'models.curve', 'models.estimate', 'evaluation.presets', 'evaluation.list', 'evaluation.unfinished', 'evaluation.get', 'evaluation.segments', 'evaluation.users', 'evaluation.lists', 'evaluation.compare', 'tune.space', 'tune.list', 'tune.get',
  'recommend.list', 'recommend.group', 'recommend.whyNot', 'precompute.status', 'recommend.similar', 'users.search', 'users.history', 'movies.search', 'films.search', 'movies.facets',
] as const satisfies readonly Method[];

/** Jobs that another process may have done for it: they write one file outside the workspace, and read the workspace. */
export const exportMethods = ['tables.export', 'quality.export', 'quality.rows.export', 'log.export'] as const satisfies readonly Method[];
export type ExportMethod = (typeof exportMethods)[number];
