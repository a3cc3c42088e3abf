import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { type AnyEvent, type ErrorCode, type Method, methods, ReelbenchError } from '../../shared/contract/index.ts';
import { homeDirectory, resourcesDirectory, version } from '../engine/installation.ts';
import { forkEngine, RemoteEngine, toReelbenchError } from '../engine/remote.ts';
import { Gates } from './gates.ts';
import { pageDirectory, type PageFile, readPageFile } from './page.ts';
import { Uploads } from './uploads.ts';

export interface ServeOptions {
  /** 0, the default, takes any free port. */
  readonly port?: number;
  /** The workspace to open at once; made when it is not there. */
  readonly directory?: string;
  readonly home?: string;
  readonly resources?: string;
  /** Folder of the built page. */
  readonly page?: string;
}

export interface ServedHost {
  /** The address to open in a browser; it holds the key to this session. */
  readonly url: string;
  readonly engine: RemoteEngine;
  close(): Promise<void>;
}

const BODY_BYTES = 4 * 2 ** 20;
const STREAMS = 32;
const STREAM_BACKLOG_BYTES = 4 * 2 ** 20;
const HEARTBEAT_MS = 15_000;

const STATUS: Readonly<Record<ErrorCode, number>> = {
  'invalid-arguments': 400,
  forbidden: 403,
  'workspace-read-only': 403,
  'not-found': 404,
  'not-ready': 409,
  blocked: 409,
  'invalid-input': 422,
  'workspace-in-use': 423,
  cancelled: 499,
  internal: 500,
  'engine-lost': 503,
  'disk-full': 507,
  'out-of-memory': 507,
};

/**
 * The app in a browser on this machine: the built page and the contract over HTTP, on 127.0.0.1 only. The table in
 * shared/contract/bridge.ts lists the requests. Rejects when the port or the workspace cannot be had.
 */
export async function serve(options: ServeOptions = {}): Promise<ServedHost> {
  const home = options.home ?? homeDirectory();
  const streams = new Set<ServerResponse>();
  const engine = new RemoteEngine({
    launch: forkEngine,
    start: { resources: options.resources ?? resourcesDirectory(), home, version, host: { name: 'reelbench serve', pid: process.pid } },
    onEvent: (event) => broadcast(streams, event),
  });
  const uploads = new Uploads(home);
  const heartbeat = setInterval(() => {
    for (const stream of streams) stream.write(': still here\n\n');
  }, HEARTBEAT_MS);
  let server: Server | undefined;
  const close = async () => {
    clearInterval(heartbeat);
    for (const stream of streams) stream.end();
    server?.closeAllConnections();
    server?.close();
    await engine.close();
    await uploads.close();
  };
  try {
    await uploads.clearOld();
    if (options.directory !== undefined) await engine.request('openFolder', { directory: options.directory });
    server = createServer();
    const gates = new Gates(await listen(server, options.port ?? 0));
    const host = { gates, engine, uploads, streams, page: pageReader(options.page ?? pageDirectory()) };
    server.on('request', (request, response) => {
      handle(host, request, response).catch((error: unknown) => fail(response, error));
    });
    return { url: gates.address, engine, close };
  } catch (error) {
    await close();
    throw error;
  }
}

interface Host {
  readonly gates: Gates;
  readonly engine: RemoteEngine;
  readonly uploads: Uploads;
  readonly streams: Set<ServerResponse>;
  readonly page: (urlPath: string) => Promise<(PageFile & { zipped: Buffer | undefined }) | undefined>;
}

async function handle(host: Host, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { gates } = host;
  refuse(gates.host(request));
  const url = new URL(request.url ?? '/', gates.origin);
  const reads = request.method === 'GET' || request.method === 'HEAD';

  const token = url.searchParams.get('token');
  if (token !== null && reads) {
    if (!gates.isToken(token)) refuse('The key in this address is not the one of the running program.');
    response.writeHead(303, { location: '/', 'set-cookie': gates.cookie, 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' }).end();
    return;
  }
  refuse(gates.session(request));
  if (!reads) refuse(gates.write(request));

  const [, room = '', name = '', ...rest] = url.pathname.split('/');
  if (request.method === 'POST' && room === 'api') return answerCall(host, name, request, response);
  if (request.method === 'PUT' && room === 'files') {
    await host.uploads.receive(name, rest.join('/'), request, Number(request.headers['content-length'] ?? 0));
    response.writeHead(204).end();
    return;
  }
  if (request.method === 'POST' && room === 'files') {
    const paths = await host.uploads.finish(name);
    return json(response, 200, await host.engine.request('grant', { paths }));
  }
  if (!reads) throw new ReelbenchError('not-found', `There is nothing at ${request.method} ${url.pathname}.`);
  if (room === 'events' && name === '') return openStream(host.streams, response);
  if (room === 'downloads') return download(host.engine, name, url.searchParams.get('name'), response);
  return sendPage(host, url.pathname, request, response);
}

function refuse(reason: string | undefined): void {
  if (reason !== undefined) throw new ReelbenchError('forbidden', reason);
}

async function answerCall({ engine }: Host, name: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (!isMethod(name)) throw new ReelbenchError('not-found', `There is no method ${name}.`);
  const body = await readBody(request);
  const abort = new AbortController();
  response.on('close', () => {
    if (!response.writableFinished) abort.abort();
  });
  // The engine checks the input against the contract.
  json(response, 200, await engine.call(name, body as never, abort.signal));
}

function isMethod(name: string): name is Method {
  return Object.hasOwn(methods, name);
}

async function readBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > BODY_BYTES) throw new ReelbenchError('invalid-arguments', `A request may have at most ${BODY_BYTES} bytes.`);
    chunks.push(chunk);
  }
  const text = Buffer.concat(chunks).toString('utf8');
  try {
    return text === '' ? {} : JSON.parse(text);
  } catch {
    throw new ReelbenchError('invalid-arguments', 'The request is not JSON.');
  }
}

function openStream(streams: Set<ServerResponse>, response: ServerResponse): void {
  if (streams.size >= STREAMS) throw new ReelbenchError('forbidden', 'Too many pages are open at once.');
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' });
  response.write(': connected\n\n');
  streams.add(response);
  response.on('close', () => streams.delete(response));
}

/** A page that does not read what it is sent is let go: it comes back by itself and asks anew. */
function broadcast(streams: Set<ServerResponse>, event: AnyEvent): void {
  const message = `data: ${JSON.stringify(event)}\n\n`;
  for (const stream of streams) {
    if (stream.writableLength > STREAM_BACKLOG_BYTES) stream.destroy();
    else stream.write(message);
  }
}

async function download(engine: RemoteEngine, id: string, suggested: string | null, response: ServerResponse): Promise<void> {
  const file = await engine.request('pathOf', { id });
  const info = await stat(file);
  if (!info.isFile()) throw new ReelbenchError('not-found', 'This is a folder.');
  const name = suggested ?? 'export';
  response.writeHead(200, {
    'content-type': 'application/octet-stream',
    'content-length': info.size,
    'content-disposition': `attachment; filename="${name.replaceAll(/[^\w .-]/g, '_')}"; filename*=UTF-8''${encodeURIComponent(name).replaceAll(/['()*]/g, (c) => `%${c.charCodeAt(0).toString(16)}`)}`,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  });
  await pipeline(createReadStream(file), response);
}

async function sendPage({ page }: Host, urlPath: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const file = await page(urlPath);
  if (!file) throw new ReelbenchError('not-found', `There is nothing at ${urlPath}.`);
  const zipped = /\bgzip\b/.test(String(request.headers['accept-encoding'])) ? file.zipped : undefined;
  const body = zipped ?? file.body;
  response.writeHead(200, { ...file.headers, 'content-length': body.length, vary: 'accept-encoding', ...(zipped ? { 'content-encoding': 'gzip' } : {}) });
  response.end(request.method === 'HEAD' ? undefined : body);
}

/** Reads the page's files; those whose names carry their content's hash are read and compressed once. */
function pageReader(root: string): Host['page'] {
  const kept = new Map<string, PageFile & { zipped: Buffer | undefined }>();
  return async (urlPath) => {
    const known = kept.get(urlPath);
    if (known) return known;
    const file = await readPageFile(root, urlPath);
    if (!file) return undefined;
    const compressible = /^text\/|json|svg/.test(file.headers['content-type'] ?? '');
    const read = { ...file, zipped: compressible ? await promisify(gzip)(file.body) : undefined };
    if (file.lasting) kept.set(urlPath, read);
    return read;
  };
}

function json(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' });
  response.end(JSON.stringify(value));
}

function fail(response: ServerResponse, thrown: unknown): void {
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  const error = toReelbenchError(thrown).toData();
  // What was not read of the request would be taken for the next one.
  response.setHeader('connection', 'close');
  json(response, STATUS[error.code], error);
}

async function listen(server: Server, port: number): Promise<number> {
  server.requestTimeout = 0; // a large upload takes its time
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(error.code === 'EADDRINUSE' ? new ReelbenchError('invalid-arguments', `Port ${port} is in use.`, { hint: 'Choose another one, or leave --port out.' }) : error);
    });
    server.listen(port, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new ReelbenchError('internal', 'The server has no port.');
  return address.port;
}
