import { z } from 'zod';
import { Cell, Column, FileRef, TableInfo, TableView } from './common.ts';
import { DuplicateDecided, DuplicateDecision, DuplicateList, DuplicateRequest } from './duplicates.ts';
import { Arranged, ArrangeRequest, Facet, FacetRequest, HistogramRequest, TableHistogram } from './facets.ts';
import { Job, JobStarted } from './jobs.ts';
import { AlertDelivery, AlertTarget, LogFilter, LogPage, LogRequest } from './log.ts';
import { ParameterChange, ParameterDifferences, ParameterHistory, ParameterInfo } from './parameters.ts';
import { PipelineStatus, Plan, Run, RunRequest, RunResult } from './pipeline.ts';
import {
  Decided, Decisions, DecisionsRequest, FixPreview, FixRequest, PreviewRequest, Quarantined, QuarantinedRequest, QuarantineRequest, RestoreRequest, RowsExportRequest, RowsRequest, UndoRequest,
} from './decisions.ts';
import {
  Comparison, Estimate, EvaluateRequest, Evaluation, EvaluationSummary, ListDifference, Preset, SearchDimension, segmentKinds, Segments, TrainingCurve, TuneRequest, Tuning, UnfinishedEvaluation, UserDifferences,
} from './evaluation.ts';
import { Lineage, LineageGraph, LineageRequest, RowLineage, RowRequest } from './lineage.ts';
import { TableProfile } from './profile.ts';
import { FailingRow, QualityReport } from './quality.ts';
import { Drift, DriftReference, QualityExportRequest, QualityHistory, Reconciliation } from './quality-history.ts';
import { CheckedDraft, OwnRules, RuleDraft, SuggestedRule } from './rules.ts';
import { FoundFilms, HistoryFilm, ModelInfo, ModelName, Movie, RecommendList, RecommendRequest, SimilarList, UserSummary } from './recommend.ts';
import { CacheEntry, Garbage, GarbageRequest, RunComparison, RunReport } from './runs.ts';
import { SourceChange } from './source-changes.ts';
import { GroupList, GroupRequest, PrecomputeRequest, PrecomputeStatus, WhyNot, WhyNotRequest } from './serving.ts';
import { ImportPreview, ImportRequest, RejectedLine } from './sources.ts';

const method = <I extends z.ZodType, O extends z.ZodType>(input: I, output: O) => ({ input, output });
const nothing = z.object({}).default({});
const page = { limit: z.number().int().min(1).max(10_000).default(100), offset: z.number().int().min(0).default(0) };

export const WorkspaceEntry = z.object({ id: z.string(), name: z.string(), openedAt: z.string(), sample: z.boolean(), current: z.boolean(), exists: z.boolean() });
export type WorkspaceEntry = z.infer<typeof WorkspaceEntry>;

export const WorkspaceSummary = z.object({
  id: z.string(),
  name: z.string(),
  sample: z.boolean(),
  /** Size of the workspace's files in bytes. */
  bytes: z.number(),
  files: z.array(z.object({ name: z.string(), kind: z.string(), rows: z.number(), rejected: z.number(), importedAt: z.string() })),
  ratings: z.number(),
  users: z.number(),
  movies: z.number(),
  /** Whether a run has built the core tables; until then the counts are those of the rows as imported. */
  built: z.boolean(),
  lastRun: Run.nullable(),
  models: z.array(ModelName),
  next: z.enum(['import', 'check quality', 'run', 'recommend']),
});
export type WorkspaceSummary = z.infer<typeof WorkspaceSummary>;

export const DoctorItem = z.object({ name: z.string(), ok: z.boolean(), detail: z.string(), hint: z.string().optional() });

/**
 * The one contract: what the page, the browser host and the command line may ask of the engine.
 * Input and output are plain JSON. Long work answers with a job's id at once.
 */
export const methods = {
  'app.info': method(nothing, z.object({ version: z.string(), duckdb: z.string(), node: z.string(), platform: z.string(), kernels: z.enum(['simd', 'relaxed-simd']), threads: z.number() })),
  'doctor.check': method(nothing, z.object({ ok: z.boolean(), items: z.array(DoctorItem) })),

  'workspaces.list': method(nothing, z.array(WorkspaceEntry)),
  'workspaces.create': method(z.object({ name: z.string().min(1).max(100) }), WorkspaceEntry),
  'workspaces.open': method(z.object({ id: z.string() }), WorkspaceEntry),
  'workspaces.openSample': method(nothing, WorkspaceEntry),
  'workspaces.forget': method(z.object({ id: z.string() }), nothing),
  'workspace.summary': method(nothing, WorkspaceSummary.nullable()),

  'jobs.list': method(nothing, z.array(Job)),
  'jobs.get': method(z.object({ id: z.string() }), Job),
  'jobs.cancel': method(z.object({ id: z.string() }), nothing),

  'import.preview': method(ImportRequest, ImportPreview),
  'import.start': method(ImportRequest, JobStarted), // the job's result: ImportResult
  'import.rejects': method(z.object(page), z.object({ total: z.number(), rows: z.array(RejectedLine) })),
  'sources.changes': method(nothing, z.array(SourceChange)),
  // Reads the files that changed on disk since they were imported again, with the options of then, and what else their tables are made of.
  'sources.importChanged': method(nothing, JobStarted), // the job's result: ImportResult

  'tables.list': method(nothing, z.array(TableInfo)),
  'tables.rows': method(TableView.extend(page), z.object({ columns: z.array(Column), rows: z.array(z.array(Cell)), total: z.number() })),
  // What is known of a table's columns at once: exact where it is known or soon told, else estimated from a sample.
  'tables.profile': method(z.object({ schema: z.string().default('main'), table: z.string() }), TableProfile),
  // Makes the profile exact, column by column; 'tables.profile' answers each as soon as it is done. Ends the exact profile of another table that is under way.
  'tables.profileExact': method(z.object({ schema: z.string().default('main'), table: z.string() }), JobStarted), // the job's result: ProfileDone
  'tables.export': method(TableView.extend({ format: z.enum(['csv', 'parquet', 'json']), neutralise: z.boolean().default(true), /** In this order; without them all as in the table. */ columns: z.array(z.string()).min(1).optional() }), JobStarted), // the job's result: ExportResult
  'tables.facet': method(FacetRequest, Facet),
  'tables.histogram': method(HistogramRequest, TableHistogram),
  'tables.arrange': method(ArrangeRequest, Arranged),

  'quality.report': method(nothing, QualityReport.nullable()),
  'quality.run': method(nothing, JobStarted), // the job's result: QualityReport
  'quality.rows': method(RowsRequest, z.object({ total: z.number(), rows: z.array(FailingRow) })),
  'quality.rows.export': method(RowsExportRequest, JobStarted), // the job's result: ExportResult
  'quality.fix.preview': method(PreviewRequest, FixPreview),
  'quality.fix.apply': method(FixRequest, Decided),
  'quality.quarantine': method(QuarantineRequest, Decided),
  'quality.restore': method(RestoreRequest, Decided),
  'quality.quarantined': method(QuarantinedRequest, Quarantined),
  'quality.decisions': method(DecisionsRequest, Decisions),
  'quality.undo': method(UndoRequest, Decided),

  'quality.history': method(nothing, QualityHistory),
  'quality.drift': method(z.object({ schema: z.string().default('raw'), table: z.string(), against: DriftReference }), Drift),
  'quality.reconciliation': method(nothing, Reconciliation.nullable()),
  'quality.export': method(QualityExportRequest, JobStarted), // the job's result: ExportResult

  'duplicates.find': method(nothing, JobStarted), // the job's result: DuplicateSearch
  'duplicates.list': method(DuplicateRequest, DuplicateList),
  'duplicates.decide': method(DuplicateDecision, DuplicateDecided),
  'duplicates.acceptAbove': method(z.object({ score: z.number().min(0).max(1) }), DuplicateDecided), // one decision

  'lineage.all': method(nothing, LineageGraph),
  'lineage.of': method(LineageRequest, Lineage),
  'lineage.row': method(RowRequest, RowLineage),

  'rules.list': method(nothing, OwnRules),
  'rules.check': method(RuleDraft, CheckedDraft),
  'rules.save': method(RuleDraft, OwnRules),
  'rules.remove': method(z.object({ id: z.string() }), OwnRules),
  'rules.suggest': method(z.object({ table: z.string() }), z.array(SuggestedRule)),

  'pipeline.status': method(nothing, PipelineStatus),
  'pipeline.run': method(RunRequest, JobStarted), // the job's result: RunResult
  'runs.list': method(z.object(page), z.array(Run)),
  'pipeline.plan': method(RunRequest, Plan),
  'runs.get': method(z.object({ id: z.string() }), RunResult),
  'runs.report': method(z.object({ id: z.string() }), RunReport),
  // The JSON report of a run as a file to save.
  'runs.file': method(z.object({ id: z.string() }), FileRef),
  'runs.compare': method(z.object({ a: z.string(), b: z.string() }), RunComparison),
  // Makes the tables and models of an earlier run the visible ones, and its parameters those in force unless they are to stay.
  'runs.rollback': method(z.object({ id: z.string(), parameters: z.boolean().default(true) }), JobStarted), // the job's result: RunResult
  'cache.list': method(nothing, z.array(CacheEntry)),
  'cache.collect': method(GarbageRequest, Garbage),

  'params.list': method(nothing, z.array(ParameterInfo)),
  'params.set': method(z.object({ path: z.string(), value: Cell }), z.array(ParameterInfo)),
  'params.reset': method(z.object({ path: z.string() }), z.array(ParameterInfo)),
  // Changes of parameters since the workspace was opened, settings of rules and fixes too, are taken back and made again one by one.
  'params.history': method(nothing, ParameterHistory),
  'params.undo': method(nothing, ParameterChange),
  'params.redo': method(nothing, ParameterChange),
  'params.diff': method(z.object({ run: z.string() }), ParameterDifferences),

  'log.read': method(LogRequest, LogPage),
  'log.export': method(LogFilter, JobStarted), // the job's result: ExportResult
  // Alerts to webhooks and commands that a workspace names go out only where this computer's user has allowed these very ones.
  'alerts.targets': method(nothing, z.array(AlertTarget)),
  'alerts.allow': method(z.object({ channel: z.enum(['webhook', 'command']), target: z.string() }), z.array(AlertTarget)),
  'alerts.forbid': method(z.object({ channel: z.enum(['webhook', 'command']) }), z.array(AlertTarget)),
  'alerts.test': method(nothing, z.array(AlertDelivery)),

  'models.list': method(nothing, z.array(ModelInfo)),
  'models.curve': method(z.object({ model: ModelName }), TrainingCurve), // live while it trains
  'models.estimate': method(z.object({ models: z.array(ModelName).min(1) }), z.array(Estimate)),
  'models.train': method(z.object({ models: z.array(ModelName).min(1) }), JobStarted), // the job's result: TrainResult

  'evaluation.start': method(EvaluateRequest, JobStarted), // the job's result: Evaluation
  'evaluation.presets': method(nothing, z.array(Preset)),
  // `data`: the folder with the files that the preset names.
  'evaluation.preset': method(z.object({ preset: z.string(), data: FileRef, /** By the names that the preset gives them; all without any. */ models: z.array(z.string()).default([]), seed: z.number().int().optional() }), JobStarted), // the job's result: Evaluation
  'evaluation.list': method(nothing, z.array(EvaluationSummary)),
  // Those that did not end. Asked for again, an evaluation takes up what is finished; ‘resume’ does so by itself.
  'evaluation.unfinished': method(nothing, z.array(UnfinishedEvaluation)),
  'evaluation.resume': method(z.object({ id: z.string() }), JobStarted), // the job's result: Evaluation
  'evaluation.get': method(z.object({ id: z.string() }), Evaluation),
  'evaluation.remove': method(z.object({ id: z.string() }), nothing),
  'evaluation.segments': method(z.object({ id: z.string(), metric: z.string(), by: z.enum(segmentKinds) }), Segments),
  // Largest difference a − b first, or with `first: 'b'` last.
  'evaluation.users': method(z.object({ id: z.string(), a: z.string(), b: z.string(), metric: z.string(), first: z.enum(['a', 'b']).default('a'), ...page }), UserDifferences),
  'evaluation.lists': method(z.object({ id: z.string(), a: z.string(), b: z.string(), userId: z.number() }), ListDifference),
  // Every two models of an evaluation by one metric, or all with the one of a label.
  'evaluation.compare': method(z.object({ id: z.string(), metric: z.string(), against: z.string().optional() }), z.array(Comparison)),

  'tune.space': method(z.object({ model: ModelName }), z.array(SearchDimension)),
  'tune.start': method(TuneRequest, JobStarted), // the job's result: Tuning
  // Goes on where it was; with more trials or more seconds, where it had used what it was given.
  'tune.resume': method(z.object({ id: z.string(), trials: z.number().int().min(1).max(1000).optional(), seconds: z.number().positive().optional() }), JobStarted), // the job's result: Tuning
  'tune.list': method(nothing, z.array(Tuning)),
  'tune.get': method(z.object({ id: z.string() }), Tuning),
  'tune.remove': method(z.object({ id: z.string() }), nothing),
  // Sets the parameters that were found.
  'tune.apply': method(z.object({ id: z.string() }), z.array(ParameterInfo)),

  'recommend.list': method(RecommendRequest, RecommendList),
  'recommend.group': method(GroupRequest, GroupList),
  'recommend.whyNot': method(WhyNotRequest, WhyNot),
  // Works out the lists of all users; plain requests are answered from them while model and data stay what they were.
  'precompute.start': method(PrecomputeRequest, JobStarted), // the job's result: Precomputed
  'precompute.status': method(nothing, PrecomputeStatus),
  'recommend.similar': method(z.object({ movieId: z.number(), by: z.enum(['content', 'ratings']).default('content'), top: z.number().int().min(1).max(500).default(10) }), SimilarList),
  'users.search': method(z.object({ text: z.string(), ...page }), z.object({ total: z.number(), users: z.array(UserSummary) })),
  'users.history': method(z.object({ userId: z.number() }), z.array(HistoryFilm)),
  'movies.search': method(z.object({ text: z.string(), ...page }), z.array(Movie)),
  // Films for a question in plain words, by their words and, once the model `semantic` is trained, by their meaning.
  'films.search': method(z.object({ text: z.string().max(1000), top: z.number().int().min(1).max(500).default(10) }), FoundFilms),
  'movies.facets': method(nothing, z.object({ genres: z.array(z.string()), yearFrom: z.number().nullable(), yearTo: z.number().nullable(), scale: z.object({ min: z.number(), max: z.number(), step: z.number() }) })),
} as const;

export type Methods = typeof methods;
export type Method = keyof Methods;
/** What a caller sends: fields with defaults may be left out. */
export type Input<M extends Method> = z.input<Methods[M]['input']>;
/** What a handler gets: after the schema has filled the defaults in. */
export type Parsed<M extends Method> = z.output<Methods[M]['input']>;
export type Output<M extends Method> = z.output<Methods[M]['output']>;

/** A finished export: the host turns the reference into a download or a saved file. */
export const ExportResult = z.object({ rows: z.number(), file: FileRef });
export type ExportResult = z.infer<typeof ExportResult>;
export type { RunResult };
