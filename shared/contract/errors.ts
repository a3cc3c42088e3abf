import { z } from 'zod';

/** Every error that a host may show has one of these codes; hosts map codes to exit statuses and to words. */
export const errorCodes = [
  'invalid-arguments', // wrong arguments or configuration: CLI exit status 2
  'invalid-input', // a file that cannot be read as what it claims to be
  'not-found', // a file, table, model, user, film or job that does not exist
  'not-ready', // something must run first: the message says what
  'blocked', // a blocking quality rule stopped the run: CLI exit status 3
  'workspace-in-use', // another process holds the workspace: CLI exit status 4
  'workspace-read-only', // the folder or file cannot be written
  'disk-full',
  'out-of-memory',
  'cancelled', // CLI exit status 130
  'engine-lost', // the engine's process ended before it answered
  'forbidden', // a host's gate refused the call
  'internal', // a defect of ours
] as const;

export const ErrorCode = z.enum(errorCodes);
export type ErrorCode = z.infer<typeof ErrorCode>;

/** An error as data: what crosses a process boundary and what `--json` prints. */
export const ErrorData = z.object({
  code: ErrorCode,
  message: z.string(),
  file: z.string().optional(),
  /** 1-based line of the file. */
  line: z.number().int().optional(),
  column: z.string().optional(),
  /** What to do about it. */
  hint: z.string().optional(),
});
export type ErrorData = z.infer<typeof ErrorData>;

// Lives apart from the schemas so that the page can use it without loading zod.
export { ReelbenchError } from '../domain/error.ts';
