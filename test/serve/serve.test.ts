import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import http from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ServedHost, serve } from '../../electron/serve/index.ts';
import { FileRef } from '../../shared/contract/index.ts';

interface Reply {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}

let folder: string;
let host: ServedHost;
let origin: string;
let cookie: string;

/** A request as it stands on the wire: no client rewrites its path or its headers. */
function send(method: string, target: string, headers: Record<string, string> = {}, body: string | Buffer = ''): Promise<Reply> {
  const { port, host: authority } = new URL(origin);
  return new Promise((resolve, reject) => {
    const request = http.request({ host: '127.0.0.1', port, method, path: target, headers: { host: authority, connection: 'close', ...headers } }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks).toString() }));
    });
    request.on('error', reject);
    request.end(body);
  });
}
const ours = () => ({ cookie, origin, 'x-reelbench': '1', 'content-type': 'application/json' });

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'reelbench-serve-'));
  const page = path.join(folder, 'page');
  await mkdir(path.join(page, 'assets'), { recursive: true });
  await writeFile(path.join(page, 'index.html'), '<!doctype html><meta property="csp-nonce" nonce="__REELBENCH_NONCE__"><p>page</p>');
  await writeFile(path.join(page, 'assets', 'main-abc123.js'), 'console.log(1);'.repeat(100));
  await mkdir(`${page}-evil`);
  await writeFile(path.join(`${page}-evil`, 'secret.js'), 'secret');
  await writeFile(path.join(folder, 'secret.json'), '{}');
  host = await serve({ home: path.join(folder, 'home'), resources: folder, page });
  origin = new URL(host.url).origin;
  const first = await send('GET', new URL(host.url).pathname + new URL(host.url).search);
  cookie = String(first.headers['set-cookie']).split(';')[0] ?? '';
});

afterAll(async () => {
  await host.close();
  await rm(folder, { recursive: true, force: true });
});

describe('who may come in', () => {
  test('the printed address is swapped for a cookie that scripts cannot read and other sites cannot send', async () => {
    const reply = await send('GET', new URL(host.url).pathname + new URL(host.url).search);
    expect(reply.status).toBe(303);
    expect(reply.headers.location).toBe('/');
    expect(String(reply.headers['set-cookie'])).toMatch(new RegExp(`^reelbench_${new URL(origin).port}=[\\w-]{43}; HttpOnly; SameSite=Strict; Path=/$`));
    expect(cookie).not.toContain(new URL(host.url).searchParams.get('token'));
  });

  test.each([
    ['no cookie', () => ({})],
    ['a cookie of another port', () => ({ cookie: cookie.replace(/_\d+/, '_1') })],
    ['a cookie of the right length', () => ({ cookie: `${cookie.slice(0, -3)}xxx` })],
    ['the session under another name', () => ({ cookie: `x${cookie}` })],
  ])('%s is refused', async (_name, headers) => {
    for (const target of ['/', '/assets/main-abc123.js', '/events', '/downloads/x']) expect((await send('GET', target, headers())).status).toBe(403);
    expect((await send('POST', '/api/workspaces.list', { ...ours(), cookie: '', ...headers() })).status).toBe(403);
  });

  test('a wrong token is refused', async () => {
    const reply = await send('GET', '/?token=guess');
    expect(reply.status).toBe(403);
    expect(reply.headers['set-cookie']).toBeUndefined();
  });

  test.each(['localhost', '127.0.0.1', 'evil.example', '127.0.0.1.evil.example'])('the Host %s is refused, also with the cookie', async (name) => {
    const port = name === '127.0.0.1' ? '' : `:${new URL(origin).port}`;
    expect((await send('GET', '/', { cookie, host: `${name}${port}` })).status).toBe(403);
  });

  test.each([
    ['no Origin', { origin: '' }],
    ['the Origin null', { origin: 'null' }],
    ['another port', { origin: 'http://127.0.0.1:1' }],
    ['a longer origin', () => ({ origin: `${origin}.evil.example` })],
    ['no header of ours', { 'x-reelbench': '' }],
  ])('a call with %s is refused', async (_name, change) => {
    const headers = { ...ours(), ...(typeof change === 'function' ? change() : change) };
    for (const [method, target] of [['POST', '/api/workspaces.list'], ['PUT', '/files/11111111-1111-4111-8111-111111111111/a.csv'], ['POST', '/files/11111111-1111-4111-8111-111111111111'], ['DELETE', '/']] as const) {
      expect((await send(method, target, headers)).status).toBe(403);
    }
  });

  test('only this machine can connect', async () => {
    const { networkInterfaces } = await import('node:os');
    const outside = Object.values(networkInterfaces()).flat().find((address) => address && !address.internal && address.family === 'IPv4');
    if (!outside) return;
    const refused = await new Promise((resolve) => {
      http.get({ host: outside.address, port: new URL(origin).port }, () => resolve(false)).on('error', () => resolve(true));
    });
    expect(refused).toBe(true);
  });
});

describe('the page', () => {
  test('comes with a strict policy and a nonce that is new each time', async () => {
    const [a, b] = [await send('GET', '/', { cookie }), await send('GET', '/', { cookie })];
    const policy = String(a.headers['content-security-policy']);
    const nonce = /'nonce-([^']+)'/.exec(policy)?.[1] ?? '';
    expect(a.body).toContain(`nonce="${nonce}"`);
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toMatch(/unsafe/);
    expect(b.body).not.toBe(a.body);
    expect(a.headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' });
  });

  test('files with a hash in their name are compressed and kept', async () => {
    const reply = await send('GET', '/assets/main-abc123.js', { cookie, 'accept-encoding': 'gzip' });
    expect(reply.headers).toMatchObject({ 'content-encoding': 'gzip', 'content-type': 'text/javascript; charset=utf-8', 'cache-control': 'private, max-age=31536000, immutable' });
  });

  test.each(['/../secret.json', '/..%2fsecret.json', '/%2e%2e/secret.json', '/assets/..%5c..%5csecret.json', '/../page-evil/secret.js', '/%2e%2e%2fpage-evil%2fsecret.js', '//etc/passwd', '/assets', '/%00.js', '/%', '/nothing.js'])('%s is not found', async (target) => {
    expect((await send('GET', target, { cookie })).status).toBe(404);
  });
});

describe('calls', () => {
  test('answer as JSON, and errors have a code and a status', async () => {
    expect(JSON.parse((await send('POST', '/api/workspaces.list', ours(), '{}')).body)).toEqual([]);
    const wrong = await send('POST', '/api/workspaces.create', ours(), '{"name":3}');
    expect(wrong.status).toBe(400);
    expect(JSON.parse(wrong.body)).toMatchObject({ code: 'invalid-arguments' });
    expect(JSON.parse((await send('POST', '/api/jobs.get', ours(), '{"id":"x"}')).body)).toMatchObject({ code: 'not-found' });
  });

  test.each(['constructor', '__proto__', 'toString', 'no.such', ''])('there is no method “%s”', async (name) => {
    expect((await send('POST', `/api/${name}`, ours(), '{}')).status).toBe(404);
  });

  test('a body that is not JSON, or too large, is refused', async () => {
    expect((await send('POST', '/api/workspaces.list', ours(), '{')).status).toBe(400);
    const large = await send('POST', '/api/workspaces.list', ours(), ' '.repeat(5 * 2 ** 20)).catch((error: NodeJS.ErrnoException) => error.code);
    expect(typeof large === 'object' ? large.status : large).toBeOneOf([400, 'EPIPE', 'ECONNRESET']);
  });

  test('what changes is told to open pages', async () => {
    const { port, host: authority } = new URL(origin);
    const told = new Promise<string>((resolve, reject) => {
      http.get({ host: '127.0.0.1', port, path: '/events', headers: { host: authority, cookie } }, (response) => {
        response.setEncoding('utf8').on('data', (text: string) => {
          if (text.startsWith(':')) void send('POST', '/api/workspaces.create', ours(), '{"name":"Ours"}');
          else resolve(text);
          if (!text.startsWith(':')) response.destroy();
        });
      }).on('error', reject);
    });
    expect(await told).toContain('data: {"name":"workspace.changed","data":{"what":"workspace"}}\n\n');
  });
});

describe('files', () => {
  const batch = (n: number) => `0000000${n}-0000-4000-8000-000000000000`;

  test('keep their place in a dropped folder, and come back as one reference without a path', async () => {
    for (const name of ['ml%20%C3%BC/ratings.csv', "ml%20%C3%BC/more/it's.csv", 'alone.csv']) {
      expect((await send('PUT', `/files/${batch(1)}/${name}`, ours(), 'a,b\n1,2\n')).status).toBe(204);
    }
    const reply = await send('POST', `/files/${batch(1)}`, ours());
    const references = FileRef.array().parse(JSON.parse(reply.body));
    expect(references.map(({ name, directory }) => ({ name, directory })).sort((a, b) => a.name.localeCompare(b.name))).toEqual([{ name: 'alone.csv', directory: false }, { name: 'ml ü', directory: true }]);
    expect(reply.body).not.toContain(folder);

    const alone = references.find(({ directory }) => !directory);
    const download = await send('GET', `/downloads/${alone?.id}?name=${encodeURIComponent('my “export”.csv')}`, { cookie });
    expect(download.body).toBe('a,b\n1,2\n');
    expect(download.headers['content-disposition']).toBe("attachment; filename=\"my _export_.csv\"; filename*=UTF-8''my%20%E2%80%9Cexport%E2%80%9D.csv");
  });

  test.each(['..%2fa.csv', '%2e%2e/a.csv', 'a/%2e%2e/%2e%2e/b', 'a%5cb.csv', 'a%00.csv', '', 'a//b.csv', 'x'.repeat(256), `${'d/'.repeat(40)}a`])('the name %s is refused', async (name) => {
    const reply = await send('PUT', `/files/${batch(2)}/${name}`, ours(), 'x');
    expect(reply.status).toBeOneOf([400, 404]);
  });

  test('a file that was not granted cannot be had', async () => {
    expect((await send('GET', '/downloads/..%2f..%2fetc%2fpasswd', { cookie })).status).toBe(403);
    expect((await send('GET', '/downloads/00000000-0000-4000-8000-000000000000', { cookie })).status).toBe(403);
  });

  test('are gone when the host closes', async () => {
    const other = await serve({ home: path.join(folder, 'other'), resources: folder, page: path.join(folder, 'page') });
    const uploads = path.join(folder, 'other', 'uploads');
    await mkdir(path.join(uploads, '999999999-left'), { recursive: true });
    await other.close();
    const again = await serve({ home: path.join(folder, 'other'), resources: folder, page: path.join(folder, 'page') });
    await again.close();
    expect(await readdir(uploads)).toEqual([]);
  });
});

test('a port that is taken is said so', async () => {
  await expect(serve({ home: path.join(folder, 'third'), port: Number(new URL(origin).port) })).rejects.toMatchObject({ code: 'invalid-arguments', message: expect.stringContaining('in use') });
});
