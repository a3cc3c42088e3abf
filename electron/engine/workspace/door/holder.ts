import { type Holder, type Job, ReelbenchError } from '../../../../shared/contract/index.ts';

/** What of a process's jobs is running, in words for others. */
export function doingNow(jobs: readonly Job[]): Holder['doing'] {
  return jobs.filter(({ status }) => status === 'running').map(({ title, phases, seconds }) => ({
    title,
    phases: phases.filter(({ state }) => state === 'running').map(({ name }) => name),
    seconds,
  }));
}

/** `reelbench run (process 1234), since 06:12` and what it is at. */
export function holderWords({ name, pid, since, doing }: Holder, now: Date): string {
  const at = new Date(since);
  const two = (n: number) => String(n).padStart(2, '0');
  const day = now.getTime() - at.getTime() < 12 * 3_600_000 ? '' : `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} `;
  const busy = doing.map(({ title, phases, seconds }) => `${title}${phases.length === 0 ? '' : `: ${phases.join(' and ')}`}, ${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s`);
  return `${name} (process ${pid}), since ${day}${two(at.getHours())}:${two(at.getMinutes())}${busy.length > 0 ? `; it is busy (${busy.join('; ')})` : ''}`;
}

/** Why something cannot be done: another process has the workspace open. `wanted` says what could not, when that helps. */
export function inUse(holder: Holder, now: Date, { readable, wanted, cause }: { readable: boolean; wanted?: string; cause?: unknown }): ReelbenchError {
  return new ReelbenchError('workspace-in-use', `${wanted === undefined ? '' : `${wanted} `}The workspace is in use by ${holderWords(holder, now)}.`, {
    hint: `Wait for its end or close it there.${readable ? ' Meanwhile it can be read at a terminal: status, recommend, export TABLE and the like are answered through it.' : ''}`,
    cause,
  });
}
