import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, expectAccessible, test, visit } from './fixtures.ts';

test.use({ workspace: 'sample' });

test('a parameter is changed, kept, marked and taken back', async ({ page }) => {
  await visit(page, '#/settings');
  const factors = page.getByRole('region', { name: 'ALS', exact: true }).getByRole('textbox', { name: 'Factors' });
  const reset = page.getByRole('region', { name: 'ALS', exact: true }).getByRole('button', { name: /^Reset Factors to / });
  const usual = await factors.inputValue();
  await factors.fill('32');
  await page.keyboard.press('Enter');
  await expect(reset).toBeVisible();
  await page.reload();
  await expect(factors).toHaveValue('32');
  await page.getByRole('switch', { name: 'Only what was changed (1)' }).click();
  await expect(page.getByRole('textbox', { name: 'Sweeps', exact: true })).toHaveCount(0);
  await reset.click();
  await expect(page.getByText('Every parameter has its default.')).toBeVisible();
  await page.getByRole('switch', { name: 'Only what was changed (0)' }).click();
  await expect(factors).toHaveValue(usual);
});

test('a value out of bounds is refused where it was typed, and nothing changes', async ({ page }) => {
  await visit(page, '#/settings');
  const factors = page.getByRole('region', { name: 'ALS', exact: true }).getByRole('textbox', { name: 'Factors' });
  const usual = await factors.inputValue();
  await factors.fill('3');
  await page.keyboard.press('Enter');
  await expect(factors).toHaveAttribute('aria-invalid', 'true');
  await expect(page.getByText(/from 4 to 2,?048/)).toBeVisible();
  await expectAccessible(page);
  await page.reload();
  await expect(factors).toHaveValue(usual);
});

test('changes are undone and made again, by keys and by buttons, but not while a text is typed', async ({ page }) => {
  await visit(page, '#/settings');
  const damping = page.getByRole('region', { name: 'Features', exact: true }).getByRole('textbox', { name: 'Damping' });
  const fixes = page.getByRole('switch', { name: 'Apply fixes' });
  await expect(page.getByRole('button', { name: 'Undo', exact: true })).toHaveAttribute('aria-disabled', 'true');
  await damping.fill('7');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: 'Undo Damping: 7 → default' })).toBeVisible();
  await page.keyboard.type('1');
  await page.keyboard.press('Control+z');
  await expect(damping).toHaveValue('7');
  await fixes.press('Space');
  await expect(fixes).not.toBeChecked();
  await page.keyboard.press('Control+z');
  await expect(fixes).toBeChecked();
  await expect(page.getByText('Undone: Apply fixes: off → default')).toBeVisible();
  await expect(damping).toHaveValue('7');
  await page.keyboard.press('Control+z');
  await expect(damping).toHaveValue('25');
  await page.keyboard.press('Control+Shift+z');
  await expect(damping).toHaveValue('7');
  await page.getByRole('button', { name: 'Redo Apply fixes: default → off' }).click();
  await expect(fixes).not.toBeChecked();
  await expectAccessible(page);
});

test('what is changed in the file by hand is shown, never overwritten, and named by its line where it is wrong', async ({ page, home }) => {
  await visit(page, '#/settings');
  const damping = page.getByRole('region', { name: 'Features', exact: true }).getByRole('textbox', { name: 'Damping' });
  await expect(damping).toHaveValue('25');
  const database = readdirSync(home, { recursive: true, encoding: 'utf8' }).find((name) => name.endsWith('workspace.duckdb'));
  const file = path.join(home, path.dirname(database ?? ''), 'reelbench.yaml');
  writeFileSync(file, 'features:\n  damping: 33 # by hand\n');
  await damping.fill('7');
  await page.keyboard.press('Enter');
  await expect(page.getByText('features.damping was changed in reelbench.yaml meanwhile: it is now 33.')).toBeVisible();
  await expect(damping).toHaveValue('33');
  await damping.fill('7');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: 'Undo Damping: 7 → 33' })).toBeVisible();
  expect(readFileSync(file, 'utf8')).toBe('features:\n  damping: 7 # by hand\n');
  writeFileSync(file, 'features:\n  damping: 44\n  max_genres: lots\nengine:\n  sed: 1\n');
  await page.evaluate(() => window.dispatchEvent(new Event('focus')));
  await expect(page.getByRole('alert').first()).toContainText('Line 3: features.max_genres is "lots"; it must be a whole number from 1 to 1000.');
  await expect(page.getByRole('alert').first()).toContainText('Line 5: There is no parameter engine.sed');
  await expectAccessible(page);
  writeFileSync(file, 'features:\n  damping: 44\n');
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(damping).toHaveValue('44');
  await page.locator('h1').click();
  await page.keyboard.press('Control+z');
  await expect(page.getByText('features.damping was changed in reelbench.yaml by hand: it is 44 there and stays so.')).toBeVisible();
});

test('parameters are found by any of their words; each says its bounds, default and line', async ({ page }) => {
  await visit(page, '#/settings');
  await page.getByRole('region', { name: 'ALS', exact: true }).getByRole('textbox', { name: 'Sweeps', exact: true }).fill('20');
  await page.keyboard.press('Enter');
  await page.getByRole('textbox', { name: 'Find a parameter' }).fill('als sweeps');
  const group = page.getByRole('region', { name: 'ALS' });
  await expect(group.getByRole('textbox')).toHaveCount(2); // Sweeps, and those of an update
  await expect(group).toContainText('recommenders.als.iterations · 1 to 500 · default 15 · line 3 of the file');
  await page.getByRole('textbox', { name: 'Find a parameter' }).fill('no such thing');
  await expect(page.getByText('No parameter by that name.')).toBeVisible();
});

test('versions and health are shown', async ({ page }) => {
  await visit(page, '#/settings');
  await expect(page.getByRole('region', { name: 'About' })).toContainText('DuckDB');
  await expect(page.getByRole('region', { name: 'Health' })).toContainText('Kernels');
});
