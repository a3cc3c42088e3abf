import type { Recommendation } from '../../../shared/contract/recommend.ts';
import { formatScore } from '../../components/format.ts';

export interface ScorePoint {
  readonly rank: number;
  readonly title: string;
  readonly score: number;
}

export const scorePoints = (items: readonly Pick<Recommendation, 'title' | 'score'>[]): ScorePoint[] => items.map(({ title, score }, index) => ({ rank: index + 1, title, score }));

export function scoresSummary(points: readonly ScorePoint[]): string {
  const first = points[0];
  const last = points.at(-1);
  if (first === undefined || last === undefined) return 'The list is empty.';
  return `From ${formatScore(first.score)} for ${first.title} down to ${formatScore(last.score)} for ${last.title}.`;
}

export const scoreRows = (points: readonly ScorePoint[]): string[][] => points.map(({ rank, title, score }) => [`${rank}. ${title}`, formatScore(score)]);
