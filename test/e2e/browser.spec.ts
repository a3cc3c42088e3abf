import { randomUUID } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { dropFiles, expect, test } from './fixtures.ts';

test.describe('the host', () => {
  test.use({ workspace: 'none' });

  test('another site can neither call it nor read from it', async ({ page, browser }) => {
    const origin = new URL(page.url()).origin;
    // Even with the session's cookie in the same browser, for another origin it is not sent.
    const other = await page.context().newPage();
    await other.route('http://other.example/', (route) => route.fulfill({ body: '<p>other</p>', contentType: 'text/html' }));
    await other.goto('http://other.example/');
    const outcome = await other.evaluate(async (host) => {
      const attempt = (address: string, init: RequestInit) => fetch(address, init).then((response) => `answered ${response.status}`, () => 'refused');
      return [
        await attempt(`${host}/api/workspaces.list`, { method: 'POST', credentials: 'include', headers: { 'x-reelbench': '1' }, body: '{}' }),
        await attempt(`${host}/api/workspaces.list`, { method: 'POST', credentials: 'include', headers: { 'content-type': 'text/plain' }, body: '{}' }),
        await attempt(`${host}/events`, { credentials: 'include' }),
      ];
    }, origin);
    expect(outcome).toEqual(['refused', 'refused', 'refused']);
    await other.close();

    const stranger = await (await browser.newContext()).request.get(origin);
    expect(stranger.status()).toBe(403);
  });

  test('a dropped folder arrives as it was, without its path', async ({ page }, info) => {
    const folder = info.outputPath('films ü');
    await mkdir(path.join(folder, 'inner'), { recursive: true });
    await writeFile(path.join(folder, 'ratings.csv'), 'userId,movieId,rating,timestamp\n1,1,4,964982703\n');
    const sent: string[] = [];
    page.on('request', (request) => {
      if (request.method() === 'PUT') sent.push(decodeURIComponent(new URL(request.url()).pathname).replace(/^\/files\/[\da-f-]+\//, ''));
    });
    const answered = page.waitForResponse((response) => /^\/files\/[^/]+$/.test(new URL(response.url()).pathname));
    await dropFiles(page.locator('[data-drop-zone], .mantine-Dropzone-root').first(), [folder]);
    const references: unknown = await (await answered).json();
    expect(sent).toEqual(['films ü/ratings.csv']);
    expect(references).toMatchObject([{ name: 'films ü', directory: true }]);
    expect(JSON.stringify(references)).not.toContain(path.dirname(folder));
  });

  test('uploads end where they began: nothing of them is left in a batch that was closed', async ({ page }) => {
    const batch = randomUUID();
    const codes = await page.evaluate(async (id) => {
      const headers = { 'x-reelbench': '1' };
      const put = (name: string) => fetch(`/files/${id}/${name}`, { method: 'PUT', headers, body: 'x' }).then(({ status }) => status);
      const first = await put('a.csv');
      const closed: unknown = await fetch(`/files/${id}`, { method: 'POST', headers }).then((response) => response.json());
      const again: unknown = await fetch(`/files/${id}`, { method: 'POST', headers }).then((response) => response.json());
      return { first, closed, again };
    }, batch);
    expect(codes).toMatchObject({ first: 204, closed: [{ name: 'a.csv' }], again: [] });
  });
});
