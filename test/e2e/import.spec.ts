import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { TestInfo } from '@playwright/test';
import { dropFiles, expect, expectAccessible, test } from './fixtures.ts';

test.use({ workspace: 'none' });

/** A small MovieLens folder; line 4 of the ratings has a cell too many. */
async function movieLensFolder(info: TestInfo): Promise<string> {
  const folder = info.outputPath('ml-tiny');
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, 'ratings.csv'), 'userId,movieId,rating,timestamp\n1,1,4.0,964982703\n1,2,4.5,964981247\n2,1,3.0,964982224,extra\n2,2,5.0,964983815\n');
  await writeFile(path.join(folder, 'movies.csv'), 'movieId,title,genres\n1,Toy Story (1995),Animation|Comedy\n2,"American President, The (1995)",Comedy|Drama\n');
  return folder;
}

const dropzone = 'Drop files, a folder or a .zip here';

test('a dropped folder is previewed, stored only when one says so, and its rejected line is shown', async ({ page }, info) => {
  await dropFiles(page.getByText(dropzone), [await movieLensFolder(info)]);
  await expect(page.getByRole('heading', { level: 1, name: 'Import preview' })).toBeVisible();
  const files = page.getByRole('list', { name: 'Files' });
  await expect(files.getByRole('listitem')).toHaveCount(2);
  await files.getByRole('button', { name: /ratings\.csv/ }).click();
  await expect(page.getByRole('combobox', { name: 'Taken for' })).toHaveValue('Ratings');
  await expect(page.getByRole('table', { name: /^First rows of .*ratings\.csv/ })).toContainText('964982703');
  await expect(page.getByRole('table', { name: 'Rejected lines' })).toContainText('extra');
  await expectAccessible(page);

  await page.getByRole('link', { name: 'Data', exact: true }).click();
  await expect(page.getByText('No tables yet')).toBeVisible();
  await page.getByRole('link', { name: 'Import', exact: true }).click();

  await page.getByRole('button', { name: 'Import 2 files' }).click();
  const tables = page.getByRole('table', { name: 'Imported tables' });
  await expect(tables.getByRole('row', { name: /^ratings/ })).toContainText('3');
  const rejected = page.getByRole('table', { name: 'Rejected lines' });
  await expect(rejected).toContainText('2,1,3.0,964982224,extra');
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Check quality' }).click();
  await expect(page).toHaveTitle(/^Quality/);
});

test('columns of any file are mapped onto the fields of ratings', async ({ page }, info) => {
  const file = info.outputPath('opinions.csv');
  await writeFile(file, 'aa;bb;cc;dd\n7;11;4.5;964982703\n8;11;3.0;964982704\n');
  await dropFiles(page.getByText(dropzone), [file]);
  await expect(page.getByRole('heading', { level: 1, name: 'Import preview' })).toBeVisible();
  await page.getByRole('combobox', { name: 'Taken for' }).click();
  await page.getByRole('option', { name: 'Ratings' }).click();
  const start = page.getByRole('button', { name: 'Import 1 file' });
  await expect(start).toBeDisabled();
  for (const [field, column] of [['user_id', 'aa'], ['movie_id', 'bb'], ['rating', 'cc'], ['timestamp', 'dd']] as const) {
    await page.getByRole('combobox', { name: field }).click();
    await page.getByRole('option', { name: column, exact: true }).click();
    await expect(page.getByRole('combobox', { name: field })).toHaveValue(column);
  }
  await expect(start).toBeEnabled();
  await start.click();
  await expect(page.getByRole('table', { name: 'Imported tables' }).getByRole('row', { name: /^ratings/ })).toContainText('2');
});

test('a file left aside is not imported', async ({ page }, info) => {
  await dropFiles(page.getByText(dropzone), [await movieLensFolder(info)]);
  await page.getByRole('list', { name: 'Files' }).getByRole('button', { name: /ratings\.csv/ }).click();
  await page.getByRole('switch', { name: 'Import this file' }).click();
  await page.getByRole('button', { name: 'Import 1 file' }).click();
  await expect(page.getByRole('table', { name: 'Imported tables' })).not.toContainText('ratings');
});

test('a file that cannot be read is refused in plain words, with a way back', async ({ page }, info) => {
  const file = info.outputPath('empty.csv');
  await writeFile(file, '');
  await dropFiles(page.getByText(dropzone), [file]);
  await expect(page.getByRole('alert').or(page.getByText(/empty/i).first()).first()).toBeVisible();
  await page.getByRole('button', { name: 'Discard' }).click();
  await expect(page.getByText(dropzone)).toBeVisible();
});
