import type { LogEntry, LogFilter } from '../../../../shared/contract/index.ts';
import { logLevels } from '../../../../shared/domain/log.ts';

/** Tells which lines a filter wants: as an entry, undefined for one that it does not want, and for what is no line of the log. */
export function lineReader(filter: LogFilter): (line: string) => Omit<LogEntry, 'at'> | undefined {
  const wanted = new Set<string>(filter.levels ?? logLevels);
  const text = filter.text?.toLowerCase() ?? '';
  // As JSON writes it: most lines can be left out without being parsed.
  const escaped = JSON.stringify(text).slice(1, -1);
  const fields = (['job', 'run', 'stage'] as const).flatMap((name) => {
    const value = filter[name];
    return value === undefined ? [] : [{ name, value, written: `"${name}":${JSON.stringify(value)}` }];
  });
  const since = filter.since === undefined ? -Infinity : Date.parse(filter.since);
  const until = filter.until === undefined ? Infinity : Date.parse(filter.until);

  return (line) => {
    if (fields.some(({ written }) => !line.includes(written))) return undefined;
    if (wanted.size < logLevels.length && !wanted.has(levelOf(line))) return undefined;
    if (escaped !== '' && !line.toLowerCase().includes(escaped)) return undefined;
    const entry = parseLine(line);
    if (!entry || !wanted.has(entry.level)) return undefined;
    const time = Date.parse(entry.time);
    if (time < since || time >= until) return undefined;
    if (fields.some(({ name, value }) => entry.fields[name] !== value)) return undefined;
    return text === '' || holds(entry.message, text) || holds(entry.fields, text) ? entry : undefined;
  };
}

/** The moment of a line, without parsing the rest of it; NaN for what is no line of the log. */
export function timeOf(line: string): number {
  return Date.parse(/^\{"level":"[a-z]+","time":"([^"]+)"/.exec(line)?.[1] ?? '');
}

function levelOf(line: string): string {
  return /^\{"level":"([a-z]+)"/.exec(line)?.[1] ?? '';
}

/** One line of the log; undefined for half a line, or for what another program wrote. */
export function parseLine(line: string): Omit<LogEntry, 'at'> | undefined {
  let data: unknown;
  try {
    data = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (typeof data !== 'object' || data === null || !('level' in data) || !('time' in data) || !('message' in data)) return undefined;
  const { level: name, time, message, ...fields } = data;
  const level = logLevels.find((known) => known === name);
  if (level === undefined || typeof time !== 'string' || Number.isNaN(Date.parse(time)) || typeof message !== 'string') return undefined;
  return { time, level, message, fields };
}

function holds(value: unknown, text: string): boolean {
  if (typeof value === 'object' && value !== null) return Object.values(value).some((inner) => holds(inner, text));
  return (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') && String(value).toLowerCase().includes(text);
}
