import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Page } from '@playwright/test';
import { callEngine, expect, expectAccessible, test, visit } from './fixtures.ts';

test.use({ workspace: 'ready' });

/** Ratings as MovieLens 1M writes them, with the line ends of Windows: 80 users of two tastes, 50 films. */
const rows = Array.from({ length: 80 }, (_, user) => Array.from({ length: 14 }, (_, at) => [user + 1, ((user % 2) + 2 * ((user * 3 + at * at * 5 + at) % 25)) + 1, 1 + ((user * at) % 5), 978_300_000 + user * 1000 + at])).flat();
let folder = '';
test.beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'reelbench-evaluate-files-'));
  mkdirSync(path.join(folder, 'ml-1m'));
  mkdirSync(path.join(folder, 'empty'));
  writeFileSync(path.join(folder, 'empty', 'readme.txt'), 'nothing');
  writeFileSync(path.join(folder, 'ml-1m', 'ratings.dat'), rows.map((row) => `${row.join('::')}\r\n`).join(''));
  const csv = (of: typeof rows) => ['userId,movieId,rating,timestamp', ...of.map((row) => row.join(','))].join('\n');
  writeFileSync(path.join(folder, 'train.csv'), csv(rows.filter((_, at) => at % 14 !== 13)));
  writeFileSync(path.join(folder, 'test.csv'), csv(rows.filter((_, at) => at % 14 === 13)));
});
test.afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function choose(page: Page, button: string | RegExp, name: string): Promise<void> {
  const chooser = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: button }).click();
  await (await chooser).setFiles(path.join(folder, name));
}

const leaderboard = (page: Page) => page.getByRole('table', { name: 'Leaderboard', exact: true });

test('a published table is made again from a folder, and its figures stand beside ours', async ({ page }) => {
  await visit(page, '#/evaluate/published');
  const paper = page.getByRole('region', { name: /^Ferrari Dacrema et al\./ });
  await expect(paper).toContainText('.2364');
  await choose(page, /^Choose the folder and run: Ferrari/, 'empty');
  await expect(page.getByText('There is no ratings.dat in empty.').first()).toBeVisible({ timeout: 30_000 });
  await expect(page.getByText(/expects ratings\.dat/).first()).toBeVisible();
  await choose(page, /^Choose the folder and run: Ferrari/, 'ml-1m');

  await expect(leaderboard(page).locator('[data-model]')).toHaveCount(4, { timeout: 60_000 });
  const [made] = await callEngine(page, 'evaluation.list', {});
  const { models, warnings } = await callEngine(page, 'evaluation.get', { id: made?.id ?? '' });
  await page.getByRole('table', { name: 'All figures' }).getByRole('button', { name: 'NDCG@10' }).press('Enter');
  await expect(leaderboard(page).getByRole('columnheader', { name: /Published/ })).toBeVisible();
  for (const { label, published, metrics } of models) {
    const value = published.find(({ metric }) => metric === 'ndcg@10')?.value ?? Number.NaN;
    const ours = metrics['ndcg@10']?.value ?? Number.NaN;
    const row = leaderboard(page).locator(`[data-model="${label}"]`);
    await expect(row).toContainText(value.toFixed(4).replace(/^0/, ''));
    await expect(row).toContainText(Math.abs(ours - value).toFixed(4).replace(/^0/, ''));
  }
  await expect(page.getByText(/Published by Ferrari Dacrema et al\. 2021 \(TOIS\), Table 79/)).toBeVisible();
  for (const { message } of warnings) await expect(page.getByText(message)).toBeVisible();
  expect(warnings[0]?.message).toContain('1,000,209');
  await expectAccessible(page);
});

test('an evaluation of files of one’s own', async ({ page }) => {
  await visit(page, '#/evaluate/new');
  await page.getByRole('radio', { name: 'Files of your own' }).click();
  await expect(page.getByRole('button', { name: 'Run the evaluation' })).toBeDisabled();
  await choose(page, /^Choose a file: Training/, 'train.csv');
  await expect(page.getByText(/^train\.csv/)).toBeVisible();
  await choose(page, /^Choose a file: Test/, 'test.csv');
  await expect(page.getByText(/^test\.csv/)).toBeVisible();
  await page.getByRole('textbox', { name: 'Name' }).fill('Own files');
  await page.getByRole('button', { name: 'Run the evaluation' }).click();
  await expect(page.getByRole('heading', { name: 'Own files' })).toBeVisible({ timeout: 60_000 });
  const [made] = await callEngine(page, 'evaluation.list', {});
  expect(made).toMatchObject({ protocol: 'files', data: { train: 80 * 13, test: 80 } });
  await expect(leaderboard(page).locator('[data-model]')).toHaveCount(made?.models.length ?? -1);
  await expectAccessible(page);
});
