import { createHmac } from 'node:crypto';
import { lookup as resolve, type LookupAddress } from 'node:dns';
import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import type { Clock } from '../workspace/clock.ts';
import type { Random } from '../workspace/random.ts';
import { hostOf, refusalOf, webhookAddress } from './address.ts';

export interface WebhookTarget {
  readonly address: string;
  /** Signs the body; left out, it is not signed. */
  readonly key: string | undefined;
  readonly allowPrivate: boolean;
}

/** How patiently a webhook is tried. */
export interface Patience {
  readonly attempts: number;
  /** For one attempt, from the look-up of the name to the answer's head. */
  readonly timeoutMs: number;
  /** Before the second attempt; four times as long before each further one, and up to half more or less by chance. */
  readonly waitMs: number;
}
export const patience: Patience = { attempts: 3, timeoutMs: 10_000, waitMs: 1000 };

export interface Posted {
  readonly ok: boolean;
  /** What came of it, without the address. */
  readonly detail: string;
  readonly attempts: number;
}

/**
 * Posts the JSON to the webhook. No redirect is followed, and the address that a name stands for is checked as it is
 * connected to. Tried again after a failure that may pass: no answer, 408, 429 and 5xx. Never rejects.
 */
export async function post(target: WebhookTarget, json: string, { id, clock, random, signal, patience: { attempts, timeoutMs, waitMs } }: { id: string; clock: Clock; random: Random; signal: AbortSignal; patience: Patience }): Promise<Posted> {
  const parsed = webhookAddress(target.address);
  if ('problem' in parsed) return { ok: false, detail: parsed.problem, attempts: 0 };
  const { url } = parsed;
  let last = '';
  for (let attempt = 1; ; attempt++) {
    try {
      const status = await send(url, target, json, id, clock, AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]));
      if (status >= 200 && status < 300) return { ok: true, detail: `${url.hostname} answered ${status}.`, attempts: attempt };
      if (status >= 300 && status < 400) return { ok: false, detail: `${url.hostname} answered ${status}: redirects are not followed. Write the address that it leads to.`, attempts: attempt };
      last = `${url.hostname} answered ${status}.`;
      if (status < 500 && status !== 408 && status !== 429) return { ok: false, detail: last, attempts: attempt };
    } catch (error) {
      if (signal.aborted) return { ok: false, detail: 'Given up, because the program ends.', attempts: attempt };
      if (error instanceof Refused) return { ok: false, detail: error.message, attempts: attempt };
      last = failure(error, url, timeoutMs);
    }
    if (attempt >= attempts) return { ok: false, detail: `${last} Tried ${attempt} times.`, attempts: attempt };
    const pause = waitMs * 4 ** (attempt - 1) * (0.5 + random());
    if (!(await wait(pause, true, { signal }).catch(() => false))) return { ok: false, detail: 'Given up, because the program ends.', attempts: attempt };
  }
}

/** What a webhook finds in `x-reelbench-signature`: `t=<Unix seconds>,v1=<HMAC SHA-256 of "<t>.<body>" in hex>`. */
export function signature(key: string, json: string, at: Date): string {
  const t = Math.floor(at.getTime() / 1000);
  return `t=${t},v1=${createHmac('sha256', key).update(`${t}.${json}`).digest('hex')}`;
}

class Refused extends Error {}

function send(url: URL, { key, allowPrivate }: WebhookTarget, json: string, id: string, clock: Clock, signal: AbortSignal): Promise<number> {
  const host = hostOf(url);
  const refusal = isIP(host) === 0 ? undefined : refusalOf(host, url, allowPrivate);
  if (refusal !== undefined) return Promise.reject(new Refused(refusal));
  const request = url.protocol === 'https:' ? requestHttps : requestHttp;
  return new Promise((answered, reject) => {
    const outgoing = request(url, {
      method: 'POST',
      agent: false,
      signal,
      lookup: checkedLookup(url, allowPrivate),
      headers: {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(json),
        'user-agent': 'Reelbench',
        'x-reelbench-delivery': id,
        ...(key === undefined ? {} : { 'x-reelbench-signature': signature(key, json, clock()) }),
      },
    });
    outgoing.once('response', (response) => {
      answered(response.statusCode ?? 0);
      response.destroy();
    });
    outgoing.on('error', reject);
    outgoing.end(json);
  });
}

/** Looks a name up and lets through only addresses at which the webhook may be: what is checked is what is connected to. */
function checkedLookup(url: URL, allowPrivate: boolean): LookupFunction {
  return (name, options, callback) => {
    resolve(name, { ...options, all: true }, (error, addresses: LookupAddress[]) => {
      if (error) return callback(error, '');
      const allowed = addresses.filter(({ address }) => refusalOf(address, url, allowPrivate) === undefined);
      const [first] = allowed;
      if (!first) return callback(new Refused(refusalOf(addresses[0]?.address ?? '', url, allowPrivate) ?? `${name} has no address.`), '');
      if (options.all) return callback(null, allowed);
      callback(null, first.address, first.family);
    });
  };
}

function failure(error: unknown, url: URL, timeoutMs: number): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const name = error instanceof Error ? error.name : '';
  if (name === 'TimeoutError' || code === 'ABORT_ERR' || name === 'AbortError') return `${url.hostname} did not answer within ${timeoutMs / 1000} s.`;
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return `There is no ${url.hostname}, as far as can be told from here.`;
  if (code === 'ECONNREFUSED') return `${url.hostname} takes no connections on that port.`;
  return `${url.hostname} could not be reached (${code || name || 'unknown'}).`;
}
