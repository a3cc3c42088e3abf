import { createHmac } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { afterEach, describe, expect, test } from 'vitest';
import { networkOf, refusalOf, webhookAddress } from '../../../electron/engine/alerts/address.ts';
import { post } from '../../../electron/engine/alerts/webhook.ts';

interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly at: number;
}

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

/** A server on loopback that answers as told; a status, or what it does with the n-th request. */
async function listen(answer: (response: ServerResponse, n: number, request: IncomingMessage) => void): Promise<{ url: string; received: Received[] }> {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => (body += text));
    request.on('end', () => {
      received.push({ headers: request.headers, body, at: performance.now() });
      answer(response, received.length, request);
    });
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');
  return { url: `http://127.0.0.1:${address.port}/hooks/token-abcdef?key=s3cr3t-query`, received };
}

const status = (code: number) => (response: ServerResponse) => void response.writeHead(code).end();
const json = '{"version":1}';
const around = { id: 'delivery-1', clock: () => new Date('2026-01-02T03:04:05Z'), random: () => 0.5, signal: new AbortController().signal, patience: { attempts: 3, timeoutMs: 2000, waitMs: 20 } };
const send = (address: string, { key, allowPrivate = false, ...rest }: { key?: string; allowPrivate?: boolean; random?: () => number; patience?: typeof around.patience; signal?: AbortSignal } = {}) =>
  post({ address, key, allowPrivate }, json, { ...around, ...rest });

describe('a webhook', () => {
  test('is posted the JSON, named and signed so that the receiver can tell that it is ours', async () => {
    const { url, received } = await listen(status(204));
    expect(await send(url, { key: 'the key' })).toEqual({ ok: true, detail: '127.0.0.1 answered 204.', attempts: 1 });
    expect(received).toHaveLength(1);
    const headers = received[0]?.headers ?? {};
    const body = received[0]?.body;
    expect(body).toBe(json);
    expect(headers).toMatchObject({ 'content-type': 'application/json', 'x-reelbench-delivery': 'delivery-1' });
    const [, t = '', v1 = ''] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(headers['x-reelbench-signature'])) ?? [];
    expect(Number(t)).toBe(Date.parse('2026-01-02T03:04:05Z') / 1000);
    expect(v1).toBe(createHmac('sha256', 'the key').update(`${t}.${body}`).digest('hex'));
  });

  test('is not signed without a key', async () => {
    const { url, received } = await listen(status(200));
    await send(url);
    expect(received[0]?.headers['x-reelbench-signature']).toBeUndefined();
  });

  test('is tried again after 500 and 429, with longer waits that chance shifts', async () => {
    const { url, received } = await listen((response, n) => void response.writeHead([500, 429, 200][n - 1] ?? 200).end());
    expect(await send(url, { random: () => 0, patience: { attempts: 3, timeoutMs: 2000, waitMs: 200 } })).toMatchObject({ ok: true, attempts: 3 });
    const [first = 0, second = 0, third = 0] = received.map(({ at }) => at);
    // Half of 200 ms, then half of 800 ms.
    expect(second - first).toBeGreaterThanOrEqual(95);
    expect(third - second).toBeGreaterThanOrEqual(395);
    expect(new Set(received.map(({ headers }) => headers['x-reelbench-delivery'])).size).toBe(1);
  });

  test('is given up after the last attempt, and the sentence keeps the address to itself', async () => {
    const { url, received } = await listen(status(503));
    const outcome = await send(url);
    expect(outcome).toEqual({ ok: false, detail: '127.0.0.1 answered 503. Tried 3 times.', attempts: 3 });
    expect(received).toHaveLength(3);
  });

  test('that says the request is wrong is not asked again', async () => {
    const { url, received } = await listen(status(404));
    expect(await send(url)).toMatchObject({ ok: false, attempts: 1 });
    expect(received).toHaveLength(1);
  });

  test.each([301, 302, 303, 307, 308])('that redirects (%i) is not followed', async (code) => {
    const inner = await listen(status(200));
    const { url } = await listen((response) => void response.writeHead(code, { location: inner.url }).end());
    expect(await send(url)).toMatchObject({ ok: false, attempts: 1, detail: expect.stringContaining('redirects are not followed') });
    expect(inner.received).toHaveLength(0);
  });

  test('that does not answer in time is given up in time', async () => {
    const { url } = await listen(() => undefined);
    const began = performance.now();
    expect(await send(url, { patience: { attempts: 2, timeoutMs: 150, waitMs: 10 } })).toMatchObject({ ok: false, attempts: 2, detail: expect.stringContaining('did not answer within 0.15 s') });
    expect(performance.now() - began).toBeLessThan(2000);
  });

  test('that sends an endless answer holds nothing up', async () => {
    const { url } = await listen((response) => {
      response.writeHead(200);
      const more = setInterval(() => response.write('x'.repeat(10_000)), 1);
      response.on('close', () => clearInterval(more));
    });
    expect(await send(url)).toMatchObject({ ok: true });
  });

  test('with nobody there is told as such', async () => {
    const { url } = await listen(status(200));
    servers.pop()?.close();
    expect(await send(url)).toMatchObject({ ok: false, attempts: 3, detail: expect.stringMatching(/takes no connections.*Tried 3 times/) });
  });

  test('is given up at once when the program ends', async () => {
    const { url } = await listen(() => undefined);
    const ending = new AbortController();
    setTimeout(() => ending.abort(), 100);
    expect(await send(url, { signal: ending.signal })).toMatchObject({ ok: false, detail: expect.stringContaining('the program ends') });
  });

  test.each([
    ['http://example.com/x', /must be https/],
    ['http://10.0.0.8/x', /must be https/],
    ['ftp://127.0.0.1/x', /must be https/],
    ['file:///etc/passwd', /must be https/],
    ['https://user:pass@example.com/', /not sent/],
    ['no address', /no web address/],
    ['https://10.0.0.8/x', /private network/],
    ['https://192.168.1.1/x', /private network/],
    ['https://[fd00::1]/x', /private network/],
    ['https://169.254.169.254/latest/meta-data', /no webhook has/],
    ['https://[::ffff:169.254.169.254]/x', /no webhook has/],
    ['https://0.0.0.0/x', /no webhook has/],
  ])('may not be %s', async (address, reason) => {
    expect(await send(address)).toMatchObject({ ok: false, detail: expect.stringMatching(reason) });
  });

  test('a name is checked by the address that it stands for, and that one is connected to', async () => {
    const { url, received } = await listen(status(200));
    expect(await send(url.replace('127.0.0.1', 'localhost'))).toMatchObject({ ok: true });
    expect(received).toHaveLength(1);
    const local = new URL('https://localhost/');
    expect(refusalOf('10.1.2.3', local, false)).toMatch(/private/);
    expect(refusalOf('10.1.2.3', local, true)).toBeUndefined();
    expect(refusalOf('169.254.169.254', local, true)).toMatch(/no webhook has/);
    // A name that pretends to be this computer is not spoken to in the open.
    expect(refusalOf('93.184.215.14', new URL('http://localhost/'), true)).toMatch(/not this computer/);
  });

  test('numbers and spellings of loopback are what they are', () => {
    expect(['127.0.0.1', '127.255.0.9', '::1', '::ffff:127.0.0.1'].map(networkOf)).toEqual(Array(4).fill('loopback'));
    for (const address of ['http://127.1/', 'http://2130706433/', 'http://0x7f.0.0.1/', 'http://[::1]/', 'http://localhost/']) expect(webhookAddress(address)).toHaveProperty('url');
    expect(webhookAddress('http://127.0.0.1.example.com/')).toHaveProperty('problem');
  });
});
