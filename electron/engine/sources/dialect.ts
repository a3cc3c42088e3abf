import { isFieldName } from './fields.ts';
import { cellText, type Dialect, RecordReader } from './records.ts';
import { readText } from './values.ts';

export interface HeadRows {
  readonly rows: readonly { line: number; cells: readonly string[] }[];
  readonly broken: readonly { line: number; reason: string; text: string }[];
}

/** The complete records within the head of a text. */
export function readHead(text: Buffer, complete: boolean, dialect: Dialect): HeadRows {
  const rows: { line: number; cells: string[] }[] = [];
  const broken: { line: number; reason: string; text: string }[] = [];
  const reader = new RecordReader(dialect, {
    record: (bytes, place) => rows.push({ line: place.line, cells: Array.from({ length: Math.min(place.count, place.starts.length) }, (_, i) => cellText(bytes, place, i)) }),
    broken: (line, reason, bytes) => broken.push({ line, reason, text: bytes.toString('utf8', 0, 500) }),
  });
  reader.push(text);
  if (complete) reader.end();
  return { rows, broken };
}

const candidates = [',', '\t', ';', '|', '::'] as const;

/**
 * The delimiter that cuts most lines into one and the same number of cells, two at least; more cells win among equals.
 * A file of one column has a comma.
 */
export function sniffDelimiter(text: Buffer, complete: boolean): string {
  const sample = text.subarray(0, 64 * 1024);
  const score = (delimiter: string): number => {
    const { rows } = readHead(sample, complete && sample.length === text.length, { delimiter, quoted: true });
    const counts = new Map<number, number>();
    for (const { cells } of rows) counts.set(cells.length, (counts.get(cells.length) ?? 0) + 1);
    const [cells = 1, lines = 0] = [...counts].sort((a, b) => b[1] - a[1])[0] ?? [];
    return cells < 2 ? 0 : (lines / rows.length) * (1 + Math.min(cells, 100) / 1000);
  };
  const scored = candidates.map((delimiter) => ({ delimiter, score: score(delimiter) })).sort((a, b) => b.score - a.score);
  const best = scored[0];
  return best && best.score > 0.5 ? best.delimiter : ',';
}

/** Whether the first row names the columns: it has a known name, or only names where the rows below have numbers. */
export function looksLikeHeader(rows: HeadRows['rows']): boolean {
  const [first, ...others] = rows;
  if (!first) return false;
  const isNumber = (cell: string) => readText('number', cell.trim()) !== undefined || readText('time', cell.trim()) !== undefined;
  if (first.cells.some(isNumber)) return false;
  if (first.cells.some(isFieldName)) return true;
  if (first.cells.some((cell) => cell.trim() === '') || new Set(first.cells).size < first.cells.length) return false;
  return others.length === 0 || others.slice(0, 20).some(({ cells }) => cells.some(isNumber)) || others.every(({ cells }) => cells.every((cell, i) => cell !== first.cells[i]));
}
