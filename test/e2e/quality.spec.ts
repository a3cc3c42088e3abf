import { expect, expectAccessible, test } from './fixtures.ts';
import type { Page } from '@playwright/test';

const checked = async (page: Page) => {
  await page.getByRole('link', { name: 'Quality', exact: true }).click();
  await page.getByRole('button', { name: 'Check the data' }).click();
  await expect(page.getByRole('table', { name: 'Rules' })).toBeVisible({ timeout: 30_000 });
};

test('a check shows what is wrong, down to the file and line of each row', async ({ page, hostKind }) => {
  await page.getByRole('link', { name: 'Quality', exact: true }).click();
  await expect(page.getByText('Not checked yet')).toBeVisible();
  await expectAccessible(page);
  await checked(page);
  await expect(page.getByRole('region', { name: 'Scores' })).toContainText(/completeness/i);

  const rules = page.getByRole('table', { name: 'Rules' });
  await page.getByRole('textbox', { name: 'Rule or column' }).fill('ratings.rating.range');
  await expect(rules.getByRole('row')).toHaveCount(2);
  await rules.getByRole('button', { name: /ratings\.rating\.range/ }).click();
  const rule = page.getByRole('region', { name: 'Rule ratings.rating.range' });
  const failing = rule.getByRole('region', { name: /^Failing rows/ }).getByRole('row');
  await expect(failing.nth(1)).toContainText('ratings.csv');
  const count = await failing.count();
  await expect(rule).toContainText(`Failing rows ${count - 1}`);
  await expectAccessible(page);

  if (hostKind === 'browser') {
    await rule.getByRole('button', { name: 'Export' }).click();
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('menuitem', { name: /^CSV, all/ }).click()]);
    expect(download.suggestedFilename()).toBe('ratings.rating.range.csv');
  }
  await rule.getByRole('button', { name: 'Close the rule' }).click();
  await expect(rule).toBeHidden();
});

test('rules are narrowed, sorted and walked through by keyboard; a table rule says that it has no rows', async ({ page }) => {
  await checked(page);
  const rules = page.getByRole('table', { name: 'Rules' });
  await page.getByText(/^Fail \d+$/).click();
  for (const row of await rules.getByRole('row').all()) await expect(row).toContainText(/Fail|Status/);
  await page.getByRole('button', { name: 'Show all' }).click();
  await page.getByRole('textbox', { name: 'Rule or column' }).fill('freshness');
  await rules.getByRole('button', { name: /ratings\.freshness/ }).press('Enter');
  await expect(page.getByRole('region', { name: 'Rule ratings.freshness' })).toContainText('it has no failing rows');
  await page.getByRole('textbox', { name: 'Rule or column' }).fill('movies.title');
  const open = rules.getByRole('button', { name: /movies\.title/ });
  await open.first().press('ArrowDown');
  await expect(open.nth(1)).toBeFocused();
});

test('turning a fix off and on keeps the report and says what a run would do', async ({ page }) => {
  await checked(page);
  const fix = page.getByRole('switch', { name: /^Fix of ratings\.rating\.range/ });
  await expect(fix).toBeChecked();
  await fix.click({ force: true });
  await expect(fix).not.toBeChecked();
  await expect(page.getByText('a run would stop at errors')).toBeVisible();
  await fix.click({ force: true });
  await expect(fix).toBeChecked();
  await expect(page.getByText('a run would stop at errors')).toBeHidden();
});

test('columns are profiled and rejected lines are shown as they stand in the file', async ({ page }) => {
  await page.getByRole('link', { name: 'Quality', exact: true }).click();
  await page.getByRole('tab', { name: 'Columns' }).click();
  const columns = page.getByRole('table', { name: 'Columns' });
  await columns.getByRole('button', { name: /^rating is DOUBLE/ }).click();
  const profile = page.getByRole('region', { name: 'Profile of rating' });
  await profile.getByRole('button', { name: /View as table/ }).click();
  await expect(profile.getByRole('table', { name: 'Distribution of rating' })).toContainText('rows');
  await expectAccessible(page);
  await page.getByRole('tab', { name: /Rejected lines/ }).click();
  await expect(page.getByRole('table', { name: 'Rejected lines' }).getByRole('row')).toHaveCount(3);
  await expectAccessible(page);
});

test.describe('without data', () => {
  test.use({ workspace: 'none' });
  test('the page says what to do first', async ({ page }) => {
    await page.getByRole('link', { name: 'Quality', exact: true }).click();
    await expect(page.getByText('Nothing to check yet')).toBeVisible();
    await expectAccessible(page);
    await page.getByRole('main').getByRole('button', { name: 'Import files' }).click();
    await expect(page).toHaveTitle(/^Import/);
  });
});
