import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import path from 'node:path';
import type { Page } from '@playwright/test';
import { callEngine, expect, expectAccessible, test, visit } from './fixtures.ts';

test.use({ workspace: 'sample' });

const lines = (page: Page) => page.getByRole('listbox', { name: 'Lines of the log' });
const logFile = (home: string) => path.join(home, 'workspaces', 'sample', 'logs', 'reelbench.log');

/** Lines as an engine wrote them some time ago. */
const written = (count: number, from = 0) =>
  Array.from({ length: count }, (_, n) => JSON.stringify({ level: ['debug', 'info', 'warn', 'error'][(from + n) % 4], time: new Date(1_767_225_600_000 + (from + n) * 1000).toISOString(), job: `job-${(from + n) % 3}`, run: `run-${(from + n) % 5}`, stage: 'transform', n: from + n, message: `Line number ${from + n}` })).join('\n');

test('what is done in the workspace is written, filtered, opened and followed', async ({ page }) => {
  await page.getByRole('link', { name: 'Log', exact: true }).click();
  await expect(lines(page).getByRole('option', { name: /The workspace is open/ }).first()).toBeVisible();
  await expect(page.getByText('Following')).toBeVisible();
  await expectAccessible(page);

  // A change appears by itself.
  await callEngine(page, 'params.set', { path: 'recommenders.als.factors', value: 48 });
  const changed = lines(page).getByRole('option', { name: /params\.set recommenders\.als\.factors/ });
  await expect(changed).toBeVisible();
  await changed.click();
  const detail = page.getByRole('complementary', { name: 'The line' });
  await expect(detail).toContainText('48');
  await expectAccessible(page);
  await page.keyboard.press('Escape');

  // Words, levels, and what no line has.
  await page.getByRole('textbox', { name: 'Find in the log' }).fill('als.FACTORS');
  await expect(lines(page).getByRole('option')).toHaveCount(1);
  await page.getByText('Error', { exact: true }).click();
  await page.getByRole('textbox', { name: 'Find in the log' }).fill('no such words anywhere');
  await expect(page.getByText('No line is like that')).toBeVisible();
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Show every line' }).click();
  await expect(lines(page).getByRole('option', { name: /The workspace is open/ }).first()).toBeVisible();
});

test('a run leads to its lines, and a line to all of its run', async ({ page, hostKind }) => {
  await callEngine(page, 'params.set', { path: 'quality.ratings.rating.range.fix', value: false });
  const { jobId } = await callEngine(page, 'pipeline.run', {});
  await expect.poll(async () => (await callEngine(page, 'jobs.get', { id: jobId })).status, { timeout: 60_000 }).toBe('blocked');
  // The page tells of it once: the alert stands for the end of the job.
  if (hostKind === 'browser') await expect(page.getByText(/^Run the pipeline is blocked by a quality rule/)).toHaveCount(1);
  await expect(page.getByText('Run the pipeline: blocked')).toHaveCount(0);

  await visit(page, `#/log?levels=warn,error&job=${jobId}`);
  await lines(page).getByRole('option', { name: /Run the pipeline: blocked/ }).click();
  await page.getByRole('button', { name: 'Only this run' }).click();
  await expect(page).toHaveURL(/run=/);
  await expect(lines(page).getByRole('option').first()).toContainText('validate');
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Export' }).click()]);
  const exported = (await readFile(await download.path(), 'utf8')).trim().split('\n').map((line) => JSON.parse(line) as { level: string; run: string });
  expect(exported.length).toBeGreaterThan(3);
  expect(new Set(exported.map(({ level }) => level))).toEqual(new Set(['warn', 'error']));
  expect(new Set(exported.map(({ run }) => run)).size).toBe(1);
});

test('a log of 200,000 lines opens at its end, scrolls back to its beginning, and stays where it is while more is written', async ({ page, home }) => {
  await writeFile(logFile(home), `${written(200_000)}\n`);
  const began = Date.now();
  await visit(page, '#/log');
  await expect(lines(page).getByRole('option', { name: /Line number 199999/ })).toBeVisible();
  const opened = Date.now() - began;
  expect(await lines(page).getByRole('option').count()).toBeLessThan(120);

  await page.getByRole('textbox', { name: 'Find in the log' }).fill('Line number 77');
  const searched = Date.now();
  await expect(lines(page).getByRole('option', { name: /Line number 77999/ })).toBeVisible();
  console.log(`200,000 lines: opened in ${opened} ms, words found in ${Date.now() - searched} ms`);
  await page.getByRole('button', { name: 'Clear the words' }).click();
  await expect(lines(page).getByRole('option', { name: /Line number 199999/ })).toBeVisible();

  // Scrolled up, older lines come before those in view, and new ones after them: the view does not move.
  await lines(page).evaluate((box) => { box.scrollTop = box.scrollHeight / 2; });
  const middle = lines(page).getByRole('option', { name: /Line number 1997\d\d/ }).nth(20);
  const text = await middle.textContent();
  const before = await middle.boundingBox();
  await appendFile(logFile(home), `${written(40, 200_000)}\n`);
  await callEngine(page, 'params.set', { path: 'recommenders.als.factors', value: 40 });
  await expect(page.getByRole('button', { name: /^4[12] new$/ })).toBeVisible();
  const same = lines(page).getByRole('option', { name: (text ?? '').slice(-18) });
  expect((await same.boundingBox())?.y).toBe(before?.y);
  await page.getByRole('button', { name: /^4[12] new$/ }).click();
  await expect(lines(page).getByRole('option', { name: /params\.set/ })).toBeVisible();
});

test('keys move through the lines', async ({ page, home }) => {
  await writeFile(logFile(home), `${written(300)}\n`);
  await visit(page, '#/log');
  await lines(page).press('End');
  await expect(lines(page).getByRole('option', { selected: true })).toContainText('Line number 299');
  await page.keyboard.press('ArrowUp');
  await expect(page.getByRole('complementary', { name: 'The line' })).toContainText('Line number 298');
  await page.keyboard.press('Home');
  await expect(lines(page).getByRole('option', { selected: true })).toContainText('Line number 0');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('complementary', { name: 'The line' })).toHaveCount(0);
});

test('a log that cannot be read says so', async ({ page, hostKind }) => {
  test.skip(hostKind === 'desktop', 'Answers are held up on their way over HTTP.');
  await page.route('**/api/log.read', (route) => route.fulfill({ status: 507, json: { code: 'disk-full', message: 'The disk is full.' } }));
  await visit(page, '#/log');
  await expect(page.getByRole('alert')).toContainText('The disk is full');
  await page.unroute('**/api/log.read');
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(lines(page)).toBeVisible();
});

test('alerts are tested in Settings, and go nowhere without leave', async ({ page, home }) => {
  const received: string[] = [];
  const server = createServer((request, response) => {
    request.setEncoding('utf8').on('data', (text: string) => received.push(text)).on('end', () => response.writeHead(204).end());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = address !== null && typeof address === 'object' ? address.port : 0;
  try {
    await visit(page, '#/settings');
    const alerts = page.getByRole('region', { name: 'Where alerts go' });
    await callEngine(page, 'params.set', { path: 'alerts.webhook', value: `http://127.0.0.1:${port}/hook` });
    await expect(alerts.getByText(`http://127.0.0.1:${port}`)).toBeVisible();
    await alerts.getByRole('button', { name: 'Send a test alert' }).click();
    await expect(alerts.getByRole('list', { name: 'The test' })).toContainText('Webhook: not allowed');
    await expectAccessible(page);
    expect(received).toEqual([]);
    await alerts.getByRole('button', { name: 'Allow the webhook' }).click();
    await expect(alerts.getByText('Allowed on this computer.')).toBeVisible();
    await alerts.getByRole('button', { name: 'Send a test alert' }).click();
    await expect(alerts.getByRole('list', { name: 'The test' })).toContainText('Webhook: sent');
    expect(JSON.parse(received.join(''))).toMatchObject({ version: 1, event: 'test' });
    expect(await readFile(path.join(home, 'alert-consents.json'), 'utf8')).not.toContain(String(port));
  } finally {
    server.closeAllConnections();
    server.close();
  }
});

test.describe('without a workspace', () => {
  test.use({ workspace: 'none' });

  test('the log says where one is to be had', async ({ page }) => {
    await visit(page, '#/log');
    await expect(page.getByText('A log belongs to a workspace')).toBeVisible();
    await expectAccessible(page);
  });
});
