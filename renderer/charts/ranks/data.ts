interface Ranked {
  readonly movieId: number;
  readonly title: string;
  readonly score: number;
}

/** A film's place before and after a change, from 1; null where it is not on the list. */
export interface RankChange {
  readonly movieId: number;
  readonly title: string;
  readonly before: number | null;
  readonly after: number | null;
  readonly scoreBefore: number | null;
  readonly scoreAfter: number | null;
}

/** Films of either list, by their place now, then by that before. */
export function rankChanges(before: readonly Ranked[], after: readonly Ranked[]): RankChange[] {
  const was = new Map(before.map((film, index) => [film.movieId, { ...film, place: index + 1 }]));
  const is = new Map(after.map((film, index) => [film.movieId, { ...film, place: index + 1 }]));
  return [...after, ...before.filter(({ movieId }) => !is.has(movieId))].map(({ movieId, title }) => ({
    movieId, title, before: was.get(movieId)?.place ?? null, after: is.get(movieId)?.place ?? null, scoreBefore: was.get(movieId)?.score ?? null, scoreAfter: is.get(movieId)?.score ?? null,
  }));
}

const place = (rank: number | null) => (rank === null ? '–' : String(rank));

export const rankRows = (changes: readonly RankChange[], format: (score: number) => string): string[][] =>
  changes.map((change) => [change.title, place(change.before), place(change.after), change.scoreBefore === null ? '–' : format(change.scoreBefore), change.scoreAfter === null ? '–' : format(change.scoreAfter)]);

export function ranksSummary(changes: readonly RankChange[]): string {
  const entered = changes.filter(({ before, after }) => before === null && after !== null).length;
  const left = changes.filter(({ after }) => after === null).length;
  const up = changes.filter(({ before, after }) => before !== null && after !== null && after < before).length;
  const down = changes.filter(({ before, after }) => before !== null && after !== null && after > before).length;
  const parts = [entered > 0 && `${entered} new`, left > 0 && `${left} gone`, up > 0 && `${up} up`, down > 0 && `${down} down`].filter((part) => part !== false);
  return parts.length === 0 ? 'Every film keeps its place.' : `${parts.join(', ')}.`;
}
