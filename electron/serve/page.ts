import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { NONCE_PLACEHOLDER } from '../../shared/contract/index.ts';
import { contentSecurityPolicy } from '../../shared/domain/page-policy.ts';

/** The built page: beside the programs in dist/, or in dist/ when the programs run from source. */
export function pageDirectory(): string {
  return fileURLToPath(new URL(import.meta.url.endsWith('.ts') ? '../../dist/renderer' : '../renderer', import.meta.url));
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
};

export interface PageFile {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** Stays the same for as long as its name does: its name carries a hash of its content. */
  readonly lasting: boolean;
}

/**
 * One file of the built page with the headers that both hosts send, or undefined when there is none: no such file, a
 * kind that the page does not consist of, or a path that leads out of the page's folder.
 */
export async function readPageFile(root: string, urlPath: string): Promise<PageFile | undefined> {
  const file = resolveInside(root, urlPath === '/' ? '/index.html' : urlPath);
  const type = file === undefined ? undefined : TYPES[path.extname(file)];
  if (file === undefined || type === undefined) return undefined;
  const content = await readFile(file).catch(() => undefined);
  if (content === undefined) return undefined;
  const document = type.startsWith('text/html');
  const nonce = randomBytes(16).toString('base64');
  const lasting = path.relative(root, file).startsWith(`assets${path.sep}`);
  return {
    body: document ? Buffer.from(content.toString('utf8').replaceAll(NONCE_PLACEHOLDER, nonce)) : content,
    lasting,
    headers: {
      'content-type': type,
      'cache-control': lasting ? 'private, max-age=31536000, immutable' : 'no-store',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      ...(document ? { 'content-security-policy': contentSecurityPolicy(nonce) } : {}),
    },
  };
}

/** The file that a URL's path names under `root`; undefined when it does not lie there. */
export function resolveInside(root: string, urlPath: string): string | undefined {
  let decoded: string;
  try {
    decoded = decodeURIComponent(urlPath);
  } catch {
    return undefined;
  }
  if (decoded.includes('\0') || decoded.includes('\\')) return undefined;
  const file = path.resolve(root, `.${decoded}`);
  const relative = path.relative(root, file);
  return relative === '' || relative.startsWith('..') || path.isAbsolute(relative) ? undefined : file;
}
