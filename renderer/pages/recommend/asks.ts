import { useDebouncedValue } from '@mantine/hooks';
import { useState } from 'react';
import type { Input } from '../../../shared/contract/methods.ts';
import type { HistoryFilm, ModelName, RecommendList } from '../../../shared/contract/recommend.ts';
import { useEngine } from '../../host/engine.ts';
import { type Bench, useBench } from './bench.ts';

const nobody: readonly HistoryFilm[] = [];
/** Long enough to skip the values that a slider passes over, short enough to feel live. */
const PAUSE_MS = 100;

/** The history on the bench: the real one of the user with the edits made to it. */
export function useHistory() {
  const who = useBench((bench) => bench.who);
  const edited = useBench((bench) => bench.edited);
  const answer = useEngine('users.history', { userId: typeof who === 'number' ? who : 0 }, { enabled: typeof who === 'number' });
  const real = who === 'invented' ? nobody : answer.data;
  return { real, history: edited ?? real, edited: edited !== null, answer };
}

function requestOf(bench: Bench, model: ModelName, history: readonly HistoryFilm[] | null): Input<'recommend.list'> {
  return { model, explain: true, ...filtersOf(bench), ...askerOf({ who: bench.who, edited: history }) };
}

/**
 * The list of a model for what is on the bench, asked again with every edit, and the list to compare it with: that of the
 * real history, or for an invented user the one before the last edit.
 */
export function useRecommendations(model: ModelName, enabled: boolean) {
  const bench = useBench();
  const [edited] = useDebouncedValue(bench.edited, PAUSE_MS);
  const ready = enabled && bench.who !== null;
  // Another user or the reset must not wait, nor be asked with the edits of the one before.
  const history = bench.edited === null ? null : (edited ?? bench.edited);
  const list = useEngine('recommend.list', requestOf(bench, model, history), { enabled: ready, keep: true });
  const real = useEngine('recommend.list', requestOf(bench, model, null), { enabled: ready && typeof bench.who === 'number' && bench.edited !== null, keep: true });
  const previous = usePrevious(list.data);
  const before = bench.edited === null ? undefined : typeof bench.who === 'number' ? real.data : previous;
  return { list, before };
}

/** Whom the bench has, as a request names them; null for nobody. */
export function askerOf({ who, edited }: Pick<Bench, 'who' | 'edited'>): { userId?: number; history?: { movieId: number; rating: number; ratedAt: number | null }[] } | null {
  if (who === null) return null;
  return { ...(typeof who === 'number' ? { userId: who } : {}), ...(edited === null ? {} : { history: edited.map(({ movieId, rating, ratedAt }) => ({ movieId, rating, ratedAt })) }) };
}

/** What the lists may hold, as set on the bench. */
export function filtersOf({ top, genres, yearFrom, yearTo, diversity }: Bench) {
  return { top, diversity, genres: [...genres], ...(yearFrom === null ? {} : { yearFrom }), ...(yearTo === null ? {} : { yearTo }) };
}

/** The list before this one. */
function usePrevious(now: RecommendList | undefined): RecommendList | undefined {
  const [seen, setSeen] = useState<{ now: RecommendList | undefined; before: RecommendList | undefined }>({ now, before: undefined });
  if (now !== seen.now) setSeen({ now, before: seen.now });
  return now === seen.now ? seen.before : seen.now;
}
