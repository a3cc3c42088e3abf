import { useSyncExternalStore } from 'react';

export const pageIds = ['home', 'import', 'data', 'quality', 'pipeline', 'lineage', 'log', 'recommend', 'evaluate', 'settings'] as const;
export type PageId = (typeof pageIds)[number];

/** Where the page is: `#/data/main/ratings?sort=rating` → page `data`, rest `['main', 'ratings']`, params `sort`. */
export interface Route {
  readonly page: PageId;
  readonly rest: readonly string[];
  readonly params: URLSearchParams;
}

const isPage = (text: string | undefined): text is PageId => pageIds.some((id) => id === text);

/** A place as a hash; parts and parameters are encoded. */
export function hashOf(page: PageId, rest: readonly string[] = [], params: Record<string, string> = {}): string {
  const query = new URLSearchParams(params).toString();
  return `#/${[page, ...rest].map(encodeURIComponent).join('/')}${query === '' ? '' : `?${query}`}`;
}

/** A place that is not one of ours leads home. */
export function parseHash(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?', 2);
  const [page, ...rest] = path.split('/').map(decodeURIComponent);
  return { page: isPage(page) ? page : 'home', rest: isPage(page) ? rest : [], params: new URLSearchParams(query) };
}

export function navigate(page: PageId, rest: readonly string[] = [], params: Record<string, string> = {}): void {
  window.location.hash = hashOf(page, rest, params);
}

/** Changes the address without a step in the history. */
export function replaceRoute(page: PageId, rest: readonly string[] = [], params: Record<string, string> = {}): void {
  window.history.replaceState(null, '', hashOf(page, rest, params));
  window.dispatchEvent(new HashChangeEvent('hashchange'));
}

const subscribe = (changed: () => void) => {
  window.addEventListener('hashchange', changed);
  return () => window.removeEventListener('hashchange', changed);
};
let last: { hash: string; route: Route } | undefined;
const snapshot = (): Route => {
  const { hash } = window.location;
  if (last?.hash !== hash) last = { hash, route: parseHash(hash) };
  return last.route;
};

export function useRoute(): Route {
  return useSyncExternalStore(subscribe, snapshot);
}
