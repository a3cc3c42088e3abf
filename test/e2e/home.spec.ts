import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { root } from '../../scripts/building.ts';
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

test.describe('with a workspace that another program has open', () => {
  test.use({ workspace: 'none' });

  test('one is told which program that is and what to do, wherever it is opened, and can try again', async ({ page, home, complaints }, info) => {
    for (const name of ['First', 'Second']) {
      await page.getByRole('button', { name: 'New workspace' }).click();
      await page.getByRole('textbox', { name: 'Name' }).fill(name);
      await page.keyboard.press('Enter');
      await expect(page.getByRole('heading', { level: 1, name })).toBeVisible();
    }
    const other = fork(path.join(root, 'test/support/holding-process.ts'), [info.outputPath('other')], { execArgv: [] });
    try {
      await once(other, 'message');
      const opened = once(other, 'message');
      other.send({ open: path.join(home, 'workspaces', 'first') });
      expect((await opened)[0]).toMatchObject({ code: 'done' });

      const first = page.getByRole('list', { name: 'Recent workspaces' }).getByRole('button', { name: /^First/ });
      await first.click();
      const alert = page.getByRole('alert').filter({ hasText: 'The workspace is in use by' });
      await expect(alert).toContainText(`a test (process ${other.pid}), since`);
      await expect(alert).toContainText('Wait for its end or close it there.');
      await expect(page.getByRole('heading', { level: 1, name: 'Second' })).toBeVisible();
      await expectAccessible(page);

      // From the menu in the header, with no panel beside it.
      await page.getByRole('banner').getByRole('button', { name: 'Second' }).click();
      await page.getByRole('menuitem', { name: 'First' }).click();
      await expect(page.getByRole('alert').filter({ hasText: `a test (process ${other.pid})` })).toHaveCount(2);
      await expect(page.getByRole('heading', { level: 1, name: 'Second' })).toBeVisible();
      // A browser writes refused requests to its console.
      const refused = complaints.splice(0).filter((text) => !text.includes('423'));
      expect(refused).toEqual([]);

      other.kill('SIGKILL');
      await once(other, 'exit');
      await alert.getByRole('button', { name: 'Try again' }).click();
      await expect(page.getByRole('heading', { level: 1, name: 'First' })).toBeVisible();
    } finally {
      other.kill('SIGKILL');
    }
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
