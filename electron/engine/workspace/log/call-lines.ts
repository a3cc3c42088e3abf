import { type ErrorCode, type Method, ReelbenchError } from '../../../../shared/contract/index.ts';
import type { LogLevel } from '../../../../shared/domain/log.ts';
import type { Log } from './log.ts';

/** Calls that change what a person has set: worth a line also when they succeed. */
const changes = /^(params|rules|alerts)\.(set|reset|undo|redo|save|remove|allow|forbid)$/;
/** What a page runs into while it looks around is of interest to those alone who look for it. */
const levels: Partial<Record<ErrorCode, LogLevel>> = { 'not-ready': 'debug', 'not-found': 'debug', internal: 'error' };

/** Writes down a call that the engine refused. Calls that read the log are left out, for they would be followed by themselves. */
export function noteRefused(log: Log, method: string, error: ReelbenchError): void {
  if (error.code === 'cancelled' || method.startsWith('log.')) return;
  const { code, file, line, column, hint } = error;
  const stack = code === 'internal' ? { stack: error.cause instanceof Error ? error.cause.stack : error.stack } : {};
  log[levels[code] ?? 'warn'](`${method} was refused. ${error.message}`, { method, code, file, line, column, hint, ...stack });
}

/** Writes down a call that changed parameters, rules or consents. */
export function noteChange(log: Log, method: Method, input: unknown): void {
  if (!changes.test(method)) return;
  const named: Record<string, unknown> = typeof input === 'object' && input !== null ? Object.fromEntries(Object.entries(input).filter(([key]) => ['path', 'value', 'id', 'channel'].includes(key))) : {};
  const { path } = named;
  // Where alerts go may hold a token that is not known as a secret yet.
  const secret = typeof path === 'string' && /^alerts\.(webhook|command)/.test(path) && 'value' in named ? { value: '…' } : {};
  log.info(`${method}${typeof path === 'string' ? ` ${path}` : ''}`, { method, ...named, ...secret });
}
