import { z } from 'zod';
import { type ErrorData as ErrorFields, errorCodes } from '../domain/error.ts';

export const ErrorCode = z.enum(errorCodes);
export type ErrorCode = z.infer<typeof ErrorCode>;

export const ErrorData = z.object({
  code: ErrorCode,
  message: z.string(),
  file: z.string().optional(),
  line: z.number().int().optional(),
  column: z.string().optional(),
  hint: z.string().optional(),
}) satisfies z.ZodType<ErrorFields>;
export type ErrorData = z.infer<typeof ErrorData>;

// The error itself and its codes live apart from the schemas, so that the page can use them without loading zod.
export { ReelbenchError } from '../domain/error.ts';
