import { expect, expectAccessible, test } from './fixtures.ts';

test('a run is planned with reasons, and a cancel leaves everything as it was', async ({ page }) => {
  await page.getByRole('link', { name: 'Pipeline', exact: true }).click();
  const stages = page.getByRole('table', { name: 'Stages' });
  await expect(stages.getByRole('row', { name: /validate/i })).toContainText('Will run');
  await expect(stages.getByRole('row', { name: /validate/i })).toContainText('is new');
  await expectAccessible(page);

  await page.getByRole('button', { name: 'Run', exact: true }).click();
  const cancel = page.getByRole('main').getByRole('button', { name: 'Cancel' });
  await expect(stages.getByText('Running')).toBeVisible();
  await cancel.click();
  await expect(page.getByRole('button', { name: 'Run', exact: true })).toBeVisible();
  await expect(stages.getByRole('row', { name: /train/i })).toContainText('Never run');
  await page.getByRole('tab', { name: 'History' }).click();
  await expect(page.getByRole('table', { name: 'Runs' })).toContainText('Cancelled');
  await page.getByRole('tab', { name: 'Log' }).click();
  await page.getByText('Errors', { exact: true }).click();
  await expect(page.getByRole('log')).toContainText('Cancelled');
});

test('a run that a rule blocks names the rule and leads to it', async ({ page }) => {
  await page.getByRole('link', { name: 'Quality', exact: true }).click();
  await page.getByRole('button', { name: 'Check the data' }).click();
  const fix = page.getByRole('switch', { name: /^Fix of ratings\.rating\.range/ });
  await fix.click({ force: true, timeout: 30_000 });
  await expect(fix).not.toBeChecked();
  await expect(page.getByText('a run would stop at errors')).toBeVisible();

  await page.getByRole('link', { name: 'Pipeline', exact: true }).click();
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  const blocked = page.getByRole('alert').filter({ hasText: 'The run stopped' });
  await expect(blocked).toBeVisible({ timeout: 30_000 });
  await expectAccessible(page);
  await blocked.getByRole('link', { name: 'ratings.rating.range' }).click();
  await expect(page.getByRole('region', { name: 'Rule ratings.rating.range' })).toBeVisible();
});

test.describe('after a run', () => {
  test.use({ workspace: 'ready' });
  test('everything is current; one stage runs again from the graph and stands in the history', async ({ page }) => {
    await page.getByRole('link', { name: 'Pipeline', exact: true }).click();
    await expect(page.getByText(/^Everything is current/)).toBeVisible();
    const node = page.getByRole('button', { name: /^features/i, pressed: false });
    await node.focus();
    await page.keyboard.press('Enter');
    await expect(page.getByRole('button', { name: /^features/i, pressed: true })).toBeVisible();
    await page.getByRole('button', { name: 'Run parts: features' }).click();
    await page.getByRole('menuitem', { name: /even if nothing changed/ }).click();
    await expect(page.getByText(/last run succeeded just now/)).toBeVisible({ timeout: 30_000 });
    await page.getByRole('tab', { name: 'History' }).click();
    const runs = page.getByRole('table', { name: 'Runs' });
    await runs.getByRole('button').first().click();
    await expect(page.getByRole('table', { name: /^Stages of the run/ }).getByRole('row', { name: /features/ })).toContainText('ran');
    await expectAccessible(page);
  });
});

test.describe('without data', () => {
  test.use({ workspace: 'none' });
  test('the page says what to do first', async ({ page }) => {
    await page.getByRole('link', { name: 'Pipeline', exact: true }).click();
    await expect(page.getByText('Nothing to run on yet')).toBeVisible();
    await expectAccessible(page);
  });
});
