import type { QualityParameters, RatingShare } from '../../../electron/engine/quality/relations/scope.ts';
import type { Random } from '../../../electron/engine/workspace/random.ts';

/** The files of a set and their columns, as MovieLens names them. */
export const columnsOf = {
  movies: ['movieId', 'title', 'genres', 'year', 'certificate', 'runtime', 'averageRating', 'votes', 'metaScore', 'gross', 'budget', 'overview'],
  ratings: ['userId', 'movieId', 'rating', 'timestamp'],
  tags: ['userId', 'movieId', 'tag', 'timestamp'],
  links: ['movieId', 'imdbId', 'tmdbId'],
  'genome-scores': ['movieId', 'tagId', 'relevance'],
  'genome-tags': ['tagId', 'tag'],
  persons: ['movieId', 'name', 'role', 'ordering'],
} as const;
export type SetFile = keyof typeof columnsOf;
export type Tables = Record<SetFile, string[][]>;

/** A MovieLens-like set as cells of its files, and how many failures each rule must report on it. */
export interface DefectiveSet {
  readonly tables: Tables;
  readonly ratings: string[][];
  readonly movies: string[][];
  readonly expected: Record<string, number>;
  /** What it must be checked with: the table rules measure with these. */
  readonly settings: Partial<QualityParameters>;
  readonly earlier: RatingShare[];
}

/** What the injectors of one set share. */
export interface Injection {
  readonly tables: Tables;
  readonly counts: Record<string, number>;
  readonly expected: Record<string, number>;
  /** Unix seconds. */
  readonly importedAt: number;
  readonly random: Random;
  /** A whole number from 0 to n − 1. */
  readonly below: (n: number) => number;
  /** Calls `spoil` as often as the rule is to fail. */
  readonly inject: (rule: string, spoil: (i: number) => void) => void;
}

/** Texts that are missing cells, that are no id, and so on; each defect takes one of its texts in turn. */
export const texts = {
  missing: ['', ' ', '\t', 'NULL', 'NaN', '\\N'],
  noId: ['abc', '-1', '0', '1.5', '1e3', '99999999999999999999', '12a', '#7'],
  noNumber: ['abc', 'inf', '4;5', '--', '0x10', '4 stars', '1_0'],
  outside: ['0', '5.5', '-1', '1e3', '0.49', '10'],
  between: ['3.7', '4.25', '0.6', '4.9'],
  noTime: ['yesterday', '1.5', '100000000000000', '2020-13-40', '12/31/2020', '1e9'],
} as const;

export const pick = <T>(values: readonly T[], i: number): T => values[i % values.length] as T;

/** Whether a cell is an identifier that can be read. */
export const isId = (cell: string): boolean => /^\d+$/.test(cell) && Number(cell) >= 1 && Number.isSafeInteger(Number(cell));

/** Hands out rows one by one in random order, so that each takes one defect at most. */
export function handOut(rows: readonly string[][], { below }: Pick<Injection, 'below'>): (suits?: (row: string[]) => boolean) => string[] {
  const free = shuffledBy(rows, below);
  return (suits = () => true) => {
    for (let i = free.length - 1; i >= 0; i--) if (suits(free[i] as string[])) return free.splice(i, 1)[0] as string[];
    throw new Error('No row left to spoil.');
  };
}

export function shuffledBy<T>(rows: readonly T[], below: (n: number) => number): T[] {
  const result = [...rows];
  for (let i = result.length - 1; i > 0; i--) {
    const j = below(i + 1);
    [result[i], result[j]] = [result[j] as T, result[i] as T];
  }
  return result;
}
