import { appendFile, cp, mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { TestInfo } from '@playwright/test';
import { generatedRatings } from '../support/ratings-generator.ts';
import { dropFiles, expect, expectAccessible, test } from './fixtures.ts';

test.use({ workspace: 'none' });
test.setTimeout(150_000);

/** Files as MovieLens has them, with a rating off the scale and a line that breaks off. */
async function dirtyFiles(info: TestInfo): Promise<string[]> {
  const { ratings, movies } = await generatedRatings({ ratings: 14_000, users: 180, movies: 300, seed: 7 });
  const folder = info.outputPath('ml-drop');
  await mkdir(folder, { recursive: true });
  await cp(ratings, path.join(folder, 'ratings.csv'));
  await cp(movies, path.join(folder, 'movies.csv'));
  await appendFile(path.join(folder, 'ratings.csv'), '1,1,99.0,1100000000\n1,2\n');
  return ['ratings.csv', 'movies.csv'].map((name) => path.join(folder, name));
}

test('the main job: files are dropped, judged, cleaned and learnt from, and a user’s recommendations follow the ratings', async ({ page }, info) => {
  await test.step('drop the files and look before anything is stored', async () => {
    await page.getByRole('link', { name: 'Import', exact: true }).click();
    await expect(page.getByRole('heading', { level: 1, name: 'Import', exact: true })).toBeVisible();
    await dropFiles(page.getByText('Drop files, a folder or a .zip here'), await dirtyFiles(info));
    await expect(page.getByRole('heading', { level: 1, name: 'Import preview' })).toBeVisible({ timeout: 20_000 });
    await page.getByRole('button', { name: 'Import 2 files' }).click();
    await expect(page.getByRole('table', { name: 'Imported tables' })).toContainText('ratings', { timeout: 20_000 });
  });

  await test.step('read what is wrong with them', async () => {
    await page.getByRole('link', { name: 'Quality', exact: true }).click();
    await page.getByRole('button', { name: 'Check the data' }).click();
    await page.getByRole('textbox', { name: 'Rule or column' }).fill('rating.range');
    await page.getByRole('table', { name: 'Rules' }).getByRole('button', { name: /ratings\.rating\.range/ }).click({ timeout: 30_000 });
    const failing = page.getByRole('region', { name: 'Rule ratings.rating.range' }).getByRole('region', { name: /^Failing rows/ });
    await expect(failing.getByRole('row').nth(1)).toContainText('99');
    await expect(failing.getByRole('row').nth(1)).toContainText('14002');
    await page.getByRole('tab', { name: /Rejected lines/ }).click();
    await expect(page.getByRole('table', { name: 'Rejected lines' })).toContainText('1,2');
  });

  await test.step('run the pipeline', async () => {
    await page.getByRole('link', { name: 'Pipeline', exact: true }).click();
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    await expect(page.getByText(/^Everything is current · last run succeeded/)).toBeVisible({ timeout: 100_000 });
  });

  await test.step('pick a user and see recommendations with reasons', async () => {
    await page.getByRole('link', { name: 'Recommend', exact: true }).click();
    await page.getByRole('combobox', { name: 'User' }).click();
    await page.getByRole('option').first().click();
    await expect(page.getByRole('table', { name: /^Recommendations by/ }).getByRole('row')).toHaveCount(11);
    await expect(page.getByRole('table', { name: /^Recommendations by/ })).toContainText(/Because you rated .+ \d/);
    await expectAccessible(page);
  });

  await test.step('change ratings and see the list change', async () => {
    const films = page.locator('[data-movie]');
    const titles = () => films.evaluateAll((rows) => rows.map((row) => row.getAttribute('data-movie')));
    const before = await titles();
    for (const at of [0, 1, 2]) {
      await page.getByRole('slider', { name: /^Rating of/ }).nth(at).press('Home');
      await page.keyboard.press('ArrowRight');
    }
    await expect(page.getByText(/^[1-3] changed$/)).toBeVisible();
    await page.getByRole('button', { name: /^Remove / }).first().click();
    await expect.poll(titles).not.toEqual(before);
    await expect(page.getByText(/places?$|new on the list/).first()).toBeAttached();
  });
});
