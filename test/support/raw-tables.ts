import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { literal } from '../../electron/engine/workspace/sql.ts';
import { Workspace } from '../../electron/engine/workspace/workspace.ts';
import type { SetFile } from './defects.ts';

/** One file of a raw table as its cells; line 1 is the header. */
export interface RawFile {
  readonly path: string;
  readonly rows: readonly (readonly string[])[];
  readonly importedAt?: string;
  readonly scale?: readonly [min: number, max: number, step: number];
}

/** The columns of each raw table, and what a cell must be. */
const kinds = {
  ratings: { user_id: 'id', movie_id: 'id', rating: 'number', timestamp: 'time' },
  movies: {
    movie_id: 'id', title: 'text', genres: 'text', year: 'whole', certificate: 'text', runtime: 'whole', average_rating: 'number', votes: 'whole', meta_score: 'number', gross: 'number', budget: 'number', overview: 'text',
  },
  tags: { user_id: 'id', movie_id: 'id', tag: 'text', timestamp: 'time' },
  links: { movie_id: 'id', imdb_id: 'text', tmdb_id: 'id' },
  genome_scores: { movie_id: 'id', tag_id: 'id', relevance: 'number' },
  genome_tags: { tag_id: 'id', tag: 'text' },
  persons: { movie_id: 'id', name: 'text', role: 'text', ordering: 'id' },
} as const;
const types = { id: 'BIGINT', whole: 'BIGINT', number: 'DOUBLE', time: 'BIGINT', text: 'VARCHAR' } as const;
const tokens = new Set(['', 'NULL', 'null', '\\N', 'NA', 'N/A', 'nan', 'NaN', 'None']);

/** A cell as an import reads it: `undefined` when it cannot be read as the column's type. */
function typed(type: keyof typeof types, cell: string): string | number | null | undefined {
  const text = cell.trim();
  if (tokens.has(text)) return null;
  if (type === 'text') return cell;
  if (type === 'number') return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : undefined;
  if (type === 'whole') return /^-?\d+$/.test(text) ? Number(text) : undefined;
  if (type === 'id') return /^\d+$/.test(text) && Number(text) >= 1 && Number.isSafeInteger(Number(text)) ? Number(text) : undefined;
  if (/^-?\d+$/.test(text)) return Math.abs(Number(text)) < 1e14 ? Number(text) : undefined;
  return /^\d{4}-\d{2}-\d{2}/.test(text) && !Number.isNaN(Date.parse(text)) ? Math.floor(Date.parse(text) / 1000) : undefined;
}

/** Fills raw tables as an import leaves them: typed rows in file order, rows with an unreadable cell aside, the line map. */
export async function fillRaw(workspace: Workspace, kind: keyof typeof kinds, files: readonly RawFile[]): Promise<void> {
  // Films that say no more than MovieLens does make no more columns.
  const width = kind === 'movies' ? Math.max(3, ...files.flatMap(({ rows }) => rows.map((row) => row.length))) : undefined;
  const columns = Object.entries(kinds[kind]).slice(0, width);
  const values = (row: readonly unknown[]) => `(${row.map((v) => literal(v as string | number | null)).join(',')})`;
  await workspace.write(async (session) => {
    await session.run(`CREATE OR REPLACE TABLE raw.${kind} (${columns.map(([name, type]) => `${name} ${types[type]}`).join(', ')})`);
    await session.run(`CREATE OR REPLACE TABLE raw.${kind}_text (${columns.map(([name]) => `${name} VARCHAR`).join(', ')}, file_id INTEGER, line BIGINT)`);
    let place = 0;
    for (const [i, file] of files.entries()) {
      const id = i + Object.keys(kinds).indexOf(kind) * 1000;
      const readable: string[] = [];
      const unreadable: string[] = [];
      const lines: string[] = [];
      const first = place;
      let expectedLine = -1;
      for (const [at, row] of file.rows.entries()) {
        const cells = columns.map(([, type], c) => typed(type, row[c] ?? ''));
        if (cells.includes(undefined)) {
          unreadable.push(values([...columns.map((_, c) => row[c] ?? '').map((cell) => (tokens.has(cell.trim()) ? null : cell)), id, at + 2]));
          continue;
        }
        if (at + 2 !== expectedLine) lines.push(values([id, kind, place, at + 2]));
        expectedLine = at + 3;
        readable.push(values(cells));
        place++;
      }
      if (readable.length > 0) await session.run(`INSERT INTO raw.${kind} VALUES ${readable.join(',')}`);
      if (unreadable.length > 0) await session.run(`INSERT INTO raw.${kind}_text VALUES ${unreadable.join(',')}`);
      if (lines.length > 0) await session.run(`INSERT INTO raw.lines VALUES ${lines.join(',')}`);
      const [min, max, step] = file.scale ?? [0.5, 5, 0.5];
      await session.run(`INSERT INTO raw.files (file_id, path, kind, table_name, release, format, encoding, bytes, sha256, modified_at, first_row, rows, rejected, unreadable, scale_min, scale_max, scale_step, imported_at, first_imported_at) VALUES (${id}, ${literal(file.path)}, '${kind}', '${kind}', NULL, 'csv', 'utf-8', 0, 'x', NULL, ${first}, ${place - first}, 0, ${unreadable.length}, ${min}, ${max}, ${step}, ${literal(file.importedAt ?? '2025-01-01 00:00:00')}, ${literal(file.importedAt ?? '2025-01-01 00:00:00')})`);
    }
  });
}

/** Fills the raw tables of a whole set, each of one file or of several. Call it on a workspace without any. */
export async function fillSet(workspace: Workspace, files: Readonly<Record<SetFile, readonly (readonly (readonly string[])[])[]>>): Promise<void> {
  for (const [file, parts] of Object.entries(files)) {
    const kind = Object.keys(kinds).find((name): name is keyof typeof kinds => name === file.replace('-', '_'));
    if (kind !== undefined) await fillRaw(workspace, kind, parts.map((rows, i) => ({ path: `${file}-${i + 1}.csv`, rows })));
  }
}

/** A workspace in a folder of its own; `close` removes it. */
export async function temporaryWorkspace(): Promise<{ workspace: Workspace; close: () => Promise<void> }> {
  const directory = await mkdtemp(path.join(tmpdir(), 'reelbench-quality-'));
  const workspace = await Workspace.open(directory, { memoryLimitMB: 512, threads: 2 });
  return {
    workspace,
    close: async () => {
      workspace.close();
      await rm(directory, { recursive: true });
    },
  };
}
