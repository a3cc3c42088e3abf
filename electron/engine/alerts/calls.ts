import { randomUUID } from 'node:crypto';
import { type Job, ReelbenchError } from '../../../shared/contract/index.ts';
import { RunResult } from '../../../shared/contract/pipeline.ts';
import type { AlertKind } from '../../../shared/domain/log.ts';
import type { Calls, EngineContext } from '../workspace/context.ts';
import { toReelbenchError } from '../workspace/failures.ts';
import { Consents } from './consent.ts';
import { consentText, dispatch, type DispatchOptions, shownTarget, targets, workspaceName } from './dispatch.ts';
import { type News, stagesOf } from './message.ts';
import { runsLookedAt, usualSeconds } from './slow.ts';

const SLOW_LOOKED_AT_MS = 1000;

/** Tells of runs that fail, are blocked, take unusually long or succeed, as `alerts.on` says: to the desktop, a webhook, a command. */
export function alertCalls(engine: EngineContext, runs: Calls['runs.list'], options: DispatchOptions) {
  const consents = new Consents(engine.home);
  const ending = new AbortController();
  const pending = new Set<Promise<unknown>>();
  /** When each running run was last held against earlier ones; Infinity once it was called slow. */
  const looked = new Map<string, number>();

  const tell = (news: News): void => {
    const sending: Promise<unknown> = dispatch(engine, consents, news, ending.signal, options).catch((error: unknown) => engine.log.error(`An alert could not be sent. ${toReelbenchError(error).message}`, { alert: news.id }));
    pending.add(sending);
    void sending.finally(() => pending.delete(sending));
  };
  const wanted = (kind: AlertKind): boolean => engine.parameters().values.alerts.on.includes(kind);

  const ended = (job: Job): void => {
    looked.delete(job.id);
    const kind = job.status === 'cancelled' || job.status === 'running' ? undefined : job.status;
    if (kind && wanted(kind) && !isPlan(job)) tell(newsOf(engine, kind, job, null));
  };
  const running = async (job: Job): Promise<void> => {
    const { slow_factor: factor, slow_seconds: least } = engine.parameters().values.alerts;
    const now = engine.clock().getTime();
    if (!wanted('slow') || !runs || job.seconds < least || now - (looked.get(job.id) ?? 0) < SLOW_LOOKED_AT_MS) return;
    looked.set(job.id, now);
    const usual = usualSeconds(job, await runs(runsLookedAt, { signal: ending.signal }));
    // It may have ended, or been called slow, meanwhile.
    if (usual === undefined || job.seconds <= factor * usual || !looked.has(job.id) || looked.get(job.id) === Infinity) return;
    looked.set(job.id, Infinity);
    tell(newsOf(engine, 'slow', job, usual));
  };
  engine.listen((event) => {
    if (event.name !== 'job.changed' || !isRun(event.data)) return;
    if (event.data.status === 'running') running(event.data).catch((error: unknown) => engine.log.debug(`Whether the run is slow cannot be told. ${toReelbenchError(error).message}`));
    else ended(event.data);
  });

  const calls = {
    'alerts.targets': () => targets(engine, consents),
    'alerts.allow': async ({ channel, target }) => {
      const settings = engine.parameters().values.alerts;
      const text = consentText(channel, settings);
      if (text === null) throw new ReelbenchError('not-ready', `The workspace names no ${channel}.`, { hint: `Set alerts.${channel} first.` });
      // What is allowed is what the person was shown, not what the file says by now.
      const shown = engine.parameters().redact(shownTarget(channel, settings) ?? '');
      if (target !== shown) throw new ReelbenchError('not-ready', `The ${channel} has changed meanwhile; it is ${shown} now.`, { hint: 'Look at it again.' });
      await consents.allow(engine.workspace().directory, channel, text, engine.clock());
      return targets(engine, consents);
    },
    'alerts.forbid': async ({ channel }) => {
      await consents.forbid(engine.workspace().directory, channel);
      return targets(engine, consents);
    },
    'alerts.test': (_input, { signal }) => dispatch(engine, consents, testNews(engine), AbortSignal.any([signal, ending.signal]), options),
  } satisfies Calls;

  return {
    calls,
    /** A run that went down with the engine's process. */
    lost(job: Job): void {
      if (isRun(job) && job.error?.code === 'engine-lost' && wanted('failed')) tell(newsOf(engine, 'failed', job, null));
    },
    /** Waits for what is being sent; what takes longer than `patienceMs` is given up. */
    async close(patienceMs: number): Promise<void> {
      const late = setTimeout(() => ending.abort(), patienceMs);
      while (pending.size > 0) await Promise.allSettled(pending);
      clearTimeout(late);
      ending.abort();
    },
  };
}

function newsOf(engine: EngineContext, kind: AlertKind, job: Job, usual: number | null): News {
  const result = RunResult.safeParse(job.result).data;
  const failedStage = result?.run.stages.find(({ state }) => state === 'failed')?.name ?? job.phases.find(({ state }) => state === 'failed')?.name ?? null;
  const { error } = job;
  const detail = {
    failed: [error?.message, error?.hint].filter((part) => part !== undefined).join(' '),
    blocked: (result?.blockers ?? []).map(({ message }) => message).join(' ') || (error?.message ?? ''),
    slow: `It has been running for ${job.seconds.toFixed(0)} s; it usually takes ${(usual ?? 0).toFixed(0)} s.`,
    succeeded: `After ${job.seconds.toFixed(1)} s.`,
  };
  return {
    id: randomUUID(), kind, at: engine.clock().toISOString(), workspace: workspaceName(engine), title: job.title, job: job.id, run: result?.run.id ?? job.run ?? null,
    startedAt: job.startedAt, seconds: job.seconds, usualSeconds: usual,
    stages: result ? result.run.stages.map(({ name, state, seconds }) => ({ name, state, seconds })) : stagesOf(job),
    error: error === undefined || error.code === 'blocked' ? null : { code: error.code, stage: failedStage },
    blockers: (result?.blockers ?? []).map(({ rule, failed }) => ({ rule, failed })), detail: detail[kind],
  };
}

function testNews(engine: EngineContext): News {
  return {
    id: randomUUID(), kind: 'test', at: engine.clock().toISOString(), workspace: workspaceName(engine), title: 'Test alert', job: null, run: null, startedAt: null, seconds: null, usualSeconds: null,
    stages: [], error: null, blockers: [], detail: 'This is how an alert of this workspace looks.',
  };
}

/** A training by hand is a run, too. */
function isRun({ kind, run }: Job): boolean {
  return kind === 'run' || run !== undefined;
}

/** A run that was only planned changes nothing and is no news. */
function isPlan({ result }: Job): boolean {
  const run = RunResult.safeParse(result).data;
  return run !== undefined && run.run.status === 'succeeded' && run.report === null;
}
