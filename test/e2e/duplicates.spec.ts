import type { Page } from '@playwright/test';
import { callEngine, expect, expectAccessible, test, visit } from './fixtures.ts';

const counts = (page: Page) => callEngine(page, 'duplicates.list', { limit: 1 }).then((list) => list.counts);

test('clusters are found, compared side by side, accepted and refused from the keyboard, and taken back', async ({ page }) => {
  await visit(page, '#/quality/duplicates');
  await expect(page.getByText('Not looked for yet')).toBeVisible();
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Look for duplicates' }).click();

  const rows = page.getByRole('table', { name: 'Clusters' }).locator('[data-cluster]');
  await expect(rows.first()).toBeVisible({ timeout: 30_000 });
  const before = await counts(page);
  expect(before).toMatchObject({ merged: 0, refused: 0 });
  const comparison = page.getByRole('region', { name: /^Comparison of/ });
  await expect(comparison.getByRole('table', { name: 'Films side by side' })).toContainText('Evidence');
  await expectAccessible(page);

  await rows.first().press('ArrowDown');
  await expect(rows.nth(1)).toBeFocused();
  const refused = await rows.nth(1).innerText();
  await page.keyboard.press('r');
  await expect(page.getByText('not proposed again').first()).toBeVisible();
  await expect.poll(() => counts(page)).toEqual({ open: before.open - 1, merged: 0, refused: 1 });
  await expect(rows.nth(1)).toBeFocused();
  await expect(rows.nth(1)).not.toHaveText(refused);
  await page.keyboard.press('a');
  await expect.poll(() => counts(page)).toEqual({ open: before.open - 2, merged: 1, refused: 1 });

  // The note of the last decision takes it back.
  await page.getByRole('alert').filter({ hasText: 'will be one in the next run' }).getByRole('button', { name: 'Undo' }).click();
  await expect.poll(() => counts(page)).toEqual({ open: before.open - 1, merged: 0, refused: 1 });
  await page.getByText(/^Refused 1$/).click();
  await expect(comparison.getByRole('heading', { name: 'Not one film' })).toBeVisible();
  await expectAccessible(page);
  await comparison.getByRole('button', { name: 'Undo' }).click();
  await expect.poll(() => counts(page)).toEqual(before);
});

test('accepting all above a score says what it means before it is done, and is one decision', async ({ page }) => {
  await visit(page, '#/quality/duplicates');
  await page.getByRole('button', { name: 'Look for duplicates' }).click();
  const slider = page.getByRole('slider', { name: 'Accept all from a score of' });
  await expect(slider).toBeVisible({ timeout: 30_000 });
  await slider.press('Home');
  const { above, counts: before } = await callEngine(page, 'duplicates.list', {});
  const expected = above[50]?.clusters ?? 0;
  expect(expected).toBeGreaterThan(0);
  await page.getByRole('button', { name: `Accept ${expected} cluster` }).click();
  await expect.poll(() => counts(page)).toMatchObject({ open: before.open - expected, merged: expected });
  await page.getByText(new RegExp(`^Merged ${expected}$`)).click();
  const undo = page.getByRole('region', { name: /^Comparison of/ }).getByRole('button', { name: /^Undo/ });
  await undo.click();
  await expect.poll(() => counts(page)).toEqual(before);
});
