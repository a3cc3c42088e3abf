import type { HistoryPoint, HistoryResult, HistoryRule } from '../contract/quality-history.ts';

/** How a rule's outcome changed from one check to another. */
export interface QualityChange {
  readonly rule: string;
  readonly kind: 'worse' | 'better' | 'new rule' | 'gone rule';
  /** In plain words: `ratings.rating.range: 12 → 40 failing rows`. */
  readonly words: string;
  /** By how much the failing share rose; below 0 when it fell. */
  readonly by: number;
}

const share = ({ checked, failed }: Pick<HistoryResult, 'checked' | 'failed'>) => (checked === 0 ? 0 : failed / checked);
const count = (value: number) => value.toLocaleString('en');
const percent = (value: number) => `${(value * 100).toLocaleString('en', { maximumSignificantDigits: 3 })} %`;
const nouns = { row: ['row', 'rows'], group: ['group', 'groups'], table: ['finding', 'findings'] } as const;

/**
 * What got worse or better from `before` to `after`, the largest changes first; rules whose failing share stayed the same
 * are left out, however the number of rows changed.
 */
export function qualityChanges(before: Pick<HistoryPoint, 'results'>, after: Pick<HistoryPoint, 'results'>, rules: readonly HistoryRule[]): QualityChange[] {
  const then = new Map(before.results.map((result) => [result.rule, result]));
  const now = new Map(after.results.map((result) => [result.rule, result]));
  const unitOf = new Map(rules.map(({ id, unit }) => [id, unit]));
  const failing = (rule: string, failed: number) => `${count(failed)} failing ${nouns[unitOf.get(rule) ?? 'row'][failed === 1 ? 0 : 1]}`;
  const changes: QualityChange[] = [];
  for (const [rule, result] of now) {
    const earlier = then.get(rule);
    if (earlier === undefined) {
      if (result.checked > 0) changes.push({ rule, kind: 'new rule', by: share(result), words: `${rule} is new: ${failing(rule, result.failed)} of ${count(result.checked)}` });
      continue;
    }
    const by = share(result) - share(earlier);
    if (Math.abs(by) < 1e-12) continue;
    const counts = unitOf.get(rule) === 'table'
      ? result.failed > 0 ? 'fails now' : 'passes now'
      : result.failed === earlier.failed
        ? `still ${failing(rule, result.failed)}, of ${count(result.checked)} instead of ${count(earlier.checked)}`
        : `${count(earlier.failed)} → ${failing(rule, result.failed)}${result.checked === earlier.checked ? '' : `, ${percent(share(earlier))} → ${percent(share(result))}`}`;
    changes.push({ rule, kind: by > 0 ? 'worse' : 'better', by, words: `${rule}: ${counts}` });
  }
  for (const [rule, { checked }] of then) if (!now.has(rule) && checked > 0) changes.push({ rule, kind: 'gone rule', by: 0, words: `${rule} is no longer checked` });
  const rank = { worse: 0, better: 1, 'new rule': 2, 'gone rule': 3 };
  return changes.sort((a, b) => rank[a.kind] - rank[b.kind] || Math.abs(b.by) - Math.abs(a.by) || (a.rule < b.rule ? -1 : 1));
}
