import type { LogLevel } from '../../../shared/domain/log.ts';

export const levelWords: Record<LogLevel, string> = { debug: 'Debug', info: 'Info', warn: 'Warning', error: 'Error' };
export const levelColors: Record<LogLevel, string | undefined> = { debug: 'var(--mantine-color-dimmed)', info: undefined, warn: 'var(--rb-warn)', error: 'var(--rb-bad)' };

const two = (value: number) => String(value).padStart(2, '0');

/** A moment to the millisecond in local time, the same width always: 2026-11-21 06:25:07.123 */
export function momentText(iso: string): string {
  const at = new Date(iso);
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} ${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}.${String(at.getMilliseconds()).padStart(3, '0')}`;
}
