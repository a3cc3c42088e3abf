import type { Page } from '@playwright/test';
import { callEngine, expect, expectAccessible, test, visit } from './fixtures.ts';

const check = async (page: Page) => {
  const { jobId } = await callEngine(page, 'quality.run', {});
  await expect.poll(async () => (await callEngine(page, 'jobs.get', { id: jobId })).status, { timeout: 60_000 }).toBe('succeeded');
};

test('a score opens to its formula and the rules behind it, and each of those opens', async ({ page }) => {
  await check(page);
  await visit(page, '#/quality');
  await page.getByRole('region', { name: 'Scores' }).getByRole('button', { name: /accuracy/i }).click();
  const score = page.getByRole('region', { name: 'Score of accuracy' });
  const { scores } = (await callEngine(page, 'quality.report', {})) ?? { scores: { accuracy: null } };
  await expect(score).toContainText(`Accuracy ${scores.accuracy?.toFixed(4) ?? ''}`, { ignoreCase: true });
  await expect(score).toContainText('1 − failed ÷ checked');
  await expectAccessible(page);
  await score.getByRole('row', { name: /ratings\.rating\.range/ }).getByRole('button').click();
  await expect(page.getByRole('region', { name: 'Rule ratings.rating.range' })).toBeVisible();
});

test('the history says what got worse since the last check, and shows each trend as a picture and as a table', async ({ page }) => {
  await visit(page, '#/quality/history');
  await expect(page.getByText('Nothing to look back on yet')).toBeVisible();
  await expectAccessible(page);
  await check(page);
  await expect(page.getByText('There is no earlier check')).toBeVisible();
  await callEngine(page, 'params.set', { path: 'quality.scale_max', value: 4 });
  await check(page);
  const changes = page.getByRole('list', { name: 'Changes of rules' });
  await expect(changes).toContainText(/Worse ratings\.rating\.range: 12 → [\d,]+ failing rows/);
  const trend = page.getByRole('figure', { name: 'Scores' });
  await expect(trend).toContainText('accuracy');
  await trend.getByRole('button', { name: 'View as table: Scores' }).click();
  await expect(trend.getByRole('table', { name: 'Scores' }).getByRole('row')).toHaveCount(3);
  await expectAccessible(page);
  await page.getByRole('combobox', { name: 'Show the trend of' }).click();
  await page.getByRole('option', { name: 'ratings.rating.range' }).click();
  await expect(page.getByRole('figure').filter({ hasText: 'failing share' })).toBeVisible();
  await expect(page.getByRole('table', { name: 'Checks' }).getByRole('row')).toHaveCount(3);
  await changes.getByRole('button', { name: /ratings\.rating\.range/ }).click();
  await expect(page.getByRole('region', { name: 'Rule ratings.rating.range' })).toBeVisible();
});

test.describe('after a run', () => {
  test.use({ workspace: 'ready' });

  test('columns are compared with those of another table, with pictures of both distributions', async ({ page }) => {
    await visit(page, '#/quality/history');
    const drift = page.getByRole('region', { name: 'Drift' });
    await expect(drift).toContainText('Both are the same import');
    await drift.getByRole('combobox', { name: 'Table' }).click();
    await page.getByRole('option', { name: 'ratings', exact: true }).click();
    await drift.getByRole('combobox', { name: 'Reference' }).click();
    await page.getByRole('option', { name: 'ratings as imported' }).click();
    const columns = drift.getByRole('table', { name: 'Drift of columns' });
    await expect(columns.getByRole('row', { name: /^rating numbers 0\.0\d\d/ })).toContainText('stable');
    await columns.getByRole('button', { name: 'rating', exact: true }).click();
    const pictures = drift.getByRole('region', { name: 'Distributions of rating' });
    await expect(pictures.getByRole('figure')).toHaveCount(2);
    await pictures.getByRole('button', { name: 'View as table: Shares of rating' }).click();
    await expect(pictures.getByRole('table', { name: 'Shares of rating' })).toContainText('Reference');
    await expectAccessible(page);
  });

  test('every imported row is accounted for, and each figure says what it stands for and leads to its rows', async ({ page }) => {
    await visit(page, '#/quality/reconciliation');
    const table = page.getByRole('table', { name: 'Reconciliation' });
    const made = await callEngine(page, 'quality.reconciliation', {});
    for (const row of made?.rows ?? []) {
      expect(Object.values(row.counts).reduce((sum, count) => sum + count, 0)).toBe(row.imported);
      await expect(table.getByRole('button', { name: `Difference of ${row.table}: 0` })).toBeVisible();
    }
    await expectAccessible(page);
    await table.getByRole('button', { name: /^Quarantined of ratings/ }).press('Enter');
    const panel = page.getByRole('region', { name: 'What the figure stands for' });
    await expect(panel).toContainText('set aside');
    await expect(panel).toContainText(/imported = [\d,]+ loaded \+/);
    await expectAccessible(page);
    await panel.getByRole('button', { name: 'Open the rows set aside' }).click();
    await expect(page).toHaveURL(/#\/quality\/aside/);
  });

  test('the report is exported as a file of each kind', async ({ page, hostKind }) => {
    test.skip(hostKind !== 'browser', 'The desktop asks for a place with a dialog of the system.');
    await visit(page, '#/quality');
    for (const [item, name] of [[/HTML/, 'quality.html'], [/JSON/, 'quality.json'], [/CSV/, 'quality.csv']] as const) {
      await page.getByRole('button', { name: 'Export report' }).click();
      const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('menuitem', { name: item }).click()]);
      expect(download.suggestedFilename()).toBe(name);
    }
  });
});
