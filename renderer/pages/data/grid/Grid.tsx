import { VisuallyHidden } from '@mantine/core';
import { useElementSize, useMergedRef } from '@mantine/hooks';
import { type KeyboardEvent, type PointerEvent, useCallback, useEffect, useId, useImperativeHandle, useLayoutEffect, useMemo, useRef, useState, useSyncExternalStore, type Ref } from 'react';
import type { Sort, TableInfo } from '../../../../shared/contract/common.ts';
import { formatCell, formatCount, formatUnits } from '../../../components/format.ts';
import type { RowBlocks } from './blocks.ts';
import classes from './Grid.module.css';
import { GridRow } from './GridRow.tsx';
import { Header } from './Header.tsx';
import { type FacetSpec, type Layout, moved, NARROWEST, nudged, placed, WIDEST, withOrWithout } from './layout.ts';
import { clampTop, ROW_HEIGHT, rowsInView, topShowing } from './scroll.ts';
import { Scrollbar } from './Scrollbar.tsx';
import { at, moved as movedBy, type Range, rangeOf, type Selection, wholeRow } from './selection.ts';

export interface GridHandle {
  /** Brings a row to the top and makes it the active one. */
  readonly goTo: (row: number) => void;
  readonly focus: () => void;
  /** Shows the first rows again; the header stays active when it is. */
  readonly toTop: () => void;
}

export interface GridProps {
  readonly ref: Ref<GridHandle>;
  readonly table: TableInfo;
  /** Rows that the view has, as far as is known. */
  readonly rows: number;
  readonly blocks: RowBlocks;
  readonly layout: Layout;
  readonly sort: readonly Sort[];
  readonly decimals: readonly (number | undefined)[];
  readonly onLayout: (layout: Layout) => void;
  readonly onSort: (sort: Sort[]) => void;
  readonly onFacet: (facet: FacetSpec) => void;
  readonly onFilter: (column: string) => void;
  readonly onRange: (range: Range) => void;
  readonly onCopy: (headers: boolean) => void;
  readonly onOpen: (row: number, column: string) => void;
  readonly onCopyName: (column: string) => void;
}

/** Rows drawn above and below what is in view. */
const OVERSCAN = 4;
/** Rows drawn from one origin: so far from it, pixels are whole whatever the row. */
const ORIGIN = 4096;

const cycle = (sort: readonly Sort[], column: string, add: boolean): Sort[] => {
  const key = sort.find((other) => other.column === column);
  const next = key === undefined ? [{ column, descending: false }] : key.descending ? [] : [{ column, descending: true }];
  return add ? [...sort.filter((other) => other.column !== column), ...next] : next;
};

/** The rows of a table in one continuous scroll: only what is in view is drawn, and only what is drawn is asked for. */
export default function Grid({ ref, table, rows, blocks, layout, sort, decimals, onLayout, onSort, onFacet, onFilter, onRange, onCopy, onOpen, onCopyName }: GridProps) {
  const id = useId();
  const { ref: sized, width: viewWidth, height: viewHeight } = useElementSize();
  const { ref: body, height } = useElementSize();
  const viewport = useRef<HTMLDivElement>(null);
  const [top, setTop] = useState(0);
  const [scrollLeft, setScrollLeft] = useState(0);
  const [selection, setSelection] = useState<Selection>(() => at(0, 0));
  const [menu, setMenu] = useState<string | null>(null);
  useSyncExternalStore(blocks.listen, blocks.version);

  const columns = useMemo(() => placed(table.columns, layout), [table, layout]);
  const numberWidth = 22 + formatCount(Math.max(rows, table.rows)).length * 7;
  const pinnedWidth = numberWidth + columns.filter(({ pinned }) => pinned).reduce((sum, { width }) => sum + width, 0);
  const width = pinnedWidth + columns.filter(({ pinned }) => !pinned).reduce((sum, column) => sum + column.width, 0);

  // Scrolling: wheel and thumb say where to, and the next frame draws it.
  const target = useRef(0);
  const direction = useRef(1);
  const frame = useRef(0);
  const scrollTo = useCallback((next: number) => {
    const to = Math.round(clampTop(next, rows, height));
    direction.current = to < target.current ? -1 : 1;
    target.current = to;
    frame.current ||= requestAnimationFrame(() => {
      frame.current = 0;
      setTop(target.current);
    });
  }, [rows, height]);
  useEffect(() => () => cancelAnimationFrame(frame.current), []);
  useLayoutEffect(() => scrollTo(target.current), [scrollTo]);
  useEffect(() => {
    const element = viewport.current;
    const wheel = (event: WheelEvent) => {
      if (event.ctrlKey || Math.abs(event.deltaX) > Math.abs(event.deltaY) || event.shiftKey) return;
      event.preventDefault();
      const unit = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? ROW_HEIGHT : event.deltaMode === WheelEvent.DOM_DELTA_PAGE ? height : 1;
      scrollTo(target.current + event.deltaY * unit);
    };
    element?.addEventListener('wheel', wheel, { passive: false });
    return () => element?.removeEventListener('wheel', wheel);
  }, [scrollTo, height]);

  const { first, end } = rowsInView(top, rows, height);
  useEffect(() => blocks.want(first, end, direction.current), [blocks, first, end]);

  const inner = viewWidth - pinnedWidth;
  const loose = columns.filter(({ pinned }) => !pinned);
  const from = loose.find((column) => column.left + column.width > scrollLeft - 200)?.place ?? 0;
  const to = (loose.findLast((column) => column.left < scrollLeft + inner + 200)?.place ?? -1) + 1;

  const range = useMemo(() => rangeOf(selection), [selection]);
  useEffect(() => onRange(range), [onRange, range]);

  /** Brings a cell into view: rows by the grid's own scroll, columns by the browser's. */
  const show = (row: number, column: number) => {
    if (row >= 0) scrollTo(topShowing(row, target.current, height));
    const place = columns[column];
    const element = viewport.current;
    if (element === null || place === undefined || place.pinned) return;
    if (place.left < element.scrollLeft) element.scrollLeft = place.left;
    else if (place.left + place.width > element.scrollLeft + inner) element.scrollLeft = Math.min(place.left, place.left + place.width - inner);
  };
  useImperativeHandle(ref, () => ({
    goTo: (row) => {
      scrollTo(row * ROW_HEIGHT);
      setSelection(at(row, 0));
      viewport.current?.focus({ preventScroll: true });
    },
    focus: () => viewport.current?.focus({ preventScroll: true }),
    toTop: () => {
      scrollTo(0);
      setSelection(({ active }) => at(Math.min(active.row, 0), active.column));
    },
  }), [scrollTo]);

  const fit = (name: string) => {
    const column = columns.find((other) => other.name === name);
    if (column === undefined) return;
    const texts = Array.from({ length: Math.max(0, end - first) }, (_, i) => formatCell(blocks.row(first + i)?.[column.index], column.type, decimals[column.index]));
    const wide = Math.max(textWidth(name, 600) + 60, ...texts.map((text) => textWidth(text.slice(0, 400), 400) + 26));
    onLayout({ ...layout, widths: { ...layout.widths, [name]: Math.round(Math.min(WIDEST, Math.max(NARROWEST, wide))) } });
  };
  const nudge = (name: string, by: -1 | 1) => {
    const next = nudged(table.columns, layout, name, by);
    onLayout(next);
    if (selection.active.row < 0) setSelection(at(-1, placed(table.columns, next).findIndex((column) => column.name === name)));
  };
  const resize = (name: string, wide: number) => onLayout({ ...layout, widths: { ...layout.widths, [name]: wide } });

  const headKey = (event: KeyboardEvent, name: string, wide: number): boolean => {
    const by = event.key === 'ArrowLeft' ? -1 : event.key === 'ArrowRight' ? 1 : 0;
    if (event.key === 'Enter' || event.key === ' ') onSortBy(name, event.shiftKey);
    else if (event.key === 'ContextMenu' || (event.key === 'F10' && event.shiftKey) || (event.key === 'ArrowDown' && event.altKey)) setMenu(name);
    else if (by !== 0 && event.altKey) nudge(name, by);
    else if (by !== 0 && event.shiftKey) resize(name, Math.min(WIDEST, Math.max(NARROWEST, wide + by * 10)));
    else return false;
    return true;
  };
  const keyDown = (event: KeyboardEvent<HTMLDivElement>) => {
    if (event.target !== event.currentTarget) return;
    const ctrl = event.ctrlKey || event.metaKey;
    const { active } = selection;
    const column = columns[active.column];
    if (ctrl && event.key.toLowerCase() === 'c') onCopy(event.shiftKey);
    else if (active.row < 0 && column !== undefined && headKey(event, column.name, column.width)) { /* the header took it */ }
    else if ((event.key === 'Enter' || event.key === 'F2') && active.row >= 0 && column !== undefined) onOpen(active.row, column.name);
    else {
      if (event.altKey) return;
      const next = movedBy(selection, { key: event.key, ctrl, shift: event.shiftKey }, { rows, columns: columns.length, page: Math.max(1, Math.floor(height / ROW_HEIGHT) - 1) });
      if (next === undefined) return;
      setSelection(next);
      const whole = ctrl && event.key.toLowerCase() === 'a';
      if (!whole && event.key !== ' ' && event.key !== 'Escape') show(next.head.row, next.head.column);
    }
    event.preventDefault();
  };

  const onSortBy = (column: string, add: boolean) => onSort(cycle(sort, column, add));

  // Pressing and dragging over cells selects them.
  const pressed = useRef(false);
  const cellAt = (event: PointerEvent<HTMLDivElement>): { row: number; column: number } | undefined => {
    const element = event.target instanceof Element ? event.target.closest<HTMLElement>('[role="gridcell"], [role="rowheader"]') : null;
    const row = Number(element?.closest<HTMLElement>('[data-row]')?.dataset['row']);
    if (element === null || Number.isNaN(row)) return undefined;
    return { row, column: columns.findIndex(({ name }) => name === element.dataset['column']) };
  };
  const down = (event: PointerEvent<HTMLDivElement>) => {
    const place = cellAt(event);
    if (event.button !== 0 || place === undefined) return;
    viewport.current?.focus({ preventScroll: true });
    if (place.column < 0) {
      const whole = wholeRow(place.row, columns.length);
      setSelection(event.shiftKey ? { active: selection.active, anchor: { row: selection.anchor.row, column: 0 }, head: whole.head } : whole);
      return;
    }
    pressed.current = true;
    setSelection(event.shiftKey ? { ...selection, head: place } : at(place.row, place.column));
  };
  const move = (event: PointerEvent<HTMLDivElement>) => {
    const place = pressed.current && event.buttons === 1 ? cellAt(event) : undefined;
    if (place !== undefined && place.column >= 0 && (place.row !== selection.head.row || place.column !== selection.head.column)) setSelection({ ...selection, head: place });
  };

  const drawnFrom = Math.max(0, first - OVERSCAN);
  const drawn = Math.max(0, Math.min(rows, end + OVERSCAN) - drawnFrom);
  const pool = Math.ceil(height / ROW_HEIGHT) + 2 + 2 * OVERSCAN;
  const origin = Math.floor(first / ORIGIN) * ORIGIN;
  const cells = (range.bottom - range.top + 1) * (range.right - range.left + 1);
  return (
    <div className={classes['frame']}>
      <div
        ref={useMergedRef(sized, viewport)}
        id={id}
        role="grid"
        tabIndex={0}
        aria-label={`Rows of ${table.name}`}
        aria-rowcount={rows + 1}
        aria-colcount={columns.length + 1}
        aria-multiselectable
        aria-activedescendant={selection.active.row < 0 || (selection.active.row >= drawnFrom && selection.active.row < drawnFrom + drawn) ? `${id}-${selection.active.row}-${selection.active.column}` : undefined}
        className={classes['viewport']}
        onKeyDown={keyDown}
        onScroll={(event) => setScrollLeft(event.currentTarget.scrollLeft)}
      >
        <div role="rowgroup" style={{ width, minWidth: '100%', flex: 'none' }}>
          <Header
            id={id}
            columns={columns}
            from={from}
            to={to}
            numberWidth={numberWidth}
            pinnedWidth={pinnedWidth}
            width={width}
            active={selection.active.row < 0 ? selection.active.column : -1}
            menu={menu}
            onMenu={(name) => { setMenu(name); if (name === null) viewport.current?.focus({ preventScroll: true }); }}
            sort={sort}
            onSort={onSort}
            onSortBy={onSortBy}
            onMove={(name, before) => onLayout(moved(table.columns, layout, name, before))}
            onNudge={nudge}
            onResize={resize}
            onFit={fit}
            onPin={(name, pinned) => onLayout({ ...layout, pinned: withOrWithout(layout.pinned, name, pinned) })}
            onHide={(name) => onLayout({ ...layout, hidden: withOrWithout(layout.hidden, name, true) })}
            onFacet={onFacet}
            onFilter={onFilter}
            onCopyName={onCopyName}
            onAll={() => { if (rows > 0) setSelection({ active: selection.active, anchor: { row: 0, column: 0 }, head: { row: rows - 1, column: columns.length - 1 } }); }}
          />
        </div>
        <div ref={body} role="rowgroup" className={classes['rows']} style={{ width }} onPointerDown={down} onPointerMove={move} onPointerUp={() => { pressed.current = false; }} onDoubleClick={() => { const name = columns[selection.active.column]?.name; if (name !== undefined && selection.active.row >= 0 && rows > 0) onOpen(selection.active.row, name); }}>
          {blocks.total === 0 && (
            <div role="row">
              <div role="gridcell" className={classes['nothing']}>
                {table.rows === 0 ? 'This table has no rows.' : 'No row passes these filters.'}
              </div>
            </div>
          )}
          <div role="presentation" style={{ transform: `translateY(${origin * ROW_HEIGHT - top}px)` }}>
            {Array.from({ length: drawn }, (_, i) => drawnFrom + i).map((index) => {
              const selected = cells > 1 && index >= range.top && index <= range.bottom;
              return (
                <GridRow
                  key={index % pool}
                  id={id}
                  index={index}
                  y={(index - origin) * ROW_HEIGHT}
                  cells={blocks.row(index)}
                  columns={columns}
                  from={from}
                  to={to}
                  numberWidth={numberWidth}
                  pinnedWidth={pinnedWidth}
                  width={width}
                  active={index === selection.active.row ? selection.active.column : -1}
                  left={selected ? range.left : -1}
                  right={selected ? range.right : -1}
                  decimals={decimals}
                />
              );
            })}
          </div>
        </div>
      </div>
      <Scrollbar top={top} rows={rows} height={height} track={viewHeight} controls={id} onScroll={scrollTo} />
      <VisuallyHidden component="output">{cells > 1 ? `${formatUnits(range.bottom - range.top + 1, 'row')} by ${formatUnits(range.right - range.left + 1, 'column')} selected` : ''}</VisuallyHidden>
    </div>
  );
}

let context: CanvasRenderingContext2D | null = null;

/** How wide a text is drawn in the grid, in pixels. */
function textWidth(text: string, weight: number): number {
  context ??= document.createElement('canvas').getContext('2d');
  if (context === null) return text.length * 7;
  context.font = `${weight} 12px ${getComputedStyle(document.body).fontFamily}`;
  return context.measureText(text).width;
}
