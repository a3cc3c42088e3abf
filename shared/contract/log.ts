import { z } from 'zod';
import { alertChannels, alertKinds, logLevels } from '../domain/log.ts';

/** One line of the workspace's log. */
export const LogEntry = z.object({
  /** Its place in the log: that of a cursor just before it. */
  at: z.string(),
  time: z.string(),
  level: z.enum(logLevels),
  message: z.string(),
  /** What else the line tells: job, kind, run, stage, code, file, line, seconds … */
  fields: z.record(z.string(), z.unknown()),
});
export type LogEntry = z.infer<typeof LogEntry>;

export const LogFilter = z.object({
  /** Left out: all of them. */
  levels: z.array(z.enum(logLevels)).min(1).optional(),
  /** Contained in the message or in the value of a field, in small or capital letters. */
  text: z.string().max(500).optional(),
  job: z.string().optional(),
  run: z.string().optional(),
  stage: z.string().optional(),
  /** ISO 8601; from this moment on. */
  since: z.iso.datetime({ offset: true }).optional(),
  /** ISO 8601; before this moment. */
  until: z.iso.datetime({ offset: true }).optional(),
});
export type LogFilter = z.infer<typeof LogFilter>;

export const LogRequest = LogFilter.extend({
  /** `older` or `newer` of an earlier answer; without it the newest lines are read. */
  cursor: z.string().regex(/^\d+:\d+$/).optional(),
  direction: z.enum(['older', 'newer']).default('older'),
  limit: z.number().int().min(1).max(2000).default(200),
});

/** Lines of the log, the oldest first. */
export const LogPage = z.object({
  entries: z.array(LogEntry),
  /** Where older lines are to be sought; null at the log's beginning. There may be some though `entries` is empty: one call reads a bounded piece. */
  older: z.string().nullable(),
  /** Where newer lines will be. */
  newer: z.string(),
  /** Time of the line that was read last; null when none was. */
  reached: z.string().nullable(),
  /** Why the log is not being written now, and how many lines that has cost. */
  failing: z.object({ message: z.string(), lost: z.number() }).nullable(),
});
export type LogPage = z.infer<typeof LogPage>;

/** What the desktop shows, and the page where no desktop can. */
export const Alert = z.object({
  id: z.string(),
  kind: z.enum([...alertKinds, 'test']),
  title: z.string(),
  message: z.string(),
  job: z.string().nullable(),
  run: z.string().nullable(),
  /** Whether the host has shown it already, as a notification of the desktop. */
  shown: z.boolean(),
});
export type Alert = z.infer<typeof Alert>;

export const AlertDelivery = z.object({
  channel: z.enum(alertChannels),
  state: z.enum(['sent', 'failed', 'not allowed', 'off']),
  /** What came of it, in a sentence; without secrets. */
  detail: z.string(),
  milliseconds: z.number(),
});
export type AlertDelivery = z.infer<typeof AlertDelivery>;

/** Where alerts go, and whether this computer lets them. */
export const AlertTarget = z.object({
  channel: z.enum(['webhook', 'command']),
  /** What the workspace asks for: the webhook's host, the command's words; null when it asks for nothing. */
  target: z.string().nullable(),
  allowed: z.boolean(),
  /** Why it cannot work as it is. */
  problem: z.string().nullable(),
});
export type AlertTarget = z.infer<typeof AlertTarget>;
