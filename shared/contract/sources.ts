import { z } from 'zod';
import { nullTokens } from '../domain/null-tokens.ts';
import { Cell, Column, FileRef } from './common.ts';

/** What a file is, once recognised: one kind a raw table. `table` is a free table named after the file. */
export const sourceKinds = ['ratings', 'movies', 'tags', 'links', 'genome_scores', 'genome_tags', 'users', 'genres', 'persons', 'keywords', 'table'] as const;
export const SourceKind = z.enum(sourceKinds);
export type SourceKind = z.infer<typeof SourceKind>;
export const FileFormat = z.enum(['csv', 'tsv', 'parquet', 'json', 'ndjson', 'dat', 'xlsx']);
export type FileFormat = z.infer<typeof FileFormat>;
export const Encoding = z.enum(['utf-8', 'latin-1', 'utf-16']);
export type Encoding = z.infer<typeof Encoding>;

/** How to read the files; what is left out is recognised or sniffed. */
export const ImportOverrides = z.object({
  as: SourceKind.optional(),
  /** Core field → column of the file, for instance `{ user_id: 'member' }`. */
  map: z.record(z.string(), z.string()).optional(),
  format: FileFormat.optional(),
  encoding: Encoding.optional(),
  delimiter: z.string().max(4).optional(),
  header: z.boolean().optional(),
  /** Texts that mean "no value", besides the empty cell. */
  nullTokens: z.array(z.string()).optional(),
  /** Column of the file → DuckDB type, for free tables. */
  types: z.record(z.string(), z.string()).optional(),
  /** Names of the sheets to read of workbooks; left out: all that are not hidden. */
  sheets: z.array(z.string()).optional(),
  /** Add to the tables instead of replacing them. */
  append: z.boolean().optional(),
});
export type ImportOverrides = z.infer<typeof ImportOverrides>;

/** The same with everything filled in that has a default. */
export const ImportOptions = ImportOverrides.extend({
  map: z.record(z.string(), z.string()).default({}),
  nullTokens: z.array(z.string()).default([...nullTokens]),
  types: z.record(z.string(), z.string()).default({}),
  append: z.boolean().default(false),
});
export type ImportOptions = z.infer<typeof ImportOptions>;

export const RejectedLine = z.object({
  file: z.string(),
  line: z.number(),
  column: z.string().nullable(),
  reason: z.string(),
  text: z.string(),
});
export type RejectedLine = z.infer<typeof RejectedLine>;

/** One file of an import before anything is stored. */
export const FilePreview = z.object({
  /** Name inside the folder or archive. */
  path: z.string(),
  /** Stable key to give options for this file alone. */
  key: z.string(),
  kind: SourceKind,
  /** The raw table that the rows will go to. */
  table: z.string(),
  release: z.string().nullable(),
  format: FileFormat,
  encoding: Encoding,
  delimiter: z.string().nullable(),
  header: z.boolean(),
  bytes: z.number(),
  /** Columns as found in the file, each with its inferred type and the core field that it fills. */
  columns: z.array(Column.extend({ field: z.string().nullable() })),
  /** Core fields of this kind: those that must be mapped are required. */
  fields: z.array(z.object({ name: z.string(), type: z.string(), required: z.boolean() })),
  sample: z.array(z.array(Cell)),
  /** Cells of that part that cannot be read as what their column holds; `row` and `at` say where in the sample, if they are in it. */
  odd: z.array(RejectedLine.extend({ row: z.number(), at: z.number() })),
  /** Tables that columns with several persons or keywords a cell give rows to as well. */
  unfolds: z.array(z.object({ table: z.string(), columns: z.array(z.string()) })),
  /** Films have no id in the file: they are numbered on from the largest id that is there. */
  numbered: z.boolean(),
  /** Rejected lines within the part that was read for the preview. */
  rejects: z.array(RejectedLine),
  problems: z.array(z.string()),
});
export type FilePreview = z.infer<typeof FilePreview>;

export const ImportPreview = z.object({
  release: z.string().nullable(),
  files: z.array(FilePreview),
  /** Files left aside and why. */
  ignored: z.array(z.object({ path: z.string(), reason: z.string() })),
});
export type ImportPreview = z.infer<typeof ImportPreview>;

/** Options of the whole import, and overrides by `FilePreview.key`. */
export const ImportRequest = z.object({
  files: z.array(FileRef).min(1),
  options: ImportOverrides.default({}),
  perFile: z.record(z.string(), ImportOverrides.extend({ skip: z.boolean().optional() })).default({}),
});
export type ImportRequest = z.infer<typeof ImportRequest>;

export const ImportResult = z.object({
  release: z.string().nullable(),
  tables: z.array(z.object({ name: z.string(), rows: z.number(), rejected: z.number(), columns: z.array(Column) })),
  files: z.array(z.object({ path: z.string(), kind: SourceKind, rows: z.number(), rejected: z.number() })),
  /** Files that an import of before, which did not end, had read already and that were taken from there. */
  resumed: z.number(),
  seconds: z.number(),
});
export type ImportResult = z.infer<typeof ImportResult>;
