import { type ListDifference, ReelbenchError, type UserDifferences } from '../../../shared/contract/index.ts';
import type { KeptCases, KeptEvaluations } from './kept.ts';

/** Users by the difference of two models: the largest a − b first, or last. Users whom one of the models has no value for are left out. */
export async function userDifferences(kept: KeptEvaluations, { id, a, b, metric, first, limit, offset }: { id: string; a: string; b: string; metric: string; first: 'a' | 'b'; limit: number; offset: number }): Promise<UserDifferences> {
  const [one, other] = [await kept.perUser(id, a, metric), await kept.perUser(id, b, metric)];
  const cases = await kept.cases(id);
  const shown = new Map(Array.from(cases.users, (user, at) => [user, cases.shown[at] ?? 0] as const));
  const difference = (row: number) => (one.values[row] ?? 0) - (other.values[row] ?? 0);
  const rows = Array.from(one.users.keys()).filter((row) => !Number.isNaN(difference(row)));
  const turn = first === 'a' ? -1 : 1;
  rows.sort((x, y) => turn * (difference(x) - difference(y)) || x - y);
  return {
    total: rows.length,
    rows: rows.slice(offset, offset + limit).map((row) => {
      const userId = one.users[row] ?? 0;
      return { userId, shown: shown.get(userId) ?? 0, a: one.values[row] ?? 0, b: other.values[row] ?? 0, difference: difference(row) };
    }),
  };
}

/** The lists of two models for one user, with the places of each film in both, and what the user was found to want. */
export async function listDifference(kept: KeptEvaluations, { id, a, b, userId }: { id: string; a: string; b: string; userId: number }): Promise<ListDifference> {
  const cases = await kept.cases(id);
  const user = cases.users.indexOf(userId);
  if (user < 0) throw new ReelbenchError('not-found', `User ${userId} was not measured in this evaluation.`, { hint: 'Only users with relevant test films and known ratings are.' });
  const [one, other] = [listOf(await kept.lists(id, a), cases, user), listOf(await kept.lists(id, b), cases, user)];
  const wanted = Array.from(cases.wanted.subarray(cases.wantedFrom[user], cases.wantedFrom[user + 1]));
  const named = (film: number) => ({ movieId: cases.movieIds[film] ?? 0, title: cases.titles[film] ?? '' });
  const films = (list: readonly number[], against: readonly number[]) => list.map((film, at) => {
    const place = against.indexOf(film);
    return { ...named(film), rank: at + 1, relevant: wanted.includes(film), other: place < 0 ? null : place + 1 };
  });
  return {
    userId, a: { label: a, films: films(one, other) }, b: { label: b, films: films(other, one) },
    wanted: wanted.map(named), shown: cases.shown[user] ?? 0, shared: one.filter((film) => other.includes(film)).length,
  };
}

function listOf(lists: Int32Array, { depth }: KeptCases, user: number): number[] {
  return Array.from(lists.subarray(user * depth, (user + 1) * depth)).filter((film) => film >= 0);
}
