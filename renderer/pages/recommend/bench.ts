import { create } from 'zustand';
import type { HistoryFilm, ModelName } from '../../../shared/contract/recommend.ts';
import type { GroupRequest } from '../../../shared/contract/serving.ts';

/** What is set up on the bench; kept while other pages are looked at. */
export interface Bench {
  /** The workspace that it belongs to: another one clears it. */
  readonly workspace: string | null;
  /** The user looked at, an invented one, or nobody yet. */
  readonly who: number | 'invented' | null;
  /** The history as edited; nothing while it is the real one. */
  readonly edited: readonly HistoryFilm[] | null;
  readonly model: ModelName | null;
  /** Side by side; null until they are chosen. */
  readonly compared: readonly ModelName[] | null;
  readonly top: number;
  readonly genres: readonly string[];
  readonly yearFrom: number | null;
  readonly yearTo: number | null;
  readonly diversity: number;
  /** Users of the group, and how their scores become one. */
  readonly members: readonly number[];
  /** Whether who is on the bench, as edited, is of the group too. */
  readonly withBench: boolean;
  readonly together: Required<Pick<GroupRequest, 'strategy' | 'scale' | 'seen'>>;
  /** The film that is pointed at: marked on every list that has it. */
  readonly linked: number | null;
  /** The film that is open, and the model whose list it was opened from. */
  readonly opened: { readonly movieId: number; readonly title: string; readonly model: ModelName | null } | null;
}

const empty: Omit<Bench, 'workspace'> = {
  who: null, edited: null, model: null, compared: null, top: 10, genres: [], yearFrom: null, yearTo: null, diversity: 0,
  members: [], withBench: false, together: { strategy: 'average', scale: 'standardised', seen: 'any' }, linked: null, opened: null,
};

export const useBench = create<Bench>()(() => ({ workspace: null, ...empty }));

/** Clears the bench when it belongs to another workspace. */
export function benchFor(workspace: string): void {
  if (useBench.getState().workspace !== workspace) useBench.setState({ ...empty, workspace });
}

export function chooseUser(userId: number): void {
  useBench.setState({ who: userId, edited: null, opened: null });
}

export function inventUser(): void {
  useBench.setState({ who: 'invented', edited: [], opened: null });
}

export function setHistory(edited: readonly HistoryFilm[]): void {
  useBench.setState({ edited });
}

/** Back to what the user really rated; an invented user starts again without ratings. */
export function resetHistory(): void {
  useBench.setState(({ who }) => ({ edited: who === 'invented' ? [] : null }));
}

export const withRating = (history: readonly HistoryFilm[], movieId: number, rating: number): HistoryFilm[] =>
  history.map((film) => (film.movieId === movieId ? { ...film, rating } : film));

export const without = (history: readonly HistoryFilm[], movieId: number): HistoryFilm[] => history.filter((film) => film.movieId !== movieId);

/** Puts a film on top of the history; a film that is there already keeps its place and gets the rating. */
export const withFilm = (history: readonly HistoryFilm[], film: HistoryFilm): HistoryFilm[] =>
  history.some(({ movieId }) => movieId === film.movieId) ? withRating(history, film.movieId, film.rating) : [film, ...history];
