import type { Page } from '@playwright/test';
import { expect, expectAccessible, test, visit } from './fixtures.ts';

async function openColumns(page: Page, table: string): Promise<void> {
  await visit(page, '#/quality/columns');
  await page.getByRole('combobox', { name: 'Table' }).click();
  await page.getByRole('option', { name: table, exact: true }).click();
  await expect(page.getByRole('status', { name: 'How exact the profile is' })).toContainText('Exact');
}

test('alerts stand on top, narrow to a kind and open their column with its patterns', async ({ page }) => {
  await openColumns(page, 'raw.movies');
  const alerts = page.getByRole('region', { name: 'Alerts' });
  await alerts.getByText(/^Blank texts|^Padded texts|^Unique|^High cardinality/).first().waitFor();
  await alerts.getByRole('button', { name: /title/ }).first().click();
  const profile = page.getByRole('region', { name: 'Profile of title' });
  await expect(profile.getByRole('list', { name: 'Alerts of title' })).toBeVisible();
  await expect(profile.getByRole('table', { name: 'Patterns of title' })).toContainText('Aa … (9999)');
  await expectAccessible(page);
  const before = await alerts.getByRole('listitem').count();
  await alerts.getByRole('radiogroup', { name: 'Kind of alert' }).getByText(/^Padded texts|^High cardinality/).first().click();
  expect(await alerts.getByRole('listitem').count()).toBeLessThan(before);
});

test('Unix times have a time line, and its figures as a table', async ({ page }) => {
  await openColumns(page, 'raw.ratings');
  await page.getByRole('button', { name: /^timestamp is/ }).click();
  const profile = page.getByRole('region', { name: 'Profile of timestamp' });
  await expect(profile).toContainText('Unix seconds');
  await profile.getByRole('button', { name: /^View as table: Time line of timestamp/ }).click();
  await expect(profile.getByRole('table', { name: /^Time line of timestamp/ })).toContainText('rows');
});

test('coefficients are a heat map and a list; what is missing together has its picture', async ({ page }) => {
  await openColumns(page, 'raw.ratings');
  await page.getByText('Correlations', { exact: true }).click();
  const map = page.getByRole('table', { name: "Pearson's r of each two columns" });
  await expect(map.getByRole('row')).toHaveCount(5);
  await expectAccessible(page);
  await page.getByText('List', { exact: true }).click();
  await expect(page.getByRole('table', { name: "Pearson's r of each two columns" }).getByRole('row')).toHaveCount(7);
  await page.getByText('Missing together', { exact: true }).click();
  await expect(page.getByRole('table', { name: 'Combinations of missing values' }).or(page.getByText('Nothing is missing here and there'))).toBeVisible();
  await expectAccessible(page);
});

test.describe('in the dark', () => {
  test.use({ colorScheme: 'dark' });
  test('columns and the heat map are legible', async ({ page }) => {
    await openColumns(page, 'raw.ratings');
    await expectAccessible(page);
    await page.getByText('Correlations', { exact: true }).click();
    await expect(page.getByRole('table', { name: "Pearson's r of each two columns" })).toBeVisible();
    await expectAccessible(page);
  });
});
