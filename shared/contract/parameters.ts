import { z } from 'zod';
import { Cell } from './common.ts';

/** One parameter, as the Settings page and `--set` know it. Texts that name environment variables are given as `${NAME}`. */
export const ParameterInfo = z.object({
  path: z.string(),
  title: z.string(),
  help: z.string(),
  /** The section that it stands in. */
  group: z.object({ title: z.string(), about: z.string() }),
  unit: z.string().nullable(),
  type: z.enum(['number', 'integer', 'boolean', 'text', 'choice', 'list']),
  choices: z.array(z.string()).optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  /** What it may be, in words: `a whole number from 1 to 64`. */
  allowed: z.string(),
  default: Cell,
  value: Cell,
  /** Where the value comes from: the schema, the YAML file, or `--set`. */
  source: z.enum(['default', 'file', 'override']),
  /** Line of the file, where the value comes from there. */
  line: z.number().int().optional(),
});
export type ParameterInfo = z.infer<typeof ParameterInfo>;

/** A change of one parameter in the file; null is the default. */
export const ParameterChange = z.object({ path: z.string(), title: z.string(), from: Cell, to: Cell });
export type ParameterChange = z.infer<typeof ParameterChange>;

/** What can be undone and redone next, since the workspace was opened. */
export const ParameterHistory = z.object({ undo: ParameterChange.nullable(), redo: ParameterChange.nullable() });
export type ParameterHistory = z.infer<typeof ParameterHistory>;

/** Parameters that differ between a run (`a`) and those in force (`b`); null where one has no value. */
export const ParameterDifferences = z.object({ run: z.string(), differences: z.array(z.object({ path: z.string(), a: Cell, b: Cell })) });
export type ParameterDifferences = z.infer<typeof ParameterDifferences>;
