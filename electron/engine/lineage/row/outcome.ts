import { BY_HAND, type Cell, type RowOutcome } from '../../../../shared/contract/index.ts';
import { momentOf } from '../../workspace/core-values.ts';
import type { Candidate } from './candidates.ts';
import { cellText } from './cell-text.ts';
import type { RawKind } from './kinds.ts';

/** What a row's fate depends on besides the rows that share its key. */
export interface World {
  /** Film → film that it becomes. */
  readonly merges: ReadonlyMap<string, string>;
  /** Whether a core table has a value in its column of the same name; true for tables that there are not. */
  readonly has: (table: string, column: string, value: Cell) => boolean;
  /** Whether the core table has a row of this key. */
  readonly built: (key: string) => boolean;
  /** The number that a person or keyword without one got by its name. */
  readonly numberOf: (name: string) => Cell;
}

export interface Fate {
  readonly outcome: RowOutcome;
  /** The row that stands in its place. */
  readonly instead: Candidate | null;
  /** Columns that it lacks, or the one that leads nowhere. */
  readonly columns: readonly string[];
  /** The rule that took it away. */
  readonly rule: string | null;
}

/** The film under which a row is loaded. */
export function filmOf(kind: RawKind, row: Pick<Candidate, 'clean'>, merges: World['merges']): Cell {
  const film = row.clean['movie_id'] ?? null;
  return kind.merging === 'none' || film === null ? film : (merges.get(cellText(film)) ?? film);
}

/** The key of what a row becomes, as one text. */
export function keyOf(kind: RawKind, row: Pick<Candidate, 'clean'>, { merges, numberOf }: Pick<World, 'merges' | 'numberOf'>): string {
  return keyText(keyCells(kind, row, { merges, numberOf }));
}

/** The key of what a row becomes, column by column. */
export function keyCells(kind: RawKind, row: Pick<Candidate, 'clean'>, { merges, numberOf }: Pick<World, 'merges' | 'numberOf'>): Cell[] {
  return kind.key.map((column) => {
    if (column === 'movie_id') return filmOf(kind, row, merges);
    const cell = row.clean[column] ?? null;
    const name = kind.named?.id === column ? (row.clean[kind.named.name] ?? null) : null;
    return cell === null && typeof name === 'string' ? numberOf(name.trim()) : cell;
  });
}

export function keyText(cells: readonly Cell[]): string {
  return JSON.stringify(cells.map((cell) => (cell === null ? null : cellText(cell))));
}

/**
 * What became of each row, as the transform decides: quarantine and drops first, then rows that cannot be used, that lead
 * nowhere, copies, rows of films that became one, and what k-core limits leave out. `rows` must hold all rows that share
 * a key with one another.
 */
export function fates(kind: RawKind, rows: readonly Candidate[], world: World): Map<Candidate, Fate> {
  const fate = new Map<Candidate, Fate>();
  const end = (row: Candidate, outcome: RowOutcome, about: Partial<Fate> = {}) => fate.set(row, { outcome, instead: null, columns: [], rule: null, ...about });
  const left = () => rows.filter((row) => !fate.has(row));

  for (const row of rows) {
    const aside = row.setAside.find(({ rule }) => !row.fixes.some((fix) => fix.action === 'set' && fix.rule === rule));
    const drop = row.fixes.find(({ action }) => action === 'drop');
    if (aside) end(row, aside.rule === BY_HAND ? 'set aside by hand' : 'set aside', { rule: aside.rule });
    else if (drop) end(row, 'dropped', { rule: drop.rule });
  }
  const among = left();
  const lacking = (row: Candidate) => kind.required.filter((column) => isEmpty(row.clean[column] ?? null));
  const nowhere = (row: Candidate) => kind.references.filter(({ column, table }) => !world.has(table, column, column === 'movie_id' && kind.merging !== 'ends' ? filmOf(kind, row, world.merges) : (row.clean[column] ?? null))).map(({ column }) => column);
  const orphan = (row: Candidate) => {
    const columns = nowhere(row);
    if (columns.length > 0) end(row, 'orphan', { columns });
  };
  for (const row of among) {
    const columns = lacking(row);
    if (columns.length > 0) end(row, 'unusable', { columns });
    // Identifiers of a film that became another are counted as merged, not as leading nowhere.
    else if (kind.merging !== 'ends') orphan(row);
  }

  if (kind.stays === 'newest') leaveNewest(kind, left(), world, end);
  else if (kind.copies.length > 0) {
    for (const group of Map.groupBy(among, (row) => keyText(kind.copies.map((column) => copyCell(kind, column, row)))).values()) {
      const first = group.toSorted(bySource)[0];
      for (const row of group) if (row !== first && !fate.has(row)) end(row, 'duplicate', { instead: first ?? null });
    }
  }
  if (kind.merging === 'ends') {
    for (const row of left()) if (world.merges.has(cellText(row.clean['movie_id']))) end(row, 'merged');
    left().forEach(orphan);
  }
  if (kind.merging === 'united' && world.merges.size > 0) leaveUnited(kind, among, fate, world, end);

  for (const row of left()) end(row, world.built(keyOf(kind, row, world)) ? 'loaded' : kind.core ? 'k-core' : 'not built');
  for (const row of rows) {
    const mine = fate.get(row);
    if (mine?.outcome !== 'dropped') continue;
    // A rule drops all copies but one: that which is left, by its key.
    const key = keyOf(kind, row, world);
    const kept = rows.find((other) => other !== row && keyOf(kind, other, world) === key && fate.get(other)?.outcome !== 'dropped' && !fate.get(other)?.outcome.startsWith('set aside'));
    if (kept) fate.set(row, { ...mine, instead: kept });
  }
  return fate;
}

type End = (row: Candidate, outcome: RowOutcome, about?: Partial<Fate>) => unknown;

/** Of the rows of a user and film the newest stays; of those of one moment, the later one. */
function leaveNewest(kind: RawKind, rows: readonly Candidate[], world: World, end: End): void {
  for (const group of Map.groupBy(rows, (row) => keyOf(kind, row, world)).values()) {
    const newest = (of: readonly Candidate[]) => of.toSorted(byMoment)[0];
    const winner = newest(group);
    for (const row of group) {
      if (row === winner) continue;
      const own = newest(group.filter((other) => cellText(other.clean['movie_id']) === cellText(row.clean['movie_id'])));
      end(row, own === row && world.merges.size > 0 ? 'merged' : 'duplicate', { instead: winner ?? null });
    }
  }
}

/** Of films that become one, the rows of the film that stays are loaded, or else of the first by id. */
function leaveUnited(kind: RawKind, rows: readonly Candidate[], fate: ReadonlyMap<Candidate, Fate>, world: World, end: End): void {
  const partition = (row: Candidate) => keyText([filmOf(kind, row, world.merges), ...kind.unitedBy.map((column) => copyCell(kind, column, row))]);
  for (const group of Map.groupBy(rows, partition).values()) {
    const rank = (row: Candidate) => {
      const film = row.clean['movie_id'] ?? null;
      const leftOut = ['unusable', 'orphan', 'duplicate'].includes(fate.get(row)?.outcome ?? '');
      return [leftOut ? 1 : 0, cellText(film) === cellText(filmOf(kind, row, world.merges)) ? 0 : 1, Number(film), row.sourceRow] as const;
    };
    const first = group.toSorted((a, b) => compare(rank(a), rank(b)))[0];
    for (const row of group) if (!fate.has(row) && cellText(row.clean['movie_id']) !== cellText(first?.clean['movie_id'])) end(row, 'merged', { instead: first ?? null });
  }
}

/** A cell as copies are told apart by: names only of those without a number, roles whatever their case. */
function copyCell(kind: RawKind, column: string, row: Candidate): Cell {
  const cell = row.clean[column] ?? null;
  if (kind.named?.name === column) return (row.clean[kind.named.id] ?? null) === null && typeof cell === 'string' ? cell.trim() : null;
  return column === 'role' && typeof cell === 'string' ? cell.toLowerCase() : cell;
}

const isEmpty = (cell: Cell): boolean => cell === null || (typeof cell === 'string' && cell.trim() === '');
const bySource = (a: Candidate, b: Candidate): number => a.sourceRow - b.sourceRow;
const moment = (row: Candidate): number => momentOf(row.clean['timestamp'] === null || row.clean['timestamp'] === undefined ? null : Number(row.clean['timestamp'])) ?? Number.NEGATIVE_INFINITY;
const byMoment = (a: Candidate, b: Candidate): number => (moment(a) === moment(b) ? b.sourceRow - a.sourceRow : moment(a) < moment(b) ? 1 : -1);

function compare(a: readonly number[], b: readonly number[]): number {
  for (const [at, value] of a.entries()) if (value !== b[at]) return value - (b[at] ?? 0);
  return 0;
}
