import { z } from 'zod';
import { commandIds } from '../domain/commands.ts';
import { Job } from './jobs.ts';
import { Alert } from './log.ts';

/** What the engine tells its hosts without being asked. */
export const events = {
  /** A job began, moved on or ended; sent at most ten times a second a job, and always at its end. */
  'job.changed': Job,
  /** Tables, runs, models or parameters are no longer what they were: ask again. */
  'workspace.changed': z.object({ what: z.enum(['workspace', 'tables', 'quality', 'runs', 'params', 'models', 'lists']) }),
  /** Something happened that `alerts.on` names: the desktop shows it, else the page. */
  'alert.raised': Alert,
  /** Lines were added to the log; sent at most four times a second. */
  'log.changed': z.object({}),
  /** The native menu or a shortcut of the host asks for a command of the page. */
  command: z.object({ id: z.enum(commandIds) }),
  /** The engine's process ended and was started again; jobs that ran are lost. */
  'engine.restarted': z.object({ reason: z.string() }),
} as const;
export type Events = typeof events;
export type EventName = keyof Events;
export type EventData<E extends EventName> = z.output<Events[E]>;
export type AnyEvent = { [E in EventName]: { name: E; data: EventData<E> } }[EventName];
