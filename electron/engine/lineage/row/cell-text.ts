import type { Cell } from '../../../../shared/contract/index.ts';

/** A cell as one text, to compare and to bind; null is the empty text. */
export function cellText(cell: Cell | undefined): string {
  if (cell === null || cell === undefined) return '';
  return typeof cell === 'object' ? JSON.stringify(cell) : String(cell);
}
