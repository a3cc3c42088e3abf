import type { Run } from '../../../../shared/contract/pipeline.ts';
import type { Tone } from '../../../components/Status.tsx';

export const runWords: Record<Run['status'], readonly [Tone, string]> = {
  succeeded: ['good', 'Succeeded'], failed: ['bad', 'Failed'], cancelled: ['skipped', 'Cancelled'], blocked: ['warn', 'Blocked'],
};

/** What a run did, in one line: `ran features, train-ease; 12 kept`. */
export function outcomeText({ stages }: Pick<Run, 'stages'>, most = 4): string {
  const named = (state: Run['stages'][number]['state']) => stages.filter((stage) => stage.state === state).map(({ name }) => name);
  const [ran, failed, kept, leftOut] = [named('ran'), named('failed'), named('cached'), named('skipped')];
  const list = (names: readonly string[]) => (names.length <= most ? names.join(', ') : `${names.slice(0, most - 1).join(', ')} and ${names.length - most + 1} more`);
  const parts = [
    ...(ran.length === stages.length && ran.length > 0 ? ['ran all stages'] : ran.length > 0 ? [`ran ${list(ran)}`] : []),
    ...(failed.length > 0 ? [`failed at ${list(failed)}`] : []),
    ...(kept.length > 0 ? [`${kept.length} kept`] : []),
    ...(leftOut.length > 0 ? [`${leftOut.length} left out`] : []),
  ];
  return parts.join('; ');
}

/** How a run came about, when not by itself. */
export const afterText = ({ after }: Pick<Run, 'after'>): string => (after === null ? '' : after.how === 'resume' ? `continues ${after.run}` : `goes back to ${after.run}`);

export interface RunFilter {
  readonly status: Run['status'] | 'all';
  readonly text: string;
}

/** Whether a run is of the status wanted and bears the text in its id, or in a stage that it ran or failed at. */
export function matches(run: Run, { status, text }: RunFilter): boolean {
  const sought = text.trim().toLowerCase();
  return (status === 'all' || run.status === status) && (sought === '' || run.id.toLowerCase().includes(sought) || run.stages.some(({ name, state }) => (state === 'ran' || state === 'failed') && name.includes(sought)));
}
