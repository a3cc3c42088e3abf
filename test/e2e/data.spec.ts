import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import { expect, expectAccessible, test, visit } from './fixtures.ts';

test.use({ workspace: 'ready' });

const openTable = async (page: Page, name: string) => {
  await visit(page, `#/data/${name}`);
  await expect(page.locator('.ag-row[row-index="0"] [col-id="c0"]')).not.toHaveText('');
};
const cell = (page: Page, row: number, column: number) => page.locator(`.ag-row[row-index="${row}"] [col-id="c${column}"]`);

test('the grid reaches the last row', async ({ page }) => {
  await openTable(page, 'raw/ratings');
  const rows = await page.getByRole('region', { name: 'Table ratings' }).getByText(/^[\d,]+ rows$/).textContent();
  const last = Number(rows?.replaceAll(/\D/g, ''));
  expect(last).toBeGreaterThan(100_000);
  await page.getByRole('textbox', { name: 'Jump to row' }).fill(String(last));
  await page.keyboard.press('Enter');
  await expect(cell(page, last - 1, 0)).not.toHaveText('');
  await expect(page.locator(`.ag-row[row-index="${last}"]`)).toHaveCount(0);
  await expectAccessible(page);
});

test('rows are sorted and filtered by the database', async ({ page }) => {
  await openTable(page, 'main/ratings');
  await page.getByRole('columnheader', { name: 'rating DOUBLE' }).click();
  await page.getByRole('columnheader', { name: 'rating DOUBLE' }).click();
  await expect(cell(page, 0, 2)).toHaveText('5.0');
  await page.getByRole('button', { name: 'Filter' }).click();
  await page.getByRole('combobox', { name: 'Column' }).click();
  await page.getByRole('option', { name: 'rating', exact: true }).click();
  await page.getByRole('combobox', { name: 'Condition' }).click();
  await page.getByRole('option', { name: '<', exact: true }).click();
  await page.getByRole('textbox', { name: 'Value' }).fill('1');
  await page.getByRole('button', { name: 'Add filter' }).click();
  await expect(cell(page, 0, 2)).toHaveText('0.5');
  await expect(page.getByText(/^[\d,]+ of [\d,]+ rows$/)).toBeVisible();
  await page.reload();
  await expect(cell(page, 0, 2)).toHaveText('0.5');
  await page.getByRole('button', { name: 'Remove the filter rating < 1' }).click();
  await expect(page.getByText(/^[\d,]+ rows$/)).toBeVisible();
});

test('cells and rows are copied, rows with headers', async ({ page, hostKind }) => {
  test.skip(hostKind === 'desktop', 'Reading the clipboard is not allowed there.');
  await openTable(page, 'main/movies');
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  const copied = () => page.evaluate(() => navigator.clipboard.readText());
  await cell(page, 1, 0).click();
  await page.keyboard.press('Control+C');
  await expect.poll(copied).toBe((await cell(page, 1, 0).textContent()) ?? '');
  await cell(page, 3, 0).click({ modifiers: ['Shift'] });
  await page.getByRole('button', { name: 'Copy with headers' }).click();
  await expect.poll(async () => (await copied()).split('\n').length).toBe(4);
  expect((await copied()).split('\n')[0]).toMatch(/^movie_id\ttitle/);
});

test('what is shown is exported', async ({ page, hostKind }) => {
  test.skip(hostKind === 'desktop', 'A native dialog asks for the place there.');
  await visit(page, `#/data/main/ratings?filters=${encodeURIComponent(JSON.stringify([{ column: 'rating', op: '<', value: '1' }]))}`);
  await expect(cell(page, 0, 0)).not.toHaveText('');
  const rows = Number((await page.getByText(/^[\d,]+ of [\d,]+ rows$/).textContent())?.split(' ')[0]?.replaceAll(',', ''));
  await page.getByRole('button', { name: 'Export' }).click();
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Export ratings' }).click();
  const file = await download;
  expect(file.suggestedFilename()).toBe('ratings.csv');
  const lines = (await readFile(await file.path(), 'utf8')).trimEnd().split('\n');
  expect(lines).toHaveLength(rows + 1);
});

test('columns are profiled, each with its histogram or its commonest values', async ({ page }) => {
  await openTable(page, 'main/ratings');
  await page.getByRole('button', { name: 'Profile' }).click();
  const pane = page.getByRole('complementary', { name: 'Profile of ratings' });
  await pane.getByRole('button', { name: /^rating DOUBLE/ }).click();
  await expect(pane.getByRole('region', { name: 'Profile of rating' })).toContainText('Distinct');
  await pane.getByRole('button', { name: 'View as table: Distribution of rating' }).click();
  await expect(pane.getByRole('table', { name: 'Distribution of rating' })).toBeVisible();
  await expectAccessible(page);
});

test('a table that is not there is said to be missing', async ({ page }) => {
  await visit(page, '#/data/main/nothing');
  await expect(page.getByRole('alert')).toContainText('There is no table main.nothing.');
});
