import { IconArrowDown, IconArrowUp, IconChevronDown } from '@tabler/icons-react';
import { type PointerEvent, useRef, useState } from 'react';
import type { Sort } from '../../../../shared/contract/common.ts';
import { isNumeric } from '../../../components/format.ts';
import { ColumnMenu, type ColumnMenuProps } from './ColumnMenu.tsx';
import classes from './Grid.module.css';
import { NARROWEST, type Placed, WIDEST } from './layout.ts';

export interface HeaderProps extends Omit<ColumnMenuProps, 'column' | 'opened' | 'onOpened'> {
  readonly id: string;
  readonly columns: readonly Placed[];
  readonly from: number;
  readonly to: number;
  readonly numberWidth: number;
  readonly pinnedWidth: number;
  readonly width: number;
  /** The active column's place when the header is active, or -1. */
  readonly active: number;
  readonly menu: string | null;
  readonly onMenu: (column: string | null) => void;
  readonly onSortBy: (column: string, add: boolean) => void;
  readonly onMove: (column: string, before: string | undefined) => void;
  readonly onResize: (column: string, width: number) => void;
  readonly onFit: (column: string) => void;
  readonly onAll: () => void;
}

interface Drag {
  readonly column: string;
  readonly x: number;
  /** The column it would stand before, or null for the end; undefined before it has moved. */
  readonly before: string | null | undefined;
}

const order = (sort: readonly Sort[], name: string) => {
  const at = sort.findIndex(({ column }) => column === name);
  const key = sort[at];
  return key === undefined ? undefined : { descending: key.descending, rank: sort.length > 1 ? at + 1 : undefined };
};

/** Names and types of the columns: a press sorts, a drag moves, the edge resizes, the arrow opens the menu. */
export function Header({ id, columns, from, to, numberWidth, pinnedWidth, width, active, menu, onMenu, onSortBy, onMove, onResize, onFit, onAll, ...actions }: HeaderProps) {
  const [drag, setDrag] = useState<Drag | null>(null);
  const sizing = useRef<{ column: string; x: number; width: number }>(null);
  const { sort } = actions;

  const down = (event: PointerEvent<HTMLElement>, column: Placed) => {
    if (event.button !== 0 || !(event.target instanceof Element) || event.target.closest('[data-own]') !== null) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    setDrag({ column: column.name, x: event.clientX, before: undefined });
  };
  const move = (event: PointerEvent<HTMLElement>) => {
    if (drag === null || (drag.before === undefined && Math.abs(event.clientX - drag.x) < 5)) return;
    const heads = [...(event.currentTarget.closest('[role="row"]')?.querySelectorAll<HTMLElement>('[data-head]') ?? [])];
    const next = heads.find((head) => {
      const { left, width: wide } = head.getBoundingClientRect();
      return event.clientX < left + wide / 2;
    });
    setDrag({ ...drag, before: next?.dataset['head'] ?? null });
  };
  const up = (event: PointerEvent<HTMLElement>) => {
    if (drag === null) return;
    setDrag(null);
    if (drag.before === undefined) onSortBy(drag.column, event.shiftKey);
    else onMove(drag.column, drag.before ?? undefined);
  };

  const more = (name: string) => (
    <button type="button" tabIndex={-1} data-own className={classes['more']} aria-label={`Menu of ${name}`} aria-haspopup="menu" onClick={() => onMenu(menu === name ? null : name)}>
      <IconChevronDown size={14} />
    </button>
  );

  const head = (column: Placed, offset: number) => {
    const sorted = order(sort, column.name);
    const Arrow = sorted?.descending === true ? IconArrowDown : IconArrowUp;
    return (
      <div
        key={column.name}
        id={`${id}--1-${column.place}`}
        role="columnheader"
        aria-colindex={column.place + 2}
        aria-sort={sorted === undefined ? 'none' : sorted.descending ? 'descending' : 'ascending'}
        className={classes['head']}
        data-head={column.name}
        data-number={isNumeric(column.type) || undefined}
        data-active={column.place === active || undefined}
        data-drop={(drag?.before !== undefined && drag.before === column.name) || undefined}
        data-drop-end={(drag?.before === null && column === columns.at(-1)) || undefined}
        style={{ left: column.left + offset, width: column.width }}
        onPointerDown={(event) => down(event, column)}
        onPointerMove={move}
        onPointerUp={up}
        onPointerCancel={() => setDrag(null)}
        onContextMenu={(event) => {
          event.preventDefault();
          onMenu(column.name);
        }}
      >
        <span className={classes['label']}>
          <span className={classes['name']} title={column.name}>
            {column.name}
          </span>
          <span className={classes['type']}>{column.type}</span>
        </span>
        {sorted !== undefined && (
          <span className={classes['sorted']} aria-hidden>
            <Arrow size={13} />
            {sorted.rank}
          </span>
        )}
        {menu === column.name ? (
          <ColumnMenu column={column} opened onOpened={(opened) => onMenu(opened ? column.name : null)} {...actions}>
            {more(column.name)}
          </ColumnMenu>
        ) : (
          more(column.name)
        )}
        <span
          data-own
          className={classes['edge']}
          onPointerDown={(event) => {
            event.currentTarget.setPointerCapture(event.pointerId);
            sizing.current = { column: column.name, x: event.clientX, width: column.width };
          }}
          onPointerMove={(event) => {
            const held = sizing.current;
            if (held !== null) onResize(held.column, Math.min(WIDEST, Math.max(NARROWEST, held.width + event.clientX - held.x)));
          }}
          onPointerUp={() => { sizing.current = null; }}
          onLostPointerCapture={() => { sizing.current = null; }}
          onDoubleClick={() => onFit(column.name)}
        />
      </div>
    );
  };
  return (
    <div role="row" aria-rowindex={1} className={classes['heads']} style={{ width }}>
      <div role="presentation" className={classes['pinned']} style={{ width: pinnedWidth }}>
        <div role="columnheader" aria-colindex={1} aria-label="Row" className={classes['corner']} style={{ width: numberWidth }} title="Select all" onClick={onAll} />
        {columns.filter(({ pinned }) => pinned).map((column) => head(column, numberWidth))}
      </div>
      {columns.filter(({ pinned, place }) => !pinned && place >= from && place < to).map((column) => head(column, pinnedWidth))}
    </div>
  );
}
