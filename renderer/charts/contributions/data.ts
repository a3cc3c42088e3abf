import type { RecommendReason } from '../../../shared/contract/recommend.ts';
import { formatScore } from '../../components/format.ts';

export interface Contribution {
  readonly label: string;
  readonly rating: number | null;
  readonly value: number;
}

/** One chart: evidence on one scale. */
export interface ContributionGroup {
  readonly title: string;
  readonly reasons: readonly RecommendReason[];
}

/**
 * The reasons in groups that may share a chart. A blend adds its models up; what each model goes by is on that model's
 * own scale and stands alone, under its own sentence. The reasons of any other model sum to its score together.
 */
export function contributionGroups(reasons: readonly RecommendReason[]): ContributionGroup[] {
  const told = reasons.filter(({ evidence }) => evidence.length > 0);
  if (told[0]?.kind !== 'blend') return told.length === 0 ? [] : [{ title: 'What the score is made of', reasons: told }];
  return told.map((reason) => ({ title: reason.text, reasons: [reason] }));
}

/**
 * The parts of a score by size, the smallest joined into one bar so that the bars still sum to the score.
 * Evidence that several reasons name is added up.
 */
export function contributionsOf(reasons: readonly RecommendReason[], limit = 12): Contribution[] {
  const parts = new Map<string, { label: string; rating: number | null; value: number }>();
  for (const { label, movieId, rating, contribution } of reasons.flatMap(({ evidence }) => evidence)) {
    const key = movieId === undefined ? label : `film ${movieId}`;
    const part = parts.get(key);
    if (part) part.value += contribution;
    else parts.set(key, { label, rating: rating ?? null, value: contribution });
  }
  const sorted = [...parts.values()].sort((a, b) => Math.abs(b.value) - Math.abs(a.value));
  if (sorted.length <= limit) return sorted;
  const rest = sorted.slice(limit - 1);
  return [...sorted.slice(0, limit - 1), { label: `${rest.length} others`, rating: null, value: rest.reduce((sum, { value }) => sum + value, 0) }];
}

export function contributionsSummary(parts: readonly Contribution[]): string {
  const [first, second] = parts;
  if (first === undefined) return 'No single piece of evidence is known.';
  const rest = second === undefined ? '' : `, then ${second.label} with ${formatScore(second.value)}`;
  return `Most comes from ${first.label} with ${formatScore(first.value)}${rest}.`;
}

export const contributionRows = (parts: readonly Contribution[]): string[][] =>
  parts.map(({ label, rating, value }) => [label, rating === null ? '' : String(rating), formatScore(value)]);
