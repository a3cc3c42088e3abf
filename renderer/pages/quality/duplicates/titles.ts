import type { DuplicateCluster, DuplicateFilm } from '../../../../shared/contract/duplicates.ts';

/** A piece of a text, and whether the other text has something else there. */
export interface Piece {
  readonly text: string;
  readonly differs: boolean;
}

/** A text in pieces: what it shares with `other` in order (longest common subsequence), and what it does not. */
export function differences(text: string, other: string): Piece[] {
  const a = Array.from(text);
  const b = Array.from(other);
  const length = Array.from({ length: a.length + 1 }, () => new Uint16Array(b.length + 1));
  const at = (i: number, j: number) => length[i]?.[j] ?? 0;
  for (let i = a.length - 1; i >= 0; i--) {
    const row = length[i];
    if (!row) break;
    for (let j = b.length - 1; j >= 0; j--) row[j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  }
  const pieces: { text: string; differs: boolean }[] = [];
  const add = (letter: string, differs: boolean) => {
    const last = pieces.at(-1);
    if (last?.differs === differs) last.text += letter;
    else pieces.push({ text: letter, differs });
  };
  let j = 0;
  for (const [i, letter] of a.entries()) {
    while (j < b.length && letter !== b[j] && at(i, j + 1) > at(i + 1, j)) j++;
    const same = j < b.length && letter === b[j];
    add(letter, !same);
    if (same) j++;
  }
  return pieces;
}

/** What films are compared in, a line each. */
export const facts: readonly { readonly name: string; readonly of: (film: DuplicateFilm) => string }[] = [
  { name: 'Year', of: ({ year }) => (year === null ? '' : String(year)) },
  { name: 'Genres', of: ({ genres }) => genres.join(', ') },
  { name: 'IMDb id', of: ({ imdb }) => imdb ?? '' },
  { name: 'TMDB id', of: ({ tmdb }) => tmdb ?? '' },
];

/** What a cluster is called in a list: the title of the film that stays. */
export function clusterName({ films, survivor }: DuplicateCluster): string {
  const film = films.find(({ id }) => id === survivor) ?? films[0];
  return film?.title ?? `Film ${survivor}`;
}

/** The titles of the other films, as one line. */
export function otherNames({ films, survivor }: DuplicateCluster): string {
  return films.filter(({ id }) => id !== survivor).map(({ id, title }) => title ?? `Film ${id}`).join(' · ');
}
