import type { WebContents, WebFrameMain } from 'electron';
import { z } from 'zod';
import { type Answer, ErrorData, FileRef, type IpcChannel, type Method, methods, PickOptions, ReelbenchError } from '../../shared/contract/index.ts';
import { isOwnPage } from './address.ts';

/** Who asks, as Electron tells it with every message. */
export interface Sender {
  readonly sender: Pick<WebContents, 'getType'>;
  readonly senderFrame: Pick<WebFrameMain, 'url' | 'parent'> | null;
}

const methodNames = Object.keys(methods) as [Method, ...Method[]];
const CallId = z.number().int().nonnegative();

/** What may come over each channel; the input of a call is checked by the engine against its method. */
export const messages = {
  call: z.tuple([CallId, z.enum(methodNames), z.unknown()]),
  cancel: z.tuple([CallId]),
  grant: z.tuple([z.array(z.string().min(1)).max(10_000)]),
  pick: z.tuple([PickOptions]),
  save: z.tuple([FileRef, z.string().max(255)]),
} satisfies Record<Exclude<IpcChannel, 'event'>, z.ZodType>;
export type Message<C extends keyof typeof messages> = z.output<(typeof messages)[C]>;

/** The first gate: only the top frame of a window that shows the app's own page may ask. */
export function isTrusted({ sender, senderFrame }: Sender): boolean {
  return sender.getType() === 'window' && senderFrame !== null && senderFrame.parent === null && isOwnPage(senderFrame.url);
}

/** Both gates and then `work`; whatever happens is answered as data, without paths of our own code in it. */
export async function answer<C extends keyof typeof messages, T>(channel: C, from: Sender, values: unknown[], work: (message: Message<C>) => Promise<T>): Promise<Answer<T>> {
  try {
    if (!isTrusted(from)) throw new ReelbenchError('forbidden', 'This message does not come from the app’s own page.');
    return { ok: true, value: await work(parse(channel, values)) };
  } catch (thrown) {
    const error: ErrorData = thrown instanceof ReelbenchError ? thrown.toData() : { code: 'internal', message: thrown instanceof Error ? thrown.message : String(thrown) };
    return { ok: false, error };
  }
}

/** The second gate: a message has the shape of its channel. */
export function parse<C extends keyof typeof messages>(channel: C, values: unknown[]): Message<C> {
  const parsed = messages[channel].safeParse(values);
  if (!parsed.success) throw new ReelbenchError('invalid-arguments', `${channel}: ${parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ')}`);
  return parsed.data as Message<C>;
}
