import type { HistoryPoint } from '../../../../shared/contract/quality-history.ts';
import { formatDateTime } from '../../../components/format.ts';

const ends: Readonly<Record<string, string>> = { succeeded: 'run', blocked: 'blocked run', failed: 'failed run', cancelled: 'cancelled run', running: 'run' };

/** What the check was part of. */
export const pointKind = ({ source, runStatus }: Pick<HistoryPoint, 'source' | 'runStatus'>): string => (source === 'check' ? 'check' : (ends[runStatus ?? 'running'] ?? 'run'));

export const pointName = (point: Pick<HistoryPoint, 'at' | 'source' | 'runStatus'>): string => `${formatDateTime(point.at)} · ${pointKind(point)}`;

/** Rules that a check found something with, worth a warning or more. */
export const findings = ({ results }: Pick<HistoryPoint, 'results'>): number => results.filter(({ status }) => status === 'fail' || status === 'warn').length;

/** Share of what the rule looked at that failed, at each check; null where it looked at nothing. */
export const failingShares = (points: readonly HistoryPoint[], rule: string): (number | null)[] =>
  points.map(({ results }) => {
    const result = results.find((each) => each.rule === rule);
    return result === undefined || result.checked === 0 ? null : result.failed / result.checked;
  });
