import { expect, expectAccessible, test } from './fixtures.ts';

test.describe('with nothing open', () => {
  test.use({ workspace: 'none' });

  test('one sees where to drop files, and the sample is one press away', async ({ page }) => {
    await expect(page.getByText('Drop files, a folder or a .zip here')).toBeVisible();
    await expect(page.getByText('Your data does not leave this computer.')).toBeVisible();
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Open the built-in sample' }).click();
    await expect(page.getByRole('heading', { level: 1, name: 'Built-in sample' })).toBeVisible({ timeout: 20_000 });
    await expect(page.getByRole('region', { name: 'Next step' })).toContainText('Check what is wrong with the data');
    await expect(page.getByRole('table', { name: 'Imported files' })).toContainText('ratings.csv.gz');
  });

  test('a workspace is made, opened again, and taken off the list', async ({ page }) => {
    for (const name of ['First', 'Second']) {
      await page.getByRole('button', { name: 'New workspace' }).click();
      await page.getByRole('textbox', { name: 'Name' }).fill(name);
      await page.keyboard.press('Enter');
      await expect(page.getByRole('heading', { level: 1, name })).toBeVisible();
    }
    const recent = page.getByRole('list', { name: 'Recent workspaces' });
    await expect(recent.getByRole('listitem')).toHaveCount(2);
    await recent.getByRole('button', { name: /^First/ }).click();
    await expect(page.getByRole('heading', { level: 1, name: 'First' })).toBeVisible();
    await page.getByRole('button', { name: 'Take Second off the list' }).click();
    await expect(recent.getByRole('listitem')).toHaveCount(1);
  });
});

test.describe('after a run', () => {
  test.use({ workspace: 'ready' });

  test('the workspace is summed up, and the next step leads on', async ({ page }) => {
    const figures = page.getByRole('region', { name: 'The workspace in figures' });
    await expect(figures).toContainText('Ratings');
    await expect(figures).toContainText('succeeded');
    await page.getByRole('region', { name: 'Next step' }).getByRole('button', { name: 'Recommend' }).click();
    await expect(page).toHaveTitle(/^Recommend/);
  });
});
