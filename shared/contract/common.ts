import { z } from 'zod';

/** A file or folder that the host has granted to the page. The page never sees or sends a path. */
export const FileRef = z.object({ id: z.string(), name: z.string(), size: z.number(), directory: z.boolean() });
export type FileRef = z.infer<typeof FileRef>;

/** One cell as JSON: big integers beyond 2^53 and times (ISO 8601, UTC) are texts. */
export const Cell = z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(z.unknown()), z.record(z.string(), z.unknown())]);
export type Cell = z.infer<typeof Cell>;

export const Column = z.object({ name: z.string(), /** DuckDB's name of the type */ type: z.string() });
export type Column = z.infer<typeof Column>;

/** What a table holds: `raw` as imported, `main` the core schema and everything built from it. */
export const TableInfo = z.object({
  schema: z.string(),
  name: z.string(),
  rows: z.number(),
  columns: z.array(Column),
  group: z.enum(['as imported', 'catalogue', 'behaviour', 'features', 'results', 'records']),
  /** Why it is not what the last run should have made of it: its stage failed, and the run went on without. */
  mark: z.string().nullable(),
});
export type TableInfo = z.infer<typeof TableInfo>;

export const filterOperators = ['=', '!=', '<', '<=', '>', '>=', 'contains', 'starts with', 'is empty', 'is not empty', 'between', 'within', 'one of', 'not one of'] as const;
export const Filter = z.object({
  column: z.string(),
  op: z.enum(filterOperators),
  /** For the operators that compare with one value. */
  value: z.string().optional(),
  /** `between` and `within`: the lower and the upper end (`within` leaves the upper end out); `one of` and `not one of`: values as texts, null for a cell without a value. */
  values: z.array(z.string().nullable()).max(1000).optional(),
  /** What of the text is compared, instead of the cell itself: its shape (`Aa 99`) or its length. */
  of: z.enum(['pattern', 'length']).optional(),
});
export type Filter = z.infer<typeof Filter>;
export const Sort = z.object({ column: z.string(), descending: z.boolean() });
export type Sort = z.infer<typeof Sort>;

/** A table narrowed and ordered: what the grid shows and what an export of the grid writes. */
export const TableView = z.object({
  schema: z.string().default('main'),
  table: z.string(),
  filters: z.array(Filter).default([]),
  sort: z.array(Sort).default([]),
});
export type TableView = z.infer<typeof TableView>;
