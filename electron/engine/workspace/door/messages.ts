import { z } from 'zod';
import { type ErrorData, Holder, type Job } from '../../../../shared/contract/index.ts';

/** Both sides must speak the same; a program of another version is told who holds the workspace and no more. */
export const PROTOCOL = 1;

/** The first line of a visitor. */
export const Hello = z.object({ hello: z.literal(PROTOCOL), token: z.string().max(100), version: z.string().max(100) });

/** What a visitor may ask, one JSON document a line. Each is answered before the next is looked at; hanging up cancels. */
export const Request = z.discriminatedUnion('type', [
  /** A method that changes nothing; anything else is refused. */
  z.object({ type: z.literal('call'), id: z.number().int(), method: z.string().max(100), input: z.unknown() }),
  /** A job that writes a file outside the workspace; its progress comes as `job`, the answer says where the file is. */
  z.object({ type: z.literal('export'), id: z.number().int(), method: z.string().max(100), input: z.unknown() }),
  /** From now on every change of a job comes as `job`. */
  z.object({ type: z.literal('watch'), id: z.number().int() }),
]);
export type Request = z.infer<typeof Request>;

/** What a finished export answers; `path` is null when it failed. */
export interface Exported {
  readonly job: Job;
  readonly path: string | null;
}

export const Welcome = z.object({ type: z.literal('welcome'), holder: Holder });

/** Holder to visitor, a line each. */
export type Reply =
  | z.infer<typeof Welcome>
  | { readonly type: 'answer'; readonly id: number; readonly ok: true; readonly value: unknown }
  | { readonly type: 'answer'; readonly id: number; readonly ok: false; readonly error: ErrorData }
  | { readonly type: 'job'; readonly job: Job };
