import { z } from 'zod';
import { Cell, Filter } from './common.ts';
import { Decision, RowId } from './decisions.ts';
import { Reason, StageMark, StageName } from './pipeline.ts';
import { thingKinds } from '../domain/lineage.ts';

export const ThingKind = z.enum(thingKinds);
export type ThingKind = z.infer<typeof ThingKind>;

/**
 * What lineage is asked of. Names: a table as `ratings` or `raw.ratings`, a model as `ease`, a metric as the stage gave it
 * (`ease ndcg@10`), a file by its path as imported, a rule or parameter by its id, a run by its id, a saved file (`output`)
 * by its path in the workspace. Without `kind`, the first kind that has such a name.
 */
export const LineageRequest = z.object({ kind: ThingKind.optional(), name: z.string().min(1).max(1000), /** As it stood after this run, where the cache still has it; left out: as it stands. */ run: z.string().optional() });
export type LineageRequest = z.infer<typeof LineageRequest>;

/** A thing in the graph. `id` is `<kind>:<name>`. */
export const LineageNode = z.object({
  id: z.string(),
  kind: ThingKind,
  name: z.string(),
  title: z.string(),
  /** The stage that makes it; null for files, rules and parameters. */
  stage: StageName.nullable(),
  /** The run that built what is visible; null where there is nothing. */
  run: z.string().nullable(),
  rows: z.number().nullable(),
  /** `missing`: declared, but nothing has made it. `given`: not made by a stage. */
  state: z.enum(['current', 'changed', 'missing', 'given']),
  /** It is older than it should be: the stage that makes it failed since. */
  marked: z.boolean(),
});
export type LineageNode = z.infer<typeof LineageNode>;

/** `to` is made from `from`. */
export const LineageEdge = z.object({ from: z.string(), to: z.string() });
export type LineageEdge = z.infer<typeof LineageEdge>;

/** Everything that is there, in the order in which rows flow. */
export const LineageGraph = z.object({ nodes: z.array(LineageNode), edges: z.array(LineageEdge) });
export type LineageGraph = z.infer<typeof LineageGraph>;

/** How the visible build of a stage was made. */
export const LineageBuild = z.object({
  stage: StageName,
  title: z.string(),
  run: z.string(),
  at: z.string(),
  seconds: z.number(),
  rowsIn: z.number(),
  rowsOut: z.number(),
  version: z.number(),
  /** The last run that left it visible as it was or brought it back from the cache; null where no later run did. */
  keptBy: z.string().nullable(),
});
export type LineageBuild = z.infer<typeof LineageBuild>;

/** A parameter with the value that something was built with. */
export const LineageParameter = z.object({
  path: z.string(),
  title: z.string(),
  unit: z.string().nullable(),
  /** The stage that read it; null where none does. */
  stage: StageName.nullable(),
  /** As text, as it was when the stage ran; null where it was not set. */
  value: z.string().nullable(),
  /** As text, as it is now; null where it is not set. */
  inForce: z.string().nullable(),
  /** The value that was built with is not the one in force. */
  differs: z.boolean(),
  /** The value that was built with is the default. */
  isDefault: z.boolean(),
});
export type LineageParameter = z.infer<typeof LineageParameter>;

/** What a rule did to the rows that something is made from. */
export const LineageRule = z.object({
  id: z.string(),
  title: z.string(),
  table: z.string(),
  column: z.string().nullable(),
  severity: z.string(),
  status: z.string(),
  checked: z.number(),
  failed: z.number(),
  fix: z.string().nullable(),
  fixEnabled: z.boolean(),
  /** Rows of which its fix changed a cell. */
  changed: z.number(),
  /** Rows that its fix set aside. */
  setAside: z.number(),
  /** Rows that its fix left out. */
  dropped: z.number(),
});
export type LineageRule = z.infer<typeof LineageRule>;

export const LineageFile = z.object({
  path: z.string(),
  /** Raw tables that its rows went to. */
  tables: z.array(z.string()),
  rows: z.number(),
  unreadable: z.number(),
  rejected: z.number(),
  bytes: z.number(),
  sha256: z.string(),
  format: z.string(),
  release: z.string().nullable(),
  importedAt: z.string(),
  /** `same`: the thing was built from this content. `new`, `modified`, `gone`: the import changed since. `unbuilt`: nothing is built. */
  since: z.enum(['same', 'modified', 'new', 'gone', 'unbuilt']),
});
export type LineageFile = z.infer<typeof LineageFile>;

/** A table that something was made from, directly. */
export const LineageSource = z.object({
  name: z.string(),
  rows: z.number().nullable(),
  /** The run that built the content it was made from, where that is known; null for raw tables. */
  run: z.string().nullable(),
  /** The table has another content now. */
  changedSince: z.boolean(),
});
export type LineageSource = z.infer<typeof LineageSource>;

export const Lineage = z.object({
  thing: LineageNode,
  /** One sentence on what it is. */
  about: z.string(),
  /** A metric's value. */
  value: z.number().nullable(),
  fingerprint: z.string().nullable(),
  build: LineageBuild.nullable(),
  /** Whether what is visible is what a run would make now. */
  current: z.boolean(),
  /** Why it is not, its own stage first: each with the stage that it is about. */
  reasons: z.array(Reason.extend({ stage: StageName })),
  mark: StageMark.nullable(),
  tables: z.array(LineageSource),
  /** Of its own stage first, then of those before, the nearest first. */
  parameters: z.array(LineageParameter),
  rules: z.array(LineageRule),
  /** Decisions by hand that stand and concern the tables it is made from. */
  decisions: z.array(Decision.extend({ applied: z.boolean() })),
  files: z.array(LineageFile),
  /** Stages on the way here, in running order, each with its visible build. */
  builds: z.array(LineageBuild),
  /** Tables and files of a run. */
  made: z.array(z.object({ name: z.string(), kind: ThingKind, rows: z.number(), builtBy: z.string(), visible: z.boolean() })),
  graph: LineageGraph,
});
export type Lineage = z.infer<typeof Lineage>;

export const rowOutcomes = ['loaded', 'set aside', 'set aside by hand', 'dropped', 'unusable', 'orphan', 'duplicate', 'merged', 'k-core', 'not built'] as const;
export const RowOutcome = z.enum(rowOutcomes);
export type RowOutcome = z.infer<typeof RowOutcome>;

/** A row by the columns that name it, or an imported row by its place (`r12`, `t3`). */
export const RowRequest = z.object({
  /** As lineage names tables: `ratings`, `raw.ratings`. */
  table: z.string().min(1),
  key: z.record(z.string(), Cell).default({}),
  id: RowId.optional(),
});
export type RowRequest = z.infer<typeof RowRequest>;

/** An imported row and what became of it. */
export const SourceRow = z.object({
  /** The raw table, for instance `raw.ratings`. */
  table: z.string(),
  id: RowId,
  file: z.string().nullable(),
  /** Null where the format has no lines. */
  line: z.number().nullable(),
  /** Place in the file, from 1, of the rows that could be read. */
  place: z.number(),
  /** As imported. */
  cells: z.record(z.string(), Cell),
  outcome: RowOutcome,
  /** The outcome in a sentence. */
  why: z.string(),
  /** The row that stands in its place. */
  instead: z.object({ id: RowId, file: z.string().nullable(), line: z.number().nullable() }).nullable(),
  /** What the fixes did to it, in their order; `action` drop leaves the row out. */
  fixes: z.array(z.object({ rule: z.string(), column: z.string().nullable(), action: z.enum(['set', 'drop']), before: z.string().nullable(), after: z.string().nullable() })),
  /** Rules and hands that set it aside, or kept its original. */
  setAside: z.array(z.object({ rule: z.string(), column: z.string().nullable(), value: z.string().nullable(), reason: z.string() })),
  decisions: z.array(Decision),
});
export type SourceRow = z.infer<typeof SourceRow>;

/** Rows that a computed row sums up. */
export const SummedRows = z.object({
  table: z.string(),
  filters: z.array(Filter),
  rows: z.number(),
  /** Where the imported rows stand: first and last line that name the key, rows between them not all among these. */
  files: z.array(z.object({ file: z.string(), rows: z.number(), firstLine: z.number().nullable(), lastLine: z.number().nullable() })),
});
export type SummedRows = z.infer<typeof SummedRows>;

export const RowLineage = z.object({
  table: z.string(),
  key: z.record(z.string(), Cell),
  /** The row as it stands in the table, null where it is not there. */
  row: z.record(z.string(), Cell).nullable(),
  /** One sentence: where it comes from, or why it is not there. */
  about: z.string(),
  build: LineageBuild.nullable(),
  /** Files were imported since the tables were built: fixes and outcomes are not told, as they are about other rows. */
  importedSince: z.boolean(),
  sources: z.array(SourceRow),
  /** Imported rows found in all. */
  total: z.number(),
  computed: z.array(SummedRows),
  /** Lines of the files of these tables that could not be read as rows. */
  rejected: z.number(),
});
export type RowLineage = z.infer<typeof RowLineage>;
