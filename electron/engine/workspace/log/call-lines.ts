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

/** Writes down a call that changed parameters, rules or consents: what was asked, and what an undo or redo answered that it changed. */
export function noteChange(log: Log, method: Method, input: unknown, answer: unknown): void {
  if (!changes.test(method)) return;
  const named = { ...fieldsOf(input), ...(/\.(undo|redo)$/.test(method) ? fieldsOf(answer) : {}) };
  const { path } = named;
  // Where alerts go may hold a token that is not known as a secret yet.
  const hidden = typeof path === 'string' && /^alerts\.(webhook|command)/.test(path);
  const fields = Object.fromEntries(Object.entries(named).map(([key, value]) => [key, hidden && key !== 'path' ? '…' : value]));
  log.info(`${method}${typeof path === 'string' ? ` ${path}` : ''}`, { method, ...fields });
}

function fieldsOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value).filter(([key]) => ['path', 'value', 'id', 'channel', 'from', 'to'].includes(key))) : {};
}
