import { z } from 'zod';
import { type ProfileAlertKind, profileAlerts } from '../domain/profile-alerts.ts';
import { Cell } from './common.ts';

export const ProfileAlert = z.object({
  kind: z.enum(Object.keys(profileAlerts) as [ProfileAlertKind, ...ProfileAlertKind[]]),
  /** The columns that it is about; none when it is about the table. */
  columns: z.array(z.string()),
  /** A share, a count, a skewness or a coefficient: `text` says which. */
  figure: z.number(),
  text: z.string(),
  /** Whether it rests on a sample. */
  estimate: z.boolean(),
});
export type ProfileAlert = z.infer<typeof ProfileAlert>;

export const timeUnits = ['second', 'minute', 'hour', 'day', 'month', 'quarter', 'year', 'decade'] as const;

/** One column. Mean, deviation, skewness, quantiles, histogram and time line are of finite values. */
export const ColumnProfile = z.object({
  name: z.string(),
  /** DuckDB's name of the type. */
  type: z.string(),
  kind: z.enum(['number', 'text', 'time', 'boolean', 'other']),
  /** False when the figures are those of a sample, counts multiplied up to the table. */
  exact: z.boolean(),
  rows: z.number(),
  nulls: z.number(),
  distinct: z.number(),
  min: Cell,
  max: Cell,
  mean: z.number().nullable(),
  /** With n − 1. */
  deviation: z.number().nullable(),
  /** The third standardised moment, with n; null when the deviation is 0. */
  skewness: z.number().nullable(),
  /** At 0.01, 0.05, 0.25, 0.5, 0.75, 0.95 and 0.99, each the smallest value that this share of the values does not exceed; numbers and times only. */
  quantiles: z.array(z.object({ at: z.number(), value: Cell })),
  top: z.array(z.object({ value: Cell, count: z.number() })),
  /** Equal-width bins, the last one with its upper end; numbers and times only. */
  histogram: z.array(z.object({ low: Cell, high: Cell, count: z.number() })),
  /** Numbers only: 0, below 0, infinite, not a number, and outside the quartiles by more than three times their distance. */
  numbers: z.object({ zeros: z.number(), negative: z.number(), infinite: z.number(), nan: z.number(), farOut: z.number() }).nullable(),
  /** Texts only. */
  texts: z
    .object({
      /** Empty, or nothing but white space. */
      blank: z.number(),
      /** With white space before or behind. */
      padded: z.number(),
      /** In characters. */
      lengths: z.object({ min: z.number(), mean: z.number(), max: z.number() }).nullable(),
      /** How the texts that are not blank are written: see `docs/quality.md`. The commonest ten. */
      patterns: z.array(z.object({ pattern: z.string(), count: z.number(), example: z.string() })),
      /** How many patterns there are in all. */
      patternCount: z.number(),
      /** Texts that read as a number, as a date; not counting blank ones. */
      asNumber: z.number(),
      asDate: z.number(),
    })
    .nullable(),
  /** Times, and whole numbers that are Unix times, counted by the unit. */
  times: z
    .object({
      /** What a number counts since 1970; null when the column's type is a time. */
      unix: z.enum(['seconds', 'milliseconds']).nullable(),
      unit: z.enum(timeUnits),
      /** The beginning of each unit that has values, in order, ISO 8601. */
      line: z.array(z.object({ at: z.string(), count: z.number() })),
    })
    .nullable(),
});
export type ColumnProfile = z.infer<typeof ColumnProfile>;

export const correlationMethods = ['pearson', 'spearman', 'cramer'] as const;
export const Correlation = z.object({
  a: z.string(),
  b: z.string(),
  method: z.enum(correlationMethods),
  value: z.number(),
  /** Rows in which both columns have a value. */
  rows: z.number(),
  /** Whether those rows are a sample. */
  estimate: z.boolean(),
});
export type Correlation = z.infer<typeof Correlation>;

export const Relations = z.object({
  correlations: z.array(Correlation),
  /** Rows of the sample behind estimated coefficients; null when all rows were read. */
  sample: z.number().nullable(),
  /** Columns that were left out, because there are more than a picture can show. */
  leftOut: z.array(z.string()),
  missing: z.object({
    /** Columns that lack some values, and not all. */
    columns: z.array(z.string()),
    /** Two columns at a time: rows that lack both, and the correlation of lacking (phi). */
    pairs: z.array(z.object({ a: z.string(), b: z.string(), both: z.number(), correlation: z.number() })),
    /** Which columns a row lacks, the commonest ten; `columns` is empty for complete rows. */
    patterns: z.array(z.object({ columns: z.array(z.string()), rows: z.number() })),
  }),
});
export type Relations = z.infer<typeof Relations>;

export const TableProfile = z.object({
  schema: z.string(),
  table: z.string(),
  rows: z.number(),
  /** Whether every column and what lies between them is exact; correlations say for themselves. */
  exact: z.boolean(),
  /** Rows of the sample behind columns that are not exact yet; null when all are. */
  sample: z.number().nullable(),
  columns: z.array(ColumnProfile),
  alerts: z.array(ProfileAlert),
  /** Null until all columns are exact. */
  relations: Relations.nullable(),
  /** Rows that equal an earlier one in every column; null until it is known. */
  duplicates: z.number().nullable(),
  /** Time that the exact figures took, or the estimate while there is none. */
  seconds: z.number(),
});
export type TableProfile = z.infer<typeof TableProfile>;

/** What the job of an exact profile answers. */
export const ProfileDone = z.object({ schema: z.string(), table: z.string(), rows: z.number(), seconds: z.number() });
export type ProfileDone = z.infer<typeof ProfileDone>;
