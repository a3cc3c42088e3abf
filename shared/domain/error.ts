import type { ErrorCode, ErrorData } from '../contract/errors.ts';

/** The one error type of the product: says what is wrong, where, and what to do. */
export class ReelbenchError extends Error {
  override readonly name = 'ReelbenchError';
  readonly code: ErrorCode;
  readonly file: string | undefined;
  readonly line: number | undefined;
  readonly column: string | undefined;
  readonly hint: string | undefined;

  constructor(code: ErrorCode, message: string, place: Omit<ErrorData, 'code' | 'message'> & { cause?: unknown } = {}) {
    super(message, place.cause === undefined ? undefined : { cause: place.cause });
    this.code = code;
    this.file = place.file;
    this.line = place.line;
    this.column = place.column;
    this.hint = place.hint;
  }

  toData(): ErrorData {
    const { code, message, file, line, column, hint } = this;
    return {
      code,
      message,
      ...(file === undefined ? {} : { file }),
      ...(line === undefined ? {} : { line }),
      ...(column === undefined ? {} : { column }),
      ...(hint === undefined ? {} : { hint }),
    };
  }

  static from(data: ErrorData): ReelbenchError {
    const { code, message, ...place } = data;
    return new ReelbenchError(code, message, place);
  }
}
