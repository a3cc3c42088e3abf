import { z } from 'zod';
import { Cell, TableView } from './common.ts';

/** How the values of a column are grouped: as they are, by the shape of their text (`Aa 99`), or by its length. */
export const facetGroupings = ['value', 'pattern', 'length'] as const;

/** The values of one column with their counts in a view; the caller leaves out of the view's filters what it chose here before. */
export const FacetRequest = TableView.extend({
  column: z.string(),
  by: z.enum(facetGroupings).default('value'),
  /** Only values whose text contains this, in any case. */
  search: z.string().default(''),
  order: z.enum(['count', 'value']).default('count'),
  limit: z.number().int().min(1).max(1000).default(200),
  /** Values to answer even when they are not among the first. */
  always: z.array(z.string()).max(1000).default([]),
  /** Counts a column of more than a million different values too, which takes seconds. */
  exact: z.boolean().default(false),
});

export const Facet = z.object({
  /** Texts that the filter `one of` takes; the empty text is a value like any other. */
  values: z.array(z.object({ value: z.string(), count: z.number() })),
  /** Different values in the view, without NULL; about as many when `tooMany`. */
  distinct: z.number(),
  /** How many of them the search leaves. */
  found: z.number(),
  /** Rows whose cell is NULL. */
  missing: z.number(),
  rows: z.number(),
  /** Too many different values to list without being asked to: `values` is empty. */
  tooMany: z.boolean(),
});
export type Facet = z.infer<typeof Facet>;

/** A column of numbers or times in at most about `bins` bins with round edges. */
export const HistogramRequest = TableView.extend({ column: z.string(), bins: z.number().int().min(4).max(200).default(40) });

export const TableHistogram = z.object({
  kind: z.enum(['number', 'time']),
  /** Ascending, without gaps; a bin holds low ≤ value < high, as the filter `within` does. */
  bins: z.array(z.object({ low: z.union([z.number(), z.string()]), high: z.union([z.number(), z.string()]), count: z.number() })),
  min: Cell,
  max: Cell,
  /** Rows whose cell is NULL, not a number, or infinite. */
  missing: z.number(),
  rows: z.number(),
});
export type TableHistogram = z.infer<typeof TableHistogram>;

/** How far the order of a sorted or filtered view's rows is worked out: from then on every page of it is read by place. */
export const Arranged = z.object({
  ready: z.boolean(),
  /** Of the work, from 0 to 1; null when it is not known. */
  share: z.number().nullable(),
});
export type Arranged = z.infer<typeof Arranged>;
export const ArrangeRequest = TableView.extend({ /** Answers after this many milliseconds at the latest; aborting the call ends the work. */ wait: z.number().int().min(0).max(10_000).default(0) });
