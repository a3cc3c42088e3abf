import type { GroupList, GroupScale, GroupStrategy, Parsed, RecommendReason } from '../../../shared/contract/index.ts';
import type { Kernels } from '../kernels/index.ts';
import type { Library } from './library.ts';
import { allowedBy, bestFilms } from './ranking.ts';
import { filmAt, type Person, type Scored } from './scoring.ts';

/** A member of a group, and what the model says to the member's own history. */
export interface GroupMember extends Omit<Scored, 'scores'> {
  readonly scores: Float32Array;
  readonly person: Person;
  readonly name: string;
}

/**
 * One list for several (Masthoff 2015): members' scores are made comparable, brought together by the strategy, and the
 * best films of that are the list.
 *
 * Scores are made comparable because a model's own are not: those of EASE and kNN are sums over the history, so that an
 * average of them would be the list of whoever rated most.
 */
export function groupList(request: Parsed<'recommend.group'>, members: readonly GroupMember[], library: Library, kernels: Kernels): Omit<GroupList, 'milliseconds'> {
  const seenBy = members.map(({ person }) => new Map(person.items.map(({ movieId, rating }) => [movieId, rating])));
  const { candidates, seen } = candidatesOf(request, members, seenBy, library);
  const views = members.map(({ scores }) => viewOf(scores, candidates, request.scale));
  const [together, misery] = broughtTogether(views, candidates, request, library.movieIds.length);
  const best = bestFilms(together, request, library, kernels);
  const satisfaction = members.map((_, at) => satisfactionOf(views[at], best, candidates, request.scale, kernels, library.movieIds.length));
  const shares = satisfaction.map(({ share }) => Math.max(0, share));
  return {
    model: request.model, strategy: request.strategy, scale: request.scale,
    members: members.map(({ person, name, coldStart, basis }, at) => ({
      userId: person.id, name, ratings: person.items.length, coldStart, basis, satisfaction: satisfaction[at]?.share ?? 0, own: satisfaction[at]?.own ?? 0,
    })),
    items: Array.from(best, (position) => ({
      ...filmAt(library, position),
      score: together[position] ?? 0,
      members: members.map((member, at) => ({
        score: views[at]?.comparable(position) ?? 0,
        rank: views[at]?.rank(position) ?? 0,
        raw: member.scores[position] ?? 0,
        rated: seenBy[at]?.get(library.movieIds[position] ?? Number.NaN) ?? null,
        because: request.explain ? foremost(member.because(position)) : null,
      })),
    })),
    fairness: { lowest: Math.min(...satisfaction.map(({ share }) => share)), jain: jain(shares) },
    candidates: candidates.length - misery, seen, misery,
  };
}

/** Films with a score for every member that pass the filters and are not left out as seen; and how many are. */
function candidatesOf(request: Parsed<'recommend.group'>, members: readonly GroupMember[], seenBy: readonly ReadonlyMap<number, number>[], library: Library): { candidates: Int32Array; seen: number } {
  const allowed = allowedBy(request, library) ?? (() => true);
  const seenEnough = { any: 1, all: members.length, none: Number.POSITIVE_INFINITY }[request.seen];
  const candidates: number[] = [];
  let seen = 0;
  for (let position = 0; position < library.movieIds.length; position++) {
    if (!allowed(position) || !members.every(({ scores }) => (scores[position] ?? Number.NEGATIVE_INFINITY) > Number.NEGATIVE_INFINITY)) continue;
    const movieId = library.movieIds[position] ?? Number.NaN;
    if (seenBy.reduce((sum, ratings) => sum + Number(ratings.has(movieId)), 0) >= seenEnough) seen++;
    else candidates.push(position);
  }
  return { candidates: Int32Array.from(candidates), seen };
}

/** One member's scores over the candidates. */
interface View {
  readonly comparable: (position: number) => number;
  /** Place among the candidates, from 1; equal scores share the better place. */
  readonly rank: (position: number) => number;
}

function viewOf(scores: Float32Array, candidates: Int32Array, scale: GroupScale): View {
  const ascending = Float32Array.from(candidates, (position) => scores[position] ?? 0).sort();
  const count = ascending.length;
  const rank = (position: number) => 1 + count - upperBound(ascending, scores[position] ?? 0);
  if (scale === 'rank') return { rank, comparable: (position) => (count > 1 ? (count - rank(position)) / (count - 1) : 1) };
  const mean = ascending.reduce((sum, score) => sum + score, 0) / Math.max(1, count);
  const deviation = Math.sqrt(ascending.reduce((sum, score) => sum + (score - mean) ** 2, 0) / Math.max(1, count));
  return { rank, comparable: (position) => (deviation > 0 ? ((scores[position] ?? 0) - mean) / deviation : 0) };
}

/** Entries of an ascending array that are not larger than `value`. */
function upperBound(ascending: Float32Array, value: number): number {
  let [low, high] = [0, ascending.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ascending[middle] ?? 0) <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}

const strategies: Record<GroupStrategy, (scores: readonly number[]) => number> = {
  average,
  'least-misery': (scores) => Math.min(...scores),
  'most-pleasure': (scores) => Math.max(...scores),
  'average-without-misery': average,
};

function average(scores: readonly number[]): number {
  return scores.reduce((sum, score) => sum + score, 0) / scores.length;
}

/** The group's score of each film, -Infinity where it may not be listed; and how many candidates are left out as misery. */
function broughtTogether(views: readonly View[], candidates: Int32Array, { strategy, misery }: Parsed<'recommend.group'>, films: number): [Float32Array, number] {
  const together = new Float32Array(films).fill(Number.NEGATIVE_INFINITY);
  const lowestRank = strategy === 'average-without-misery' ? Math.max(1, Math.floor(misery * candidates.length)) : Number.POSITIVE_INFINITY;
  let out = 0;
  for (const position of candidates) {
    if (views.some(({ rank }) => lowestRank < Number.POSITIVE_INFINITY && rank(position) > lowestRank)) out++;
    else together[position] = strategies[strategy](views.map(({ comparable }) => comparable(position)));
  }
  return [together, out];
}

/** How much of the best that the candidates hold for a member the list gives: 1 is all of it, 0 no more than films drawn at random. */
function satisfactionOf(view: View | undefined, list: Int32Array, candidates: Int32Array, scale: GroupScale, kernels: Kernels, films: number): { share: number; own: number } {
  if (!view || list.length === 0) return { share: 0, own: 0 };
  const scores = new Float32Array(films).fill(Number.NEGATIVE_INFINITY);
  for (const position of candidates) scores[position] = view.comparable(position);
  const best = kernels.top(scores, list.length);
  const random = scale === 'rank' ? 0.5 : 0;
  const gain = (positions: Int32Array) => positions.reduce((sum, position) => sum + view.comparable(position) - random, 0) / positions.length;
  const most = gain(best);
  return { share: most > 0 ? gain(list) / most : 1, own: list.filter((position) => best.includes(position)).length };
}

/** Jain's fairness index (Jain, Chiu and Hawe 1984): (Σx)² / (n Σx²). */
function jain(shares: readonly number[]): number {
  const squares = shares.reduce((sum, share) => sum + share * share, 0);
  return squares === 0 ? 1 : shares.reduce((sum, share) => sum + share, 0) ** 2 / (shares.length * squares);
}

/** The reason to give in a line: of a blend, what its strongest model goes by. */
function foremost([first, second]: readonly RecommendReason[]): string | null {
  return (first?.kind === 'blend' ? (second ?? first) : first)?.text ?? null;
}
