import { memo } from 'react';
import { formatCell, formatCount, isNumeric } from '../../../components/format.ts';
import type { Row } from './blocks.ts';
import classes from './Grid.module.css';
import type { Placed } from './layout.ts';
import { ROW_HEIGHT } from './scroll.ts';

export interface GridRowProps {
  readonly id: string;
  readonly index: number;
  /** Pixels from the layer's top. */
  readonly y: number;
  /** Undefined while it is on its way. */
  readonly cells: Row | undefined;
  readonly columns: readonly Placed[];
  /** Which of the columns that are not pinned are drawn. */
  readonly from: number;
  readonly to: number;
  readonly numberWidth: number;
  readonly pinnedWidth: number;
  readonly width: number;
  /** The active column's place, or -1. */
  readonly active: number;
  /** The selected columns' places, ends included, or -1. */
  readonly left: number;
  readonly right: number;
  readonly decimals: readonly (number | undefined)[];
}

const blank = /^\s+$/;

/** What a cell shows: a missing value, an empty text and one of spaces are told apart. */
function content(cells: Row | undefined, { index, type }: Placed, digits: number | undefined) {
  if (cells === undefined) return <span className={classes['coming']} />;
  const value = cells[index];
  if (value === null || value === undefined) return <span className={classes['faint']}>null</span>;
  if (value === '') return <span className={classes['faint']}>empty</span>;
  if (typeof value === 'string' && blank.test(value)) return <span className={classes['faint']}>{value.replaceAll(/\s/g, '␣')}</span>;
  return formatCell(value, type, digits);
}

/** One row: its number, the pinned cells, and those of the others that are in view. */
export const GridRow = memo(function GridRow({ id, index, y, cells, columns, from, to, numberWidth, pinnedWidth, width, active, left, right, decimals }: GridRowProps) {
  const cell = (column: Placed, offset: number) => (
    <div
      key={column.name}
      id={`${id}-${index}-${column.place}`}
      role="gridcell"
      aria-colindex={column.place + 2}
      aria-selected={column.place >= left && column.place <= right}
      className={classes['cell']}
      data-column={column.name}
      data-number={isNumeric(column.type) || undefined}
      data-active={column.place === active || undefined}
      style={{ left: column.left + offset, width: column.width }}
    >
      {content(cells, column, decimals[column.index])}
    </div>
  );
  return (
    <div role="row" aria-rowindex={index + 2} aria-busy={cells === undefined || undefined} data-row={index} className={classes['row']} style={{ transform: `translateY(${y}px)`, width, height: ROW_HEIGHT }}>
      <div role="presentation" className={classes['pinned']} style={{ width: pinnedWidth }}>
        <div role="rowheader" aria-colindex={1} className={classes['number']} style={{ width: numberWidth }}>
          {formatCount(index + 1)}
        </div>
        {columns.filter(({ pinned }) => pinned).map((column) => cell(column, numberWidth))}
      </div>
      {columns.filter(({ pinned, place }) => !pinned && place >= from && place < to).map((column) => cell(column, pinnedWidth))}
    </div>
  );
});
