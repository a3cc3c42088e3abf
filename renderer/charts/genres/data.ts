import { formatDecimal } from '../../components/format.ts';

/** A genre's share of the films of the history and of the list, where a film of several genres counts in parts. */
export interface GenreShare {
  readonly genre: string;
  readonly history: number;
  readonly list: number;
}

interface WithGenres {
  readonly genres: readonly string[];
}

function sharesOf(films: readonly WithGenres[]): Map<string, number> {
  const shares = new Map<string, number>();
  for (const { genres } of films) for (const genre of genres) shares.set(genre, (shares.get(genre) ?? 0) + 1 / genres.length / films.length);
  return shares;
}

/** The genres that history and list have most of, the largest first. */
export function genreShares(history: readonly WithGenres[], list: readonly WithGenres[], most: number): GenreShare[] {
  const [before, after] = [sharesOf(history), sharesOf(list)];
  return [...new Set([...before.keys(), ...after.keys()])]
    .map((genre) => ({ genre, history: before.get(genre) ?? 0, list: after.get(genre) ?? 0 }))
    .toSorted((a, b) => Math.max(b.history, b.list) - Math.max(a.history, a.list) || a.genre.localeCompare(b.genre, 'en'))
    .slice(0, most);
}

const percent = (share: number) => `${formatDecimal(100 * share, 0)} %`;

export const genreRows = (shares: readonly GenreShare[]): string[][] => shares.map(({ genre, history, list }) => [genre, percent(history), percent(list)]);

/** The genre that the list has much more of, and the one that it has much less of. */
export function genresSummary(shares: readonly GenreShare[], rated: number): string {
  if (rated === 0) return 'No ratings to hold it against.';
  const [most] = shares.toSorted((a, b) => b.list - b.history - (a.list - a.history));
  const [least] = shares.toSorted((a, b) => a.list - a.history - (b.list - b.history));
  const more = most !== undefined && most.list > most.history ? `More ${most.genre} than in the history (${percent(most.list)} for ${percent(most.history)})` : 'No genre stands out';
  return least !== undefined && least.list < least.history ? `${more}, less ${least.genre} (${percent(least.list)} for ${percent(least.history)}).` : `${more}.`;
}
