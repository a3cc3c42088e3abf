import { protocol } from 'electron';
import { pageDirectory, readPageFile } from '../serve/page.ts';
import { isOwnPage, scheme } from './address.ts';

/** Must run before the app is ready, and once. */
export function registerScheme(): void {
  protocol.registerSchemesAsPrivileged([{ scheme, privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } }]);
}

/** Serves the built page, and nothing beside it, under the app's own scheme. */
export function servePage(): void {
  protocol.handle(scheme, async (request) => {
    const file = request.method === 'GET' && isOwnPage(request.url) ? await readPageFile(pageDirectory(), new URL(request.url).pathname) : undefined;
    return file ? new Response(new Uint8Array(file.body), { headers: file.headers }) : new Response('Not found', { status: 404 });
  });
}
