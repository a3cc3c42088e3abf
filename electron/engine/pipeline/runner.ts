import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { type Blocker, type Cell, type LogLine, type OwnRule, ReelbenchError, type Run, type RunRequest, type RunResult, type RunStage, type StageName } from '../../../shared/contract/index.ts';
import { type Build, dropBuild } from '../workspace/builds.ts';
import type { EngineContext } from '../workspace/context.ts';
import { redactError, toReelbenchError } from '../workspace/failures.ts';
import type { JobContext, JobOwner } from '../workspace/jobs.ts';
import { RuleFile, ruleInputs, RULES_FILE } from '../workspace/rule-file.ts';
import { type Session, throwIfCancelled } from '../workspace/session.ts';
import type { Stage } from '../workspace/stage.ts';
import { publish } from '../workspace/versions.ts';
import type { Workspace } from '../workspace/workspace.ts';
import { removeCheckpoint } from './checkpoints.ts';
import { keepCacheWithin } from './garbage.ts';
import type { Graph } from './graph.ts';
import { type InputValues, rawFiles } from './inputs.ts';
import { plan, readState, type Reuse, type State, stepOf, visibleBuild } from './plan.ts';
import { recordBegin, recordRun, reportPath, type RunRecord, shownParameters, unfinishedRun, writeReport } from './records.ts';
import { Schedule } from './schedule.ts';
import { StageRun } from './stage-run.ts';

/**
 * One run of the pipeline. Each stage builds new versions of its tables in a transaction of its own, which also enters
 * them into the cache; one last transaction makes them all visible and records the run. Until then nobody sees anything of
 * it. After a failure, a block, a cancel or a kill the visible tables are what they were, and what was built is found in
 * the cache by the next run.
 */
export class PipelineRun {
  readonly #engine: EngineContext;
  readonly #workspace: Workspace;
  readonly #graph: Graph;
  readonly #job: JobOwner;
  readonly #began: Date;
  readonly #id: string;
  #parameters: Record<string, Cell> = {};
  #request: RunRequest;
  #after: Run['after'] = null;
  #reuse: Reuse = {};
  #values: InputValues;
  /** The same as `#values` for what is compared and kept: no value of an environment variable is in it. */
  #keyed: InputValues;
  #rules: readonly OwnRule[] = [];
  readonly #stages = new Map<StageName, RunStage>();
  readonly #log: LogLine[] = [];
  /** The builds that this run stands for: made, brought back, or found current. */
  readonly #builds = new Map<StageName, Build>();
  readonly #degraded = new Map<StageName, string>();
  readonly #stop = new AbortController();
  #blockers: readonly Blocker[] = [];

  constructor(engine: EngineContext, graph: Graph, request: RunRequest, job: JobOwner) {
    this.#engine = engine;
    this.#workspace = engine.workspace();
    this.#graph = graph;
    this.#request = request;
    this.#values = { ...engine.parameters().values, rules: {} };
    this.#keyed = { ...engine.parameters().keyed, rules: {} };
    this.#job = job;
    this.#began = engine.clock();
    this.#id = newRunId(this.#began);
    job.isRun(this.#id);
  }

  /** Runs what must run. The result is set on the job also when this then throws, as it does after a failure. */
  async run(): Promise<RunResult> {
    const own = await RuleFile.read(this.#workspace.path(RULES_FILE));
    this.#rules = own.rules();
    const parameters = this.#engine.parameters();
    await parameters.refresh();
    this.#values = { ...parameters.values, rules: ruleInputs(own) };
    this.#keyed = { ...parameters.keyed, rules: ruleInputs(own) };
    this.#parameters = shownParameters(this.#engine);
    await this.#workspace.read((session) => this.#takeRequest(session), this.#job.signal);
    const selected = this.#graph.select(this.#request, this.#values);
    const state = await this.#workspace.read((session) => readState(session, this.#workspace), this.#job.signal);
    if (state.files.size === 0) throw new ReelbenchError('not-ready', 'Nothing has been imported yet.', { hint: 'Import files first.' });
    if (this.#request.dry) return this.#dry(selected, state);
    const report = reportPath(this.#id);
    try {
      await this.#workspace.write((session) => recordBegin(session, this.#record(state, 'failed', null, report)), this.#job.signal);
      await this.#schedule(selected, state);
      throwIfCancelled(this.#job.signal);
      const record = this.#record(state, 'succeeded', null, report);
      const dropped = await this.#workspace.write((session) => this.#finish(session, state, record), this.#job.signal);
      for (const file of dropped) await rm(this.#workspace.path(file), { force: true });
      await this.#settle();
      await this.#report(record);
      const moved = record.run.stages.some(({ state: outcome, restored }) => outcome === 'ran' || restored);
      for (const what of moved ? (['tables', 'quality', 'runs', 'models'] as const) : (['runs'] as const)) this.#engine.emit({ name: 'workspace.changed', data: { what } });
      if (moved) await keepCacheWithin(this.#workspace, this.#values.pipeline.cache_mb);
      return { run: record.run, report, blockers: [] };
    } catch (thrown) {
      const error = this.#job.signal.aborted ? new ReelbenchError('cancelled', 'Cancelled; nothing was changed.') : this.#errorOf(thrown);
      await this.#failed(state, error, report);
      throw error;
    }
  }

  /** With `resume`, the request is that of the run that is continued, and what that run made counts also where all is forced. */
  async #takeRequest(session: Session): Promise<void> {
    const { resume, jobs } = this.#request;
    if (!resume) {
      if (this.#request.force) this.#reuse = { onlyFrom: new Set() };
      return;
    }
    const unfinished = await unfinishedRun(session);
    if (!unfinished) throw new ReelbenchError('not-ready', 'There is no run to continue.', { hint: 'Only the last run can be continued, when it failed, was blocked or was cancelled.' });
    this.#request = { ...unfinished.request, resume: true, dry: this.#request.dry, ...(jobs === undefined ? {} : { jobs }) };
    this.#after = { run: unfinished.run.id, how: 'resume' };
    if (this.#request.force) this.#reuse = { onlyFrom: new Set(unfinished.chain) };
  }

  /** What `run` would do. Stages that would run are given as `ran`, and nothing is recorded. */
  #dry(selected: ReadonlySet<StageName>, state: State): RunResult {
    const { stages } = plan(this.#graph, this.#keyed, state, selected, this.#reuse);
    const run: Run = {
      id: this.#id, status: 'succeeded', startedAt: this.#began.toISOString(), seconds: 0, error: null, after: this.#after,
      stages: stages.map(({ name, action, reasons }) => outcomeOf(name, action === 'left out' ? 'skipped' : action === 'run' ? 'ran' : 'cached', { reasons, restored: action === 'restore' })),
    };
    return { run, report: null, blockers: [] };
  }

  async #schedule(selected: ReadonlySet<StageName>, state: State): Promise<void> {
    const signal = AbortSignal.any([this.#job.signal, this.#stop.signal]);
    const stageRun = new StageRun({
      engine: this.#engine, workspace: this.#workspace, graph: this.#graph, state, runId: this.#id, values: this.#values, rules: this.#rules,
      retries: this.#values.pipeline.retries, retrySeconds: this.#values.pipeline.retry_seconds, ignoreCheckpoints: this.#request.force && !this.#request.resume,
      builds: this.#builds, say: this.#say, signal,
    });
    const schedule = new Schedule(this.#graph, this.#request.jobs ?? this.#values.pipeline.jobs, (stage) => stageRun.memory(stage));
    try {
      await schedule.run(async (stage) => {
        try {
          await this.#stage(stageRun, stage, selected.has(stage.name), state, signal);
        } catch (error) {
          this.#stop.abort();
          throw error;
        }
      });
    } finally {
      stageRun.end();
    }
  }

  async #stage(stageRun: StageRun, stage: Stage, selected: boolean, state: State, signal: AbortSignal): Promise<void> {
    throwIfCancelled(signal);
    const began = this.#engine.clock().getTime();
    const job = { ...this.#job.side(), signal };
    const done = (outcome: RunStage['state'], rest: Partial<RunStage>) => {
      this.#stages.set(stage.name, outcomeOf(stage.name, outcome, { began: (began - this.#began.getTime()) / 1000, seconds: (this.#engine.clock().getTime() - began) / 1000, ...rest }));
    };
    const standing = visibleBuild(state, stage.name);
    const stood = { rowsIn: standing?.rowsIn ?? 0, rowsOut: standing?.rowsOut ?? 0, builtBy: standing?.runId ?? null };
    job.phase(stage.name);
    const step = stepOf(stage, this.#keyed, state, (table) => stageRun.print(table), this.#reuse);
    const { reasons } = step;
    if (!selected) {
      if (step.action !== 'nothing' && standing) this.#say('warn', `${stage.name} is left out of this run though it is not current.`, { stage: stage.name });
      job.phaseState('skipped');
      return done('skipped', { reasons, ...stood });
    }
    if (step.build) {
      this.#builds.set(stage.name, step.build);
      const { rowsIn, rowsOut, runId, figures } = step.build;
      if (step.action === 'restore') this.#say('info', `${stage.title}: from the cache, as run ${runId} made it.`, { stage: stage.name });
      job.progress(rowsOut, rowsOut);
      job.phaseState('cached');
      return done('cached', { reasons, rowsIn, rowsOut, builtBy: runId, restored: step.action === 'restore', figures: { ...figures } });
    }
    this.#say('info', `${stage.title}: ${reasons.length === 0 ? 'forced' : reasons.slice(0, 5).map(({ what, change }) => `${what} ${change}`).join(', ')}.`, { stage: stage.name });
    try {
      const { build, blockers, attempts, peakMemoryMB } = await stageRun.run(stage, step.inputs, job);
      if (build === undefined) {
        this.#blockers = blockers;
        throw new ReelbenchError('blocked', `Blocked by ${blockers.map(({ rule, failed }) => `${rule} (${failed})`).join(', ')}.`, {
          hint: 'See the failing rows in the quality report; turn the fixes on, correct the files, or raise the threshold.' });
      }
      this.#builds.set(stage.name, build);
      await removeCheckpoint(this.#workspace, stage.name, build.key);
      job.progress(build.rowsOut, build.rowsOut, undefined, 'rows');
      job.phaseState('done');
      done('ran', { reasons, rowsIn: build.rowsIn, rowsOut: build.rowsOut, builtBy: this.#id, attempts, peakMemoryMB, figures: { ...build.figures } });
    } catch (thrown) {
      const error = this.#errorOf(thrown);
      job.phaseState('failed');
      // A stage that was stopped because another one failed did nothing wrong itself.
      const stopped = signal.aborted && !this.#job.signal.aborted;
      done(stopped ? 'skipped' : 'failed', { reasons, ...stood, error: stopped ? null : error.toData() });
      if ((stage.critical ?? true) || signal.aborted || error.code === 'blocked') throw error;
      this.#degraded.set(stage.name, error.message);
      this.#say('warn', `${stage.name} failed and the run goes on without it: ${error.message} ${stage.writes.join(', ')} stay as they were.`, { stage: stage.name });
    }
  }

  /** Moves the views and records the run; answers files of builds that went. */
  async #finish(session: Session, state: State, record: RunRecord): Promise<string[]> {
    if (JSON.stringify([...(await rawFiles(session))]) !== JSON.stringify([...state.files])) {
      throw new ReelbenchError('not-ready', 'Files were imported while the pipeline ran.', { hint: 'Run it again.' });
    }
    const dropped: string[] = [];
    const versions = new Map<string, string | undefined>();
    for (const stage of this.#graph.stages) {
      const build = this.#builds.get(stage.name);
      if (!build || build === visibleBuild(state, stage.name)) continue;
      for (const table of stage.writes) versions.set(table, Object.hasOwn(build.outputs, table) ? build.runId : undefined);
      await session.run('INSERT OR REPLACE INTO store.stages VALUES (?, ?)', [stage.name, build.runId]);
    }
    if (versions.size > 0) await publish(session, versions);
    for (const [stage, build] of this.#builds) {
      if (state.marks.has(stage)) await session.run('DELETE FROM store.marks WHERE stage = ?', [stage]);
      if (build.runId !== this.#id) continue;
      for (const older of state.builds.filter((other) => other.stage === stage && other.key === build.key)) {
        await dropBuild(session, older);
        dropped.push(...older.files);
      }
    }
    for (const [stage, message] of this.#degraded) await session.run('INSERT OR REPLACE INTO store.marks VALUES (?, ?, ?)', [stage, this.#id, message]);
    await recordVisible(session, this.#id, this.#graph, (stage) => this.#builds.get(stage) ?? visibleBuild(state, stage), this.#engine.clock());
    await recordRun(session, record);
    return dropped;
  }

  async #settle(): Promise<void> {
    for (const stage of this.#graph.stages) {
      if (stage.settle && this.#builds.has(stage.name)) await stage.settle(this.#workspace).catch((error: unknown) => this.#say('warn', `${stage.name}: ${toReelbenchError(error).message}`, { stage: stage.name }));
    }
  }

  async #failed(state: State, error: ReelbenchError, report: string): Promise<void> {
    const ended = error.code === 'cancelled' ? 'cancelled' : error.code === 'blocked' ? 'blocked' : 'failed';
    this.#say('error', error.message);
    const record = this.#record(state, ended, error, report);
    this.#job.answer({ run: record.run, report, blockers: [...this.#blockers] } satisfies RunResult);
    try {
      await this.#workspace.write((session) => recordRun(session, record));
    } catch (recording) {
      // What stopped the run (a full disk, say) may stop its record too, and must stay the error that is shown.
      this.#say('error', `The run could not be recorded: ${toReelbenchError(recording).message}`);
    }
    await this.#report(record);
    this.#engine.emit({ name: 'workspace.changed', data: { what: 'runs' } });
  }

  async #report(record: RunRecord): Promise<void> {
    try {
      await writeReport(this.#workspace, record, this.#log);
    } catch (error) {
      this.#say('warn', `The report could not be written: ${toReelbenchError(error).message}`);
    }
  }

  #record(state: State, ended: Run['status'], error: ReelbenchError | null, report: string): RunRecord {
    const stages = this.#graph.stages.map(({ name }) => this.#stages.get(name) ?? outcomeOf(name, 'skipped', { builtBy: visibleBuild(state, name)?.runId ?? null }));
    return {
      run: {
        id: this.#id, status: ended, startedAt: this.#began.toISOString(), seconds: (this.#engine.clock().getTime() - this.#began.getTime()) / 1000, stages,
        error: error?.toData() ?? null, after: this.#after,
      },
      request: this.#request, version: this.#engine.version, parameters: this.#parameters, files: state.files, blockers: this.#blockers, report,
    };
  }

  /** What was thrown as the error that is recorded and shown. */
  #errorOf(thrown: unknown): ReelbenchError {
    return redactError(toReelbenchError(thrown), (text) => this.#engine.parameters().redact(text));
  }

  #say: JobContext['log'] = (level, text, fields) => {
    const message = this.#engine.parameters().redact(text);
    this.#log.push({ at: this.#engine.clock().toISOString(), level, message });
    this.#job.log(level, message, fields);
  };
}

/** Names a run by when it began, so that names sort by time. */
export function newRunId(began: Date): string {
  return `${began.toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}_${randomUUID().slice(0, 6)}`;
}

/** Takes note of what is visible after a run, and that these builds were used. */
export async function recordVisible(session: Session, runId: string, graph: Graph, visible: (stage: StageName) => Build | undefined, now: Date): Promise<void> {
  const builds = graph.stages.flatMap(({ name }) => visible(name) ?? []);
  await session.insert('store.run_builds', builds.map((build) => [
    runId, build.stage, build.runId, JSON.stringify(build.outputs), BigInt(build.rowsIn), BigInt(build.rowsOut), build.seconds, JSON.stringify(build.figures)]));
  if (builds.length === 0) return;
  await session.run(`UPDATE store.builds SET used_at = CAST(? AS TIMESTAMP) WHERE ${builds.map(() => '(stage = ? AND run_id = ?)').join(' OR ')}`, [
    now.toISOString().replace('Z', ''), ...builds.flatMap(({ stage, runId: made }) => [stage, made])]);
}

export function outcomeOf(name: StageName, state: RunStage['state'], rest: Partial<RunStage> = {}): RunStage {
  return { name, state, reasons: [], began: 0, seconds: 0, rowsIn: 0, rowsOut: 0, builtBy: null, restored: false, attempts: 1, peakMemoryMB: 0, figures: {}, error: null, ...rest };
}
