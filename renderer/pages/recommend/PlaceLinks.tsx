import { type RefObject, useLayoutEffect, useState } from 'react';
import type { RecommendList } from '../../../shared/contract/recommend.ts';
import { useBench } from './bench.ts';
import classes from './recommend.module.css';

interface Link {
  readonly movieId: number;
  readonly path: string;
  readonly moved: number;
}

/** Lines between neighbouring lists that join the same film. They say nothing that the lists do not say in words. */
export function PlaceLinks({ frame, lists }: { readonly frame: RefObject<HTMLDivElement | null>; readonly lists: readonly (RecommendList | undefined)[] }) {
  const linked = useBench((bench) => bench.linked);
  const [links, setLinks] = useState<{ readonly of: string; readonly drawn: readonly Link[] }>({ of: '', drawn: [] });
  const shown = lists.map((list) => list?.items.map(({ movieId }) => movieId).join(' ')).join('|');
  useLayoutEffect(() => {
    const element = frame.current;
    if (element === null) return undefined;
    const measure = () => setLinks({ of: shown, drawn: linksIn(element) });
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, [frame, shown]);
  return (
    <svg className={classes['links']} aria-hidden>
      {(links.of === shown ? links.drawn : []).map(({ movieId, path, moved }) => (
        <path key={path} d={path} data-linked={linked === movieId || undefined} data-moved={moved === 0 ? undefined : moved > 0 ? 'up' : 'down'} />
      ))}
    </svg>
  );
}

/** Tables that stand beside each other, and in each the middle of every film's row. */
function linksIn(frame: HTMLElement): Link[] {
  const origin = frame.getBoundingClientRect();
  const tables = [...frame.querySelectorAll('table')].map((table) => {
    const box = table.getBoundingClientRect();
    const rows = [...table.querySelectorAll<HTMLElement>('[data-movie]')].map((row) => {
      const { top, height } = row.getBoundingClientRect();
      return [Number(row.dataset['movie']), top + height / 2 - origin.top] as const;
    });
    return { left: box.left - origin.left, right: box.right - origin.left, top: box.top, rows: new Map(rows), order: rows.map(([movieId]) => movieId) };
  });
  return tables.slice(1).flatMap((table, at) => {
    const before = tables[at];
    // Wrapped onto the next line: there is no gap to draw in.
    if (before === undefined || table.left < before.right) return [];
    const bend = (table.left - before.right) / 2;
    return before.order.flatMap((movieId): Link[] => {
      const [from, to] = [before.rows.get(movieId), table.rows.get(movieId)];
      if (from === undefined || to === undefined) return [];
      return [{ movieId, moved: before.order.indexOf(movieId) - table.order.indexOf(movieId), path: `M${before.right},${from} C${before.right + bend},${from} ${table.left - bend},${to} ${table.left},${to}` }];
    });
  });
}
