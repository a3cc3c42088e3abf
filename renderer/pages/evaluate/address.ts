import { navigate, replaceRoute, useRoute } from '../../stores/route.ts';

export const tabs = ['evaluations', 'new', 'published', 'curves', 'search'] as const;
export type Tab = (typeof tabs)[number];
export const tabTitles: Readonly<Record<Tab, string>> = { evaluations: 'Evaluations', new: 'New evaluation', published: 'Published tables', curves: 'Training curves', search: 'Search' };

export const views = ['leaderboard', 'cost', 'segments', 'comparisons', 'users'] as const;
export type View = (typeof views)[number];
export const viewTitles: Readonly<Record<View, string>> = { leaderboard: 'Leaderboard', cost: 'Cost', segments: 'Segments', comparisons: 'Comparisons', users: 'Users' };

/** Opens one evaluation: `#/evaluate/of/<id>/segments?metric=ndcg@10` is where its segments are. */
export const openEvaluation = (id: string): void => navigate('evaluate', ['of', id]);

export interface Place {
  readonly tab: Tab;
  /** The evaluation or search that is open. */
  readonly id: string | null;
  readonly view: View;
  readonly params: URLSearchParams;
}

export function placeOf(rest: readonly string[], params: URLSearchParams): Place {
  const [first, id, third] = rest;
  const view = views.find((name) => name === third) ?? 'leaderboard';
  if (first === 'of' && id !== undefined) return { tab: 'evaluations', id, view, params };
  return { tab: tabs.find((name) => name === first) ?? 'evaluations', id: first === 'search' ? (id ?? null) : null, view, params };
}

export function usePlace(): Place {
  const { rest, params } = useRoute();
  return placeOf(rest, params);
}

/** What of an open evaluation is looked at stands in the address; a change replaces it, other choices stay. */
export function useLook(): { readonly view: View; readonly get: (name: string) => string | null; readonly set: (change: Readonly<Record<string, string | null>>, view?: View) => void } {
  const place = usePlace();
  return {
    view: place.view,
    get: (name) => place.params.get(name),
    set: (change, view = place.view) => {
      if (place.id === null) return;
      const all = { ...Object.fromEntries(place.params), ...change };
      const kept = Object.fromEntries(Object.entries(all).flatMap(([name, value]) => (value === null ? [] : [[name, value]])));
      replaceRoute('evaluate', ['of', place.id, ...(view === 'leaderboard' ? [] : [view])], kept);
    },
  };
}
