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
export type ErrorCode = (typeof errorCodes)[number];

/** An error as data: what crosses a process boundary and what `--json` prints. */
export interface ErrorData {
  readonly code: ErrorCode;
  readonly message: string;
  readonly file?: string | undefined;
  /** 1-based line of the file. */
  readonly line?: number | undefined;
  readonly column?: string | undefined;
  /** What to do about it. */
  readonly hint?: string | undefined;
}

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
