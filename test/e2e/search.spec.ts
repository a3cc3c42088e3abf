import { expect, expectAccessible, test } from './fixtures.ts';

test.use({ workspace: 'ready' });

test('a film is found by what it is about, with the reason, by keyboard', async ({ page }) => {
  await page.getByRole('link', { name: 'Recommend', exact: true }).click();
  await page.getByRole('combobox', { name: 'User' }).fill('4');
  await page.getByRole('option', { name: /^User 4\b/ }).first().click();
  const add = page.getByRole('combobox', { name: 'Add a film to the history' });
  await add.fill('romanse');
  const found = page.getByRole('option').filter({ hasText: /romance \(.*genre.*\)/i }).first();
  await expect(found).toBeVisible();
  await expect(page.getByText('In other words about the film')).toBeVisible();
  await add.press('ArrowDown');
  await add.press('Enter');
  await expect(page.getByText('1 added')).toBeVisible();
  await expectAccessible(page);

  await add.fill('qqqzzzxxx');
  await expect(page.getByText('No film with these words, or near them in meaning')).toBeVisible();
});
