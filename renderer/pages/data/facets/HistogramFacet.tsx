import { Button, Group, Text } from '@mantine/core';
import { type PointerEvent, useEffect, useRef, useState } from 'react';
import type { Input } from '../../../../shared/contract/methods.ts';
import { formatCell, formatCount, formatNumber, formatUnits } from '../../../components/format.ts';
import { engineKey, queryClient, useEngine } from '../../../host/engine.ts';
import { Counting } from './Counting.tsx';
import classes from './Facets.module.css';
import { edgesIn, edgesOf, withoutRange, withRange } from './facets.ts';
import type { FacetProps } from './ValueFacet.tsx';

const HEIGHT = 72;
const SETTLE_MS = 350;

const said = (edge: number | string | undefined, type: string): string => (typeof edge === 'number' ? formatNumber(edge) : formatCell(edge ?? '', type).replace(/ 00:00:00$/, '').replace(/T00:00:00Z$/, ''));

interface Edges {
  readonly low: number;
  readonly high: number;
}

/** A column's values in bins, counted under the other filters; a range is chosen by dragging over it or with the keys on its two ends. */
export function HistogramFacet({ table, column, filters, onFilters }: FacetProps) {
  const request: Input<'tables.histogram'> = { schema: table.schema, table: table.name, filters: withoutRange(filters, column.name), column: column.name };
  const answer = useEngine('tables.histogram', request, { keep: true });
  const bins = answer.data?.bins ?? [];
  const edges = edgesOf(bins);
  const [moving, setMoving] = useState<Edges | null>(null);
  const start = useRef<number>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const chosen = moving ?? edgesIn(filters, column.name, edges);
  const take = ({ low, high }: Edges) => {
    clearTimeout(timer.current);
    setMoving(null);
    onFilters(withRange(filters, column.name, edges, low, high));
  };
  const binAt = (event: PointerEvent<HTMLElement>): number => {
    const { left, width } = event.currentTarget.getBoundingClientRect();
    return Math.max(0, Math.min(bins.length - 1, Math.floor(((event.clientX - left) / width) * bins.length)));
  };
  const brush = (event: PointerEvent<HTMLElement>): Edges => {
    const [from, to] = [start.current ?? 0, binAt(event)];
    return { low: Math.min(from, to), high: Math.max(from, to) + 1 };
  };
  const shift = (end: 'low' | 'high', to: number) => {
    const next = end === 'low' ? { ...chosen, low: Math.min(chosen.high - 1, to) } : { ...chosen, high: Math.max(chosen.low + 1, to) };
    setMoving(next);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => take(next), SETTLE_MS);
  };
  const most = Math.max(1, ...bins.map(({ count }) => count));
  const whole = chosen.low <= 0 && chosen.high >= bins.length;
  const rows = bins.slice(chosen.low, chosen.high).reduce((sum, { count }) => sum + count, 0);
  const slider = (end: 'low' | 'high') => (
    <input
      type="range"
      aria-label={end === 'low' ? `${column.name}, from` : `${column.name}, to below`}
      min={0}
      max={bins.length}
      value={chosen[end]}
      aria-valuetext={said(edges[chosen[end]], column.type)}
      className={classes['end']}
      onChange={(event) => shift(end, event.currentTarget.valueAsNumber)}
    />
  );
  return (
    <>
      {bins.length > 0 && (
        <div className={classes['plot']} style={{ height: HEIGHT }} data-stale={answer.isPlaceholderData || undefined}>
          <div
            className={classes['brush']}
            onPointerDown={(event) => {
              if (event.button !== 0) return;
              event.currentTarget.setPointerCapture(event.pointerId);
              start.current = binAt(event);
              setMoving(brush(event));
            }}
            onPointerMove={(event) => { if (start.current !== null) setMoving(brush(event)); }}
            onPointerUp={(event) => {
              if (start.current === null) return;
              const next = brush(event);
              start.current = null;
              take(next);
            }}
            onPointerCancel={() => { start.current = null; setMoving(null); }}
          >
            {bins.map(({ low, high, count }, index) => (
              <div key={index} className={classes['bin']} data-in={index >= chosen.low && index < chosen.high ? true : undefined} title={`${said(low, column.type)} to below ${said(high, column.type)}: ${formatUnits(count, 'row')}`}>
                <div style={{ height: count === 0 ? 0 : Math.max(1, (count / most) * HEIGHT) }} />
              </div>
            ))}
          </div>
          {slider('low')}
          {slider('high')}
        </div>
      )}
      {answer.data !== undefined && (
        <Text size="xs" c="dimmed" aria-live="polite">
          {bins.length === 0 ? 'No values in these rows' : `${said(edges[chosen.low], column.type)} to ${chosen.high >= bins.length ? said(edges.at(-1), column.type) : `below ${said(edges[chosen.high], column.type)}`}: ${formatUnits(rows, 'row')}`}
          {answer.data.missing > 0 ? ` · ${formatCount(answer.data.missing)} without a value${whole ? '' : ', left out'}` : ''}
        </Text>
      )}
      <Counting of={answer} onCancel={() => void queryClient.cancelQueries({ queryKey: engineKey('tables.histogram', request) })} />
      {!whole && bins.length > 0 && (
        <Group gap={4}>
          <Button variant="subtle" size="compact-xs" color="gray" onClick={() => take({ low: 0, high: bins.length })}>Reset</Button>
        </Group>
      )}
    </>
  );
}
