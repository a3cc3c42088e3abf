/** A cell by its row and the place of its column; row -1 is the header. */
export interface Place {
  readonly row: number;
  readonly column: number;
}

/** The cell that keys act on, and the two corners of what is selected. */
export interface Selection {
  readonly active: Place;
  readonly anchor: Place;
  readonly head: Place;
}

export interface Range {
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
  readonly right: number;
}

export const at = (row: number, column: number): Selection => ({ active: { row, column }, anchor: { row, column }, head: { row, column } });

/** The selected cells, ends included. */
export const rangeOf = ({ anchor, head }: Selection): Range => ({
  top: Math.max(0, Math.min(anchor.row, head.row)),
  bottom: Math.max(anchor.row, head.row),
  left: Math.min(anchor.column, head.column),
  right: Math.max(anchor.column, head.column),
});

export const wholeRow = (row: number, columns: number): Selection => ({ active: { row, column: 0 }, anchor: { row, column: 0 }, head: { row, column: columns - 1 } });

export interface Bounds {
  readonly rows: number;
  readonly columns: number;
  /** Rows that a page is. */
  readonly page: number;
}

export interface Key {
  readonly key: string;
  readonly ctrl: boolean;
  readonly shift: boolean;
}

/** Where a key leads from the head of the selection; undefined for a key that does not move. */
function target({ row, column }: Place, { key, ctrl }: Key, { rows, columns, page }: Bounds): Place | undefined {
  const last = rows - 1;
  switch (key) {
    case 'ArrowUp': return { row: ctrl ? (row > 0 ? 0 : -1) : row - 1, column };
    case 'ArrowDown': return { row: ctrl ? last : row + 1, column };
    case 'ArrowLeft': return { row, column: ctrl ? 0 : column - 1 };
    case 'ArrowRight': return { row, column: ctrl ? columns - 1 : column + 1 };
    case 'PageUp': return { row: Math.max(0, row - page), column };
    case 'PageDown': return { row: row + page, column };
    case 'Home': return { row: ctrl ? 0 : row, column: 0 };
    case 'End': return { row: ctrl ? last : row, column: columns - 1 };
    default: return undefined;
  }
}

/** The selection after a key; undefined when the key means nothing to it. With Shift the selection grows instead of moving. */
export function moved(selection: Selection, key: Key, bounds: Bounds): Selection | undefined {
  const { rows, columns } = bounds;
  if (columns === 0) return undefined;
  if (key.ctrl && key.key.toLowerCase() === 'a') return rows === 0 ? undefined : { active: selection.active, anchor: { row: 0, column: 0 }, head: { row: rows - 1, column: columns - 1 } };
  if (key.key === 'Escape') return at(selection.active.row, selection.active.column);
  if (key.key === ' ' && (key.ctrl || key.shift) && selection.active.row >= 0 && rows > 0) {
    return key.shift
      ? { active: selection.active, anchor: { row: selection.anchor.row, column: 0 }, head: { row: selection.head.row, column: columns - 1 } }
      : { active: selection.active, anchor: { row: 0, column: selection.active.column }, head: { row: rows - 1, column: selection.active.column } };
  }
  const extends_ = key.shift && selection.active.row >= 0;
  const to = target(extends_ ? selection.head : selection.active, key, bounds);
  if (to === undefined) return undefined;
  const place = { row: Math.max(extends_ ? 0 : -1, Math.min(rows - 1, to.row)), column: Math.max(0, Math.min(columns - 1, to.column)) };
  return extends_ ? { ...selection, head: place } : at(place.row, place.column);
}
