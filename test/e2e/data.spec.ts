import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import { expect, expectAccessible, test, visit } from './fixtures.ts';

test.use({ workspace: 'ready' });

const openTable = async (page: Page, name: string, params: { filters?: unknown; sort?: unknown } = {}) => {
  const query = new URLSearchParams(Object.entries(params).map(([key, value]) => [key, JSON.stringify(value)])).toString();
  await visit(page, `#/data/${name}${query === '' ? '' : `?${query}`}`);
  await expect(cell(page, 0)).not.toBeEmpty();
};
const grid = (page: Page) => page.getByRole('grid');
/** A cell by its row from 0 and its column's name; without one, the first. */
const cell = (page: Page, row: number, column?: string) => page.locator(`[data-row="${row}"] [data-column${column === undefined ? '' : `="${column}"`}]`).first();
const head = (page: Page, column: string) => page.locator(`[data-head="${column}"]`);
const heads = async (page: Page) => (await page.locator('[data-head]').evaluateAll((all) => all.map((one) => one.getAttribute('data-head'))));
const total = async (page: Page) => Number((await page.getByText(/^[\d,]+ rows$/).textContent())?.replaceAll(/\D/g, ''));
const menu = async (page: Page, column: string, item: string) => {
  await head(page, column).getByRole('button', { name: `Menu of ${column}`, exact: true }).click();
  await page.getByRole('menuitem', { name: item, exact: true }).click();
};

test('one scroll reaches from the first row to the last: by jump, by wheel, by thumb, by key', async ({ page }) => {
  await openTable(page, 'raw/ratings');
  const last = await total(page);
  expect(last).toBeGreaterThan(100_000);
  await expect(grid(page)).toHaveAttribute('aria-rowcount', String(last + 1));
  await page.getByRole('textbox', { name: 'Jump to row' }).fill(String(last));
  await page.keyboard.press('Enter');
  await expect(cell(page, last - 1)).not.toBeEmpty();
  await expect(page.locator(`[data-row="${last}"]`)).toHaveCount(0);
  await expect(page.getByRole('scrollbar', { name: 'Rows' })).toHaveAttribute('aria-valuemax', String(last));
  await expectAccessible(page);

  await grid(page).press('Control+Home');
  await expect(cell(page, 0)).toBeVisible();
  await cell(page, 5).hover();
  await page.mouse.wheel(0, 26 * 1000);
  await expect(cell(page, 1005)).not.toBeEmpty();
  const bar = await page.getByRole('scrollbar', { name: 'Rows' }).boundingBox();
  if (bar === null) throw new Error('There is no scrollbar.');
  await page.mouse.move(bar.x + 7, bar.y + 12);
  await page.mouse.down();
  await page.mouse.move(bar.x + 7, bar.y + bar.height / 2, { steps: 5 });
  await page.mouse.move(bar.x + 7, bar.y + bar.height + 50, { steps: 5 });
  await page.mouse.up();
  await expect(cell(page, last - 1)).not.toBeEmpty();
});

test('rows are sorted and filtered by the database, and the address remembers it', async ({ page }) => {
  await openTable(page, 'main/ratings');
  await head(page, 'rating').click();
  await expect(head(page, 'rating')).toHaveAttribute('aria-sort', 'ascending');
  await head(page, 'rating').click();
  await expect(head(page, 'rating')).toHaveAttribute('aria-sort', 'descending');
  await expect(cell(page, 0, 'rating')).toHaveText('5.0');
  await page.getByRole('textbox', { name: 'Jump to row' }).fill(String(await total(page)));
  await page.keyboard.press('Enter');
  await expect(cell(page, (await total(page)) - 1, 'rating')).toHaveText('0.5');
  await page.getByRole('button', { name: 'Filter' }).click();
  await page.getByRole('combobox', { name: 'Column' }).click();
  await page.getByRole('option', { name: 'rating', exact: true }).click();
  await page.getByRole('combobox', { name: 'Condition' }).click();
  await page.getByRole('option', { name: '<', exact: true }).click();
  await page.getByRole('textbox', { name: 'Value' }).fill('1');
  await page.getByRole('button', { name: 'Add filter' }).click();
  await expect(cell(page, 0, 'rating')).toHaveText('0.5');
  await expect(page.getByText(/^[\d,]+ of [\d,]+ rows$/)).toBeVisible();
  await page.reload();
  await expect(cell(page, 0, 'rating')).toHaveText('0.5');
  await expect(head(page, 'rating')).toHaveAttribute('aria-sort', 'descending');
  await page.getByRole('button', { name: 'Remove the filter rating < 1' }).click();
  await expect(page.getByText(/^[\d,]+ rows$/)).toBeVisible();
});

test('a facet counts the values under the other filters, and its choice filters, inverted too', async ({ page }) => {
  await openTable(page, 'main/ratings', { filters: [{ column: 'rating', op: '>=', value: '4' }] });
  await menu(page, 'rating', 'Facet of values');
  const facet = page.getByRole('region', { name: 'Facet of rating' });
  await expect(facet.getByText('3 values')).toBeVisible();
  await facet.getByRole('checkbox', { name: /^4\.5/ }).check();
  await expect(cell(page, 0, 'rating')).toHaveText('4.5');
  const kept = Number((await facet.locator('label', { hasText: '4.5' }).textContent())?.replace('4.5', '').replaceAll(',', ''));
  await expect(page.getByText(new RegExp(`^${kept.toLocaleString('en')} of `))).toBeVisible();
  await facet.getByRole('button', { name: 'Invert' }).click();
  await expect(page.getByText('rating is not 4.5')).toBeVisible();
  await expect(cell(page, 0, 'rating')).not.toHaveText('4.5');
  await facet.getByRole('button', { name: 'Reset' }).click();
  await menu(page, 'movie_id', 'Facet of values');
  const films = page.getByRole('region', { name: 'Facet of movie_id' });
  await films.getByRole('textbox', { name: 'Search in movie_id' }).fill('59');
  await expect.poll(async () => (await films.locator('label').evaluateAll((all) => all.map((label) => label.getAttribute('title') ?? ''))).every((id) => id.includes('59'))).toBe(true);
  await expect(films.getByRole('checkbox').first()).toBeVisible();
  await expectAccessible(page);
  await films.getByRole('button', { name: 'Close: Facet of movie_id' }).click();
  await expect(films).toHaveCount(0);
});

test('a histogram filters by the range that is brushed, by mouse and by key', async ({ page }) => {
  await openTable(page, 'main/ratings');
  await menu(page, 'rating', 'Histogram');
  const facet = page.getByRole('region', { name: 'Histogram of rating' });
  const low = facet.getByRole('slider', { name: 'rating, from' });
  await expect(low).toBeVisible();
  await expectAccessible(page);
  const plot = await facet.locator('[class*="brush"]').boundingBox();
  if (plot === null) throw new Error('There is no plot.');
  await page.mouse.move(plot.x + plot.width * 0.6, plot.y + 20);
  await page.mouse.down();
  await page.mouse.move(plot.x + plot.width - 2, plot.y + 20, { steps: 4 });
  await page.mouse.up();
  await expect(page.getByText(/^[\d,]+ of [\d,]+ rows$/)).toBeVisible();
  const from = Number(await low.getAttribute('aria-valuetext'));
  expect(Number(await cell(page, 0, 'rating').textContent())).toBeGreaterThanOrEqual(from);
  await low.press('Home');
  await expect(page.getByText(/^[\d,]+ rows$/)).toBeVisible();
  await facet.getByRole('slider', { name: 'rating, to below' }).press('PageDown');
  await expect(page.getByText(/rating < /)).toBeVisible();
  await facet.getByRole('button', { name: 'Reset' }).click();
  await expect(page.getByText(/^[\d,]+ rows$/)).toBeVisible();
});

test('columns are hidden, moved, pinned and resized, and stay so', async ({ page }) => {
  await openTable(page, 'raw/ratings');
  expect(await heads(page)).toEqual(['user_id', 'movie_id', 'rating', 'timestamp']);
  await menu(page, 'movie_id', 'Hide');
  await menu(page, 'timestamp', 'Pin to the left');
  expect(await heads(page)).toEqual(['timestamp', 'user_id', 'rating']);
  const rating = await head(page, 'rating').boundingBox();
  const user = await head(page, 'user_id').boundingBox();
  if (rating === null || user === null) throw new Error('The header is not there.');
  await page.mouse.move(rating.x + 30, rating.y + 20);
  await page.mouse.down();
  await page.mouse.move(user.x + 10, user.y + 20, { steps: 6 });
  await page.mouse.up();
  expect(await heads(page)).toEqual(['timestamp', 'rating', 'user_id']);
  await expect(head(page, 'rating')).toHaveAttribute('aria-sort', 'none');
  const edge = await head(page, 'rating').boundingBox();
  if (edge === null) throw new Error('The header is not there.');
  await page.mouse.move(edge.x + edge.width, edge.y + 20);
  await page.mouse.down();
  await page.mouse.move(edge.x + edge.width + 60, edge.y + 20, { steps: 4 });
  await page.mouse.up();
  expect((await head(page, 'rating').boundingBox())?.width).toBeCloseTo(edge.width + 60, 0);
  await page.reload();
  await expect(cell(page, 0)).not.toBeEmpty();
  expect(await heads(page)).toEqual(['timestamp', 'rating', 'user_id']);
  expect((await head(page, 'rating').boundingBox())?.width).toBeCloseTo(edge.width + 60, 0);
  await page.getByRole('button', { name: '3 of 4' }).click();
  const panel = page.getByRole('dialog');
  await expectAccessible(page);
  await panel.getByRole('checkbox', { name: 'movie_id' }).check();
  await panel.getByRole('button', { name: 'As in the table' }).click();
  expect(await heads(page)).toEqual(['user_id', 'movie_id', 'rating', 'timestamp']);
});

test('everything works with the keyboard alone', async ({ page }) => {
  await openTable(page, 'main/movies');
  await grid(page).focus();
  const active = () => page.evaluate(() => document.getElementById(document.querySelector('[role="grid"]')?.getAttribute('aria-activedescendant') ?? '')?.textContent ?? null);
  const last = await total(page);
  await page.keyboard.press('Control+End');
  await expect(cell(page, last - 1)).toBeVisible();
  await page.keyboard.press('Control+Home');
  await page.keyboard.press('ArrowRight');
  await expect.poll(active).toBe(await cell(page, 0, 'title').textContent());
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog', { name: 'title, row 1' })).toContainText((await cell(page, 0, 'title').textContent()) ?? '');
  await expectAccessible(page);
  await page.keyboard.press('Escape');
  await expect(grid(page)).toBeFocused();
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('Enter');
  await expect(head(page, 'title')).toHaveAttribute('aria-sort', 'ascending');
  await page.keyboard.press('Alt+ArrowRight');
  expect((await heads(page)).slice(0, 3)).toEqual(['movie_id', 'year', 'title']);
  await page.keyboard.press('Alt+ArrowDown');
  await expect(page.getByRole('menu', { name: 'Menu of title' })).toBeVisible();
  await page.getByRole('menuitem', { name: 'Pin to the left' }).press('Enter');
  expect((await heads(page)).slice(0, 2)).toEqual(['title', 'movie_id']);
  await expect(grid(page)).toBeFocused();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Shift+ArrowDown');
  await page.keyboard.press('Shift+ArrowRight');
  await expect(page.getByText('2 rows by 2 columns selected')).toBeAttached();
});

test('cells and ranges are copied, with headers and in the shown order', async ({ page, hostKind }) => {
  test.skip(hostKind === 'desktop', 'Reading the clipboard is not allowed there.');
  await openTable(page, 'main/movies');
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  const copied = () => page.evaluate(() => navigator.clipboard.readText());
  await cell(page, 1, 'title').click();
  await page.keyboard.press('Control+C');
  await expect.poll(copied).toBe((await cell(page, 1, 'title').textContent()) ?? '');
  await menu(page, 'title', 'Move left');
  await cell(page, 1, 'title').click();
  await cell(page, 3, 'movie_id').click({ modifiers: ['Shift'] });
  await page.getByRole('button', { name: 'Copy with headers' }).click();
  await expect.poll(async () => (await copied()).split('\n').length).toBe(4);
  expect((await copied()).split('\n')[0]).toBe('title\tmovie_id');
  await grid(page).press('Control+A');
  await page.keyboard.press('Control+C');
  await expect.poll(async () => (await copied()).split('\n').length, { timeout: 30_000 }).toBe(await total(page));
});

test('what is shown is exported, columns in their order', async ({ page, hostKind }) => {
  test.skip(hostKind === 'desktop', 'A native dialog asks for the place there.');
  await openTable(page, 'main/ratings', { filters: [{ column: 'rating', op: '<', value: '1' }], sort: [{ column: 'movie_id', descending: true }] });
  await menu(page, 'user_id', 'Hide');
  await menu(page, 'rating', 'Pin to the left');
  const rows = Number((await page.getByText(/^[\d,]+ of [\d,]+ rows$/).textContent())?.split(' ')[0]?.replaceAll(',', ''));
  await page.getByRole('button', { name: 'Export' }).click();
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Export ratings' }).click();
  const file = await download;
  expect(file.suggestedFilename()).toBe('ratings.csv');
  const lines = (await readFile(await file.path(), 'utf8')).trimEnd().split('\n');
  expect(lines).toHaveLength(rows + 1);
  expect(lines[0]).toMatch(/^rating,movie_id,/);
  expect(lines[0]).not.toContain('user_id');
  const ids = lines.slice(1).map((line) => Number(line.split(',')[1]));
  expect(ids).toEqual(ids.toSorted((a, b) => b - a));
});

test('a failing engine is said, and asked again', async ({ page, hostKind }) => {
  test.skip(hostKind === 'desktop', 'Requests can be refused in the browser.');
  let failing = true;
  await page.route('**/api/tables.rows', (route) => (failing ? route.fulfill({ status: 500, json: { code: 'out-of-memory', message: 'There was not enough memory.' } }) : route.continue()));
  await visit(page, '#/data/main/movies');
  await expect(page.getByRole('alert')).toContainText('There was not enough memory.');
  await expectAccessible(page);
  failing = false;
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(cell(page, 0)).not.toBeEmpty();
  await expect(page.getByRole('alert')).toHaveCount(0);
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
