import { expect, expectAccessible, test, visit } from './fixtures.ts';

test.use({ workspace: 'sample' });

test('a parameter is changed, kept, marked and taken back', async ({ page }) => {
  await visit(page, '#/settings');
  const factors = page.getByRole('textbox', { name: 'Factors' });
  const reset = page.getByRole('button', { name: /^Reset Factors to / });
  const usual = await factors.inputValue();
  await factors.fill('32');
  await page.keyboard.press('Enter');
  await expect(reset).toBeVisible();
  await page.reload();
  await expect(factors).toHaveValue('32');
  await page.getByRole('switch', { name: 'Only what was changed (1)' }).click();
  await expect(page.getByRole('textbox', { name: 'Sweeps' })).toHaveCount(0);
  await reset.click();
  await expect(page.getByText('Every parameter has its default.')).toBeVisible();
  await page.getByRole('switch', { name: 'Only what was changed (0)' }).click();
  await expect(factors).toHaveValue(usual);
});

test('a value out of bounds is refused where it was typed, and nothing changes', async ({ page }) => {
  await visit(page, '#/settings');
  const factors = page.getByRole('textbox', { name: 'Factors' });
  const usual = await factors.inputValue();
  await factors.fill('3');
  await page.keyboard.press('Enter');
  await expect(factors).toHaveAttribute('aria-invalid', 'true');
  await expect(page.getByText(/from 4 to 512/)).toBeVisible();
  await expectAccessible(page);
  await page.reload();
  await expect(factors).toHaveValue(usual);
});

test('versions and health are shown', async ({ page }) => {
  await visit(page, '#/settings');
  await expect(page.getByRole('region', { name: 'About' })).toContainText('DuckDB');
  await expect(page.getByRole('region', { name: 'Health' })).toContainText('Kernels');
});
