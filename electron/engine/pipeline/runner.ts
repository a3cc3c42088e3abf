import { randomUUID } from 'node:crypto';
import { type Blocker, type LogLine, type OwnRule, ReelbenchError, type Reason, type Run, type RunRequest, type RunResult, type StageName } from '../../../shared/contract/index.ts';
import { tableExists } from '../workspace/catalog.ts';
import type { EngineContext } from '../workspace/context.ts';
import { toReelbenchError } from '../workspace/failures.ts';
import type { JobOwner } from '../workspace/jobs.ts';
import { RuleFile, ruleInputs, RULES_FILE } from '../workspace/rule-file.ts';
import { type Session, throwIfCancelled } from '../workspace/session.ts';
import { identifier, qualified } from '../workspace/sql.ts';
import type { Stage, StageContext } from '../workspace/stage.ts';
import { discard, publish, versionName, versionSql, withdraw } from '../workspace/versions.ts';
import type { Workspace } from '../workspace/workspace.ts';
import { type Graph, isRaw } from './graph.ts';
import { fingerprintOf, type Inputs, inputsOf, type InputValues, rawFiles } from './inputs.ts';
import { type Built, fingerprintIn, readState, reasonsToRun, type State, status } from './plan.ts';
import { recordRun, reportPath, type RunRecord, writeReport } from './records.ts';

/**
 * One run of the pipeline. Each stage builds new versions of its tables in a transaction of its own; one last
 * transaction makes them all visible and records the run. Until then nobody sees anything of it, and after a failure,
 * a block or a cancel nothing of it stays but its record.
 */
export class PipelineRun {
  readonly #engine: EngineContext;
  readonly #workspace: Workspace;
  readonly #graph: Graph;
  readonly #request: RunRequest;
  #values: InputValues;
  #rules: readonly OwnRule[] = [];
  readonly #job: JobOwner;
  readonly #began: Date;
  readonly #id: string;
  readonly #stages: Run['stages'] = [];
  readonly #log: LogLine[] = [];
  /** Fingerprints of the tables that this run built; undefined for one that its stage did not make this time. */
  readonly #outputs = new Map<string, string | undefined>();
  readonly #built = new Map<StageName, Built>();
  #blockers: readonly Blocker[] = [];

  constructor(engine: EngineContext, graph: Graph, request: RunRequest, job: JobOwner) {
    this.#engine = engine;
    this.#workspace = engine.workspace();
    this.#graph = graph;
    this.#request = request;
    this.#values = { ...engine.parameters().values, rules: {} };
    this.#job = job;
    this.#began = engine.clock();
    this.#id = `${this.#began.toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}_${randomUUID().slice(0, 6)}`;
  }

  /** Runs what must run. The result is set on the job also when this then throws, as it does after a failure. */
  async run(): Promise<RunResult> {
    const selected = this.#graph.select(this.#request);
    const own = await RuleFile.read(this.#workspace.path(RULES_FILE));
    this.#rules = own.rules();
    this.#values = { ...this.#values, rules: ruleInputs(own) };
    const state = await this.#workspace.read(readState, this.#job.signal);
    if (state.files.size === 0) throw new ReelbenchError('not-ready', 'Nothing has been imported yet.', { hint: 'Import files first.' });
    if (this.#request.dry) return this.#dry(selected, state);
    const report = reportPath(this.#id);
    try {
      for (const stage of this.#graph.stages) await this.#stage(stage, selected.has(stage.name), state);
      throwIfCancelled(this.#job.signal);
      const record = this.#record(state, 'succeeded', undefined, report);
      await this.#workspace.write((session) => this.#finish(session, state, record), this.#job.signal);
      await this.#report(record);
      for (const what of ['tables', 'quality', 'runs', 'models'] as const) this.#engine.emit({ name: 'workspace.changed', data: { what } });
      return { run: record.run, report, blockers: [] };
    } catch (thrown) {
      const error = this.#job.signal.aborted ? new ReelbenchError('cancelled', 'Cancelled; nothing was changed.') : toReelbenchError(thrown);
      await this.#failed(state, error, report);
      throw error;
    }
  }

  /** What `run` would do. Stages that would run are given as `ran`, and nothing is recorded. */
  #dry(selected: ReadonlySet<StageName>, state: State): RunResult {
    const stages = status(this.#graph, this.#values, state).map(({ name, state: stageState, reasons }): Run['stages'][number] => ({
      name, reasons, seconds: 0, rowsIn: 0, rowsOut: 0,
      state: !selected.has(name) ? 'skipped' : stageState === 'current' && !this.#request.force ? 'cached' : 'ran',
    }));
    return { run: { id: this.#id, status: 'succeeded', startedAt: this.#began.toISOString(), seconds: 0, stages }, report: null, blockers: [] };
  }

  async #stage(stage: Stage, selected: boolean, state: State): Promise<void> {
    throwIfCancelled(this.#job.signal);
    const began = this.#engine.clock().getTime();
    const before = state.built.get(stage.name);
    const done = (stageState: Run['stages'][number]['state'], reasons: Reason[], rowsIn: number, rowsOut: number) => {
      this.#stages.push({ name: stage.name, state: stageState, reasons, seconds: (this.#engine.clock().getTime() - began) / 1000, rowsIn, rowsOut });
    };
    this.#job.phase(stage.name);
    const inputs = inputsOf(stage, this.#values, state.files, (table) => (this.#outputs.has(table) ? this.#outputs.get(table) : fingerprintIn(this.#graph, state, table)));
    const reasons = reasonsToRun(stage, state, inputs);
    if (!selected || (before && reasons.length === 0 && !this.#request.force)) {
      if (!selected && reasons.length > 0) this.#say('warn', `${stage.name} is left out of this run though it is not current.`);
      this.#job.phaseState(selected ? 'cached' : 'skipped');
      return done(selected ? 'cached' : 'skipped', selected ? [] : reasons, before?.rowsIn ?? 0, before?.rowsOut ?? 0);
    }
    this.#say('info', `${stage.title}: ${reasons.length === 0 ? 'forced' : reasons.slice(0, 5).map(({ what, change }) => `${what} ${change}`).join(', ')}.`);
    try {
      const missing = stage.reads.map((table) => this.#graph.producer(table)).find((producer) => producer && !state.built.has(producer.name) && !this.#built.has(producer.name));
      if (missing) throw new ReelbenchError('not-ready', `${stage.name} needs what ${missing.name} makes, which has never run.`, { hint: `Run ${missing.name} first.` });
      const { rowsIn, rowsOut, blockers = [] } = await this.#workspace.write((session) => this.#execute(session, stage, state, inputs), this.#job.signal);
      this.#job.progress(rowsOut, rowsOut, undefined, 'rows');
      if (blockers.length > 0) {
        this.#blockers = blockers;
        throw new ReelbenchError('blocked', `Blocked by ${blockers.map(({ rule, failed }) => `${rule} (${failed})`).join(', ')}.`, {
          hint: 'See the failing rows in the quality report; turn the fixes on, correct the files, or raise the threshold.' });
      }
      done('ran', reasons, rowsIn, rowsOut);
    } catch (error) {
      done('failed', reasons, 0, 0);
      throw error;
    }
  }

  async #execute(session: Session, stage: Stage, state: State, inputs: Inputs) {
    const outcome = await stage.run(this.#context(session, stage, state));
    const outputs: Record<string, string> = {};
    for (const table of stage.writes) {
      const made = await tableExists(session, 'store', versionName(table, this.#id));
      const fingerprint = made ? await fingerprintOf(session, versionSql(table, this.#id)) : undefined;
      this.#outputs.set(table, fingerprint);
      if (fingerprint !== undefined) outputs[table] = fingerprint;
    }
    this.#built.set(stage.name, { runId: this.#id, inputs, outputs, rowsIn: outcome.rowsIn, rowsOut: outcome.rowsOut });
    return outcome;
  }

  #context(session: Session, stage: Stage, state: State): StageContext {
    const job = this.#job;
    return {
      session,
      workspace: this.#workspace,
      parameters: this.#values,
      ownRules: this.#rules,
      clock: this.#engine.clock,
      runId: this.#id,
      kernels: () => this.#engine.kernels(),
      read: (table) => {
        if (isRaw(table)) return table.split('.').map(identifier).join('.');
        if (this.#outputs.has(table)) return versionSql(table, this.#id);
        const live = state.live.get(table);
        if (live) return qualified('store', live.physical);
        throw new ReelbenchError('not-ready', `${stage.name} needs the table ${table}, which is not built.`, { hint: `Run ${this.#graph.producer(table)?.name ?? 'the pipeline'} first.` });
      },
      has: async (table) => {
        if (isRaw(table)) return tableExists(session, 'raw', table.slice('raw.'.length));
        return this.#outputs.has(table) ? this.#outputs.get(table) !== undefined : state.live.has(table);
      },
      write: (table) => {
        if (!stage.writes.includes(table)) throw new ReelbenchError('internal', `${stage.name} does not declare that it writes ${table}.`);
        return versionSql(table, this.#id);
      },
      signal: job.signal,
      // A stage is one phase of the run's job; steps inside it are its detail.
      phase: (name, { total, unit = 'rows' } = {}) => job.progress(0, total, name, unit),
      phaseState: () => undefined,
      progress: (done, total, detail, unit) => job.progress(done, total, detail, unit),
      log: (level, message) => this.#say(level, message),
    };
  }

  async #finish(session: Session, state: State, record: RunRecord): Promise<void> {
    if (JSON.stringify([...(await rawFiles(session))]) !== JSON.stringify([...state.files])) {
      throw new ReelbenchError('not-ready', 'Files were imported while the pipeline ran.', { hint: 'Run it again.' });
    }
    const tables = [...this.#outputs];
    await publish(session, this.#id, tables.flatMap(([table, fingerprint]) => (fingerprint === undefined ? [] : [table])));
    await withdraw(session, tables.flatMap(([table, fingerprint]) => (fingerprint === undefined ? [table] : [])));
    for (const [stage, { inputs, outputs, rowsIn, rowsOut }] of this.#built) {
      await session.run('INSERT OR REPLACE INTO store.stages VALUES (?, ?, ?, ?, ?, ?, CAST(? AS TIMESTAMP))', [
        stage, this.#id, JSON.stringify(inputs), JSON.stringify(outputs), BigInt(rowsIn), BigInt(rowsOut), this.#engine.clock().toISOString().replace('Z', ''),
      ]);
    }
    await recordRun(session, record);
  }

  async #failed(state: State, error: ReelbenchError, report: string): Promise<void> {
    const ended = error.code === 'cancelled' ? 'cancelled' : error.code === 'blocked' ? 'blocked' : 'failed';
    this.#say('error', error.message);
    const record = this.#record(state, ended, error, report);
    this.#job.answer({ run: record.run, report, blockers: [...this.#blockers] } satisfies RunResult);
    try {
      await this.#workspace.write(async (session) => {
        await discard(session, this.#id, this.#graph.stages.flatMap(({ writes }) => writes));
        await recordRun(session, record);
      });
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

  #record(state: State, ended: Run['status'], error: ReelbenchError | undefined, report: string): RunRecord {
    const reached = new Set(this.#stages.map(({ name }) => name));
    const rest = this.#graph.stages.filter(({ name }) => !reached.has(name)).map(({ name }) => ({ name, state: 'skipped' as const, reasons: [], seconds: 0, rowsIn: 0, rowsOut: 0 }));
    return {
      run: { id: this.#id, status: ended, startedAt: this.#began.toISOString(), seconds: (this.#engine.clock().getTime() - this.#began.getTime()) / 1000, stages: [...this.#stages, ...rest] },
      version: this.#engine.version, parameters: this.#values, files: state.files, blockers: this.#blockers, error: error?.toData(), report,
    };
  }

  #say(level: LogLine['level'], message: string): void {
    this.#log.push({ at: this.#engine.clock().toISOString(), level, message });
    this.#job.log(level, message);
  }
}
