import type { HistoryFilm, HistoryItem, Recommendation } from '../../../shared/contract/index.ts';

/** How a film stands against the list before: places gained (positive) or lost, or not there before. */
export type Move = { readonly kind: 'new' } | { readonly kind: 'moved'; readonly places: number } | { readonly kind: 'same' };

/** One move a film of `now`; nothing where there is no list to compare with. */
export function movesOf(before: readonly Pick<Recommendation, 'movieId'>[] | undefined, now: readonly Pick<Recommendation, 'movieId'>[]): Map<number, Move> {
  if (before === undefined) return new Map();
  const rank = new Map(before.map(({ movieId }, index) => [movieId, index]));
  return new Map<number, Move>(
    now.map(({ movieId }, index) => {
      const old = rank.get(movieId);
      if (old === undefined) return [movieId, { kind: 'new' }];
      return [movieId, old === index ? { kind: 'same' } : { kind: 'moved', places: old - index }];
    }),
  );
}

export function moveWords(move: Move): string {
  if (move.kind === 'new') return 'new on the list';
  if (move.kind === 'same') return 'same place';
  const places = Math.abs(move.places);
  return `${move.places > 0 ? 'up' : 'down'} ${places} ${places === 1 ? 'place' : 'places'}`;
}

/** For each film the places that it has on the lists, in their order; 0 where a list has it not. */
export function placesOf(lists: readonly (readonly Pick<Recommendation, 'movieId'>[])[]): Map<number, number[]> {
  const places = new Map<number, number[]>();
  lists.forEach((items, list) => {
    items.forEach(({ movieId }, index) => {
      const own = places.get(movieId) ?? lists.map(() => 0);
      own[list] = index + 1;
      places.set(movieId, own);
    });
  });
  return places;
}

/** The reason to give in one line: of a blend, what its strongest model goes by. */
export function whyOf({ reasons }: Pick<Recommendation, 'reasons'>): string {
  const [first, second] = reasons;
  return (first?.kind === 'blend' ? (second ?? first) : first)?.text ?? '';
}

/** A reason where there is little room, under a title: what every line of a list begins with is left out. */
export const shortWhyOf = (why: string): string => why.replace(/^Because you rated /, 'for ').replace(/^Shares (.+?) with films that you like: /, '$1: ');

export interface HistoryEdits {
  readonly changed: number;
  readonly added: number;
  readonly removed: number;
}

/** How an edited history differs from the real one. */
export function editsOf(real: readonly HistoryItem[], edited: readonly HistoryItem[]): HistoryEdits {
  const before = new Map(real.map(({ movieId, rating }) => [movieId, rating]));
  const after = new Set(edited.map(({ movieId }) => movieId));
  return {
    changed: edited.filter(({ movieId, rating }) => before.has(movieId) && before.get(movieId) !== rating).length,
    added: edited.filter(({ movieId }) => !before.has(movieId)).length,
    removed: real.filter(({ movieId }) => !after.has(movieId)).length,
  };
}

export function editWords({ changed, added, removed }: HistoryEdits): string {
  const parts = [changed > 0 && `${changed} changed`, added > 0 && `${added} added`, removed > 0 && `${removed} removed`].filter((part) => part !== false);
  return parts.join(', ');
}

export const historyOrders = { newest: 'Newest first', best: 'Best first', worst: 'Worst first', title: 'By title' } as const;
export type HistoryOrder = keyof typeof historyOrders;

/** The part of a history whose titles contain `text`, ordered. */
export function arrangeHistory(history: readonly HistoryFilm[], text: string, order: HistoryOrder): HistoryFilm[] {
  const wanted = text.trim().toLowerCase();
  const byTitle = (a: HistoryFilm, b: HistoryFilm) => a.title.localeCompare(b.title);
  const compare: Record<HistoryOrder, (a: HistoryFilm, b: HistoryFilm) => number> = {
    newest: (a, b) => (b.ratedAt ?? Number.MAX_SAFE_INTEGER) - (a.ratedAt ?? Number.MAX_SAFE_INTEGER) || byTitle(a, b),
    best: (a, b) => b.rating - a.rating || byTitle(a, b),
    worst: (a, b) => a.rating - b.rating || byTitle(a, b),
    title: byTitle,
  };
  return history.filter(({ title }) => wanted === '' || title.toLowerCase().includes(wanted)).sort(compare[order]);
}
