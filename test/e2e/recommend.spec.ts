import type { Page } from '@playwright/test';
import { expect, expectAccessible, test } from './fixtures.ts';

test.use({ workspace: 'ready' });

const lists = (page: Page) => page.getByRole('table', { name: /^Recommendations by/ });
const titles = (page: Page) => lists(page).first().locator('[data-movie]').evaluateAll((rows) => rows.map((row) => row.getAttribute('data-movie')));

async function openUser(page: Page, id: number): Promise<void> {
  await page.getByRole('link', { name: 'Recommend', exact: true }).click();
  await page.getByRole('combobox', { name: 'User' }).fill(String(id));
  await page.getByRole('option', { name: new RegExp(`^User ${id}\\b`) }).first().click();
  await expect(lists(page).getByRole('row')).toHaveCount(11);
}

test('by keyboard alone: find a user, lower a rating, see the list change, and take it back', async ({ page }) => {
  await page.getByRole('link', { name: 'Recommend', exact: true }).press('Enter');
  await expect(page.getByText('Whom to recommend to?')).toBeVisible();
  await expectAccessible(page);
  const user = page.getByRole('combobox', { name: 'User' });
  await user.focus();
  await page.keyboard.type('12');
  await expect(page.getByRole('option', { name: /^User 12\b/ })).toBeVisible();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(lists(page).getByRole('row')).toHaveCount(11);

  const before = await titles(page);
  const sliders = page.getByRole('slider', { name: /^Rating of/ });
  for (const at of [0, 1, 2, 3]) {
    await sliders.nth(at).press('Home');
  }
  await expect(page.getByText('4 changed')).toBeVisible();
  await expect.poll(() => titles(page)).not.toEqual(before);
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Reset to the real history' }).press('Enter');
  await expect.poll(() => titles(page)).toEqual(before);
});

test('a film tells what its score is made of, as a chart and as a table, and which films are like it', async ({ page }) => {
  await openUser(page, 4);
  await page.getByRole('combobox', { name: 'Model' }).click();
  await page.getByRole('option', { name: /^EASE/ }).click();
  const list = page.getByRole('table', { name: 'Recommendations by EASE' });
  await expect(list).toHaveAttribute('aria-busy', 'false');
  await expect(list).toContainText(/Because you rated/);
  await lists(page).locator('[data-movie]').first().click();
  const film = page.getByRole('region', { name: /^Film / });
  await expect(film).toContainText('EASE scores it');
  await film.getByRole('button', { name: /View as table: What the score is made of/ }).click();
  await expect(film.getByRole('table', { name: 'What the score is made of' }).getByRole('row').nth(1)).toBeVisible();
  await expect(film.getByRole('table', { name: 'Similar films' }).getByRole('row')).toHaveCount(8);
  await expectAccessible(page);

  const first = (await titles(page))[0];
  await film.getByRole('button', { name: /^What if it were rated/ }).click();
  await expect(page.getByText('1 added')).toBeVisible();
  await expect.poll(() => titles(page)).not.toContain(first);

  // The film stays open, and what is said of it is the chosen model's.
  await page.getByRole('combobox', { name: 'Model' }).click();
  await page.getByRole('option', { name: /^Popularity/ }).click();
  await expect(page.getByRole('table', { name: 'Recommendations by Popularity' })).toHaveAttribute('aria-busy', 'false');
  await expect(film).toBeVisible();
  await expect(film).not.toContainText('EASE scores it');
});

test('an invented user starts cold, and the list follows the first ratings', async ({ page }) => {
  await page.getByRole('link', { name: 'Recommend', exact: true }).click();
  await page.getByText('An invented user').click();
  await expect(lists(page).getByRole('row')).toHaveCount(11);
  await expect(page.getByText('Cold start', { exact: true })).toBeVisible();
  const cold = await titles(page);
  const add = page.getByRole('combobox', { name: 'Add a film to the history' });
  for (const word of ['the', 'and']) {
    await add.fill(word);
    await page.getByRole('option').first().click();
  }
  await expect(page.getByRole('slider', { name: /^Rating of/ })).toHaveCount(2);
  await expect(page.getByText('Cold start', { exact: true })).toBeHidden();
  await expect.poll(() => titles(page)).not.toEqual(cold);
  await expectAccessible(page);
});

test('genres, years and the number of films narrow the list', async ({ page }) => {
  await openUser(page, 4);
  await page.getByRole('combobox', { name: 'Genres' }).fill('Horror');
  await page.getByRole('option', { name: 'Horror' }).click();
  await page.keyboard.press('Escape');
  await expect.poll(async () => (await lists(page).locator('[data-movie]').allTextContents()).every((text) => text.includes('Horror'))).toBe(true);
  await page.getByRole('textbox', { name: 'Films' }).fill('5');
  await expect(lists(page).getByRole('row')).toHaveCount(6);
});

test('a model that is not trained says what training takes, and is trained there', async ({ page }) => {
  await openUser(page, 4);
  await page.getByRole('combobox', { name: 'Model' }).click();
  await page.getByRole('option', { name: /^Like-minded people/ }).click();
  await expect(page.getByLabel('What training takes')).toHaveText(/^Training takes about [\d.]+ m?s and [\d.]+ [kM]B of memory; .+ are free$/);
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Train', exact: true }).press('Enter');
  await expect(page.getByRole('table', { name: 'Recommendations by Like-minded people (user kNN)' }).getByRole('row')).toHaveCount(11);
});
