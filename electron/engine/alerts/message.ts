import type { Job, Run } from '../../../shared/contract/index.ts';
import type { ErrorCode } from '../../../shared/domain/error.ts';
import type { AlertKind } from '../../../shared/domain/log.ts';

/** What is told: all channels are made from it. */
export interface News {
  readonly id: string;
  readonly kind: AlertKind | 'test';
  readonly at: string;
  /** Name of the workspace's folder. */
  readonly workspace: string;
  readonly title: string;
  readonly job: string | null;
  readonly run: string | null;
  readonly startedAt: string | null;
  readonly seconds: number | null;
  readonly stages: readonly { readonly name: string; readonly state: string; readonly seconds: number }[];
  readonly error: { readonly code: ErrorCode; readonly stage: string | null } | null;
  /** Rules that blocked the run. */
  readonly blockers: readonly { readonly rule: string; readonly failed: number }[];
  /** Of a slow run: what it is held against, in seconds. */
  readonly usualSeconds: number | null;
  /** For people at this computer: it may quote the data, so it never leaves it. */
  readonly detail: string;
}

/**
 * The JSON that a webhook is sent and a command reads, version 1. Names, states, counts and times only: what a row holds, and
 * what an error message quotes, stays on this computer.
 */
export function body(news: News, program: string): string {
  const { id, kind, at, workspace, title, run, startedAt, seconds, stages, error, blockers, usualSeconds } = news;
  return JSON.stringify({ version: 1, id, event: kind, at, program, workspace, title, text: sentence(news), run: run === null ? null : { id: run, status: statusOf(kind), startedAt, seconds, stages }, error, blockers, usualSeconds });
}

/** One sentence that says what happened, without anything out of the data. */
export function sentence({ kind, title, workspace, seconds, usualSeconds, error, blockers }: News): string {
  const after = seconds === null ? '' : ` after ${seconds.toFixed(1)} s`;
  const words: Record<News['kind'], string> = {
    failed: `${title} in ${workspace} failed${after}${error?.stage ? ` in ${error.stage}` : ''} (${error?.code ?? 'internal'}).`,
    blocked: `${title} in ${workspace} was blocked${after} by ${blockers.map(({ rule }) => rule).join(', ') || 'a quality rule'}.`,
    slow: `${title} in ${workspace} has been running for ${(seconds ?? 0).toFixed(0)} s; it usually takes ${(usualSeconds ?? 0).toFixed(0)} s.`,
    succeeded: `${title} in ${workspace} succeeded${after}.`,
    test: `A test from the workspace ${workspace}.`,
  };
  return words[kind];
}

/** The state of a run as its environment variable and its JSON name it. */
export function statusOf(kind: News['kind']): string {
  return kind === 'slow' ? 'running' : kind;
}

/** The stages that a job has been through, out of its phases. */
export function stagesOf({ phases }: Job): News['stages'] {
  return phases.map(({ name, state, seconds }) => ({ name, state, seconds }));
}

/** Stages that a run really ran. */
export function ranIn(stages: Run['stages']): string[] {
  return stages.filter(({ state }) => state === 'ran').map(({ name }) => name);
}
