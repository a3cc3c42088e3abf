import { z } from 'zod';
import { ErrorData } from './errors.ts';

export const JobStatus = z.enum(['running', 'succeeded', 'failed', 'cancelled', 'blocked']);
export type JobStatus = z.infer<typeof JobStatus>;

/** A part of a job. Several may run side by side. */
export const JobPhase = z.object({
  name: z.string(),
  /** When it began, in seconds after the job did. */
  began: z.number(),
  state: z.enum(['waiting', 'running', 'done', 'cached', 'skipped', 'failed']),
  /** Units done so far (rows unless `unit` says otherwise). */
  done: z.number(),
  /** Units in all, only when really known. */
  total: z.number().optional(),
  unit: z.string().default('rows'),
  seconds: z.number(),
  detail: z.string().optional(),
});
export type JobPhase = z.infer<typeof JobPhase>;

export const LogLine = z.object({ at: z.string(), level: z.enum(['debug', 'info', 'warn', 'error']), message: z.string() });
export type LogLine = z.infer<typeof LogLine>;

/** Long work: survives a page reload, because the engine keeps it. */
export const Job = z.object({
  id: z.string(),
  kind: z.enum(['import', 'run', 'quality', 'duplicates', 'profile', 'train', 'precompute', 'evaluate', 'tune', 'export']),
  title: z.string(),
  /** The run of the pipeline that it is. */
  run: z.string().optional(),
  status: JobStatus,
  phases: z.array(JobPhase),
  startedAt: z.string(),
  endedAt: z.string().optional(),
  seconds: z.number(),
  /** Resident memory of the engine's process, in bytes. */
  memory: z.number(),
  /** Size of the database's files, in bytes. */
  database: z.number(),
  /** Lines of the log that were errors or warnings, also those that are no longer in it. */
  errors: z.number(),
  warnings: z.number(),
  /** How it went on, evenly spaced: seconds since its start, memory in bytes, units done in all phases. At most 240. */
  samples: z.array(z.object({ at: z.number(), memory: z.number(), done: z.number() })),
  error: ErrorData.optional(),
  /** Last lines of the job's log, oldest first. */
  log: z.array(LogLine),
  /** What the work answered; its shape is that of the method that started it. */
  result: z.unknown().optional(),
});
export type Job = z.infer<typeof Job>;
export const JobStarted = z.object({ jobId: z.string() });
