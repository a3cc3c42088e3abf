import { writeFile } from 'node:fs/promises';
import { writeWorkbook } from '../support/workbook.ts';
import { dropFiles, expect, expectAccessible, test } from './fixtures.ts';

test.use({ workspace: 'none' });

const dropzone = 'Drop files, a folder or a .zip here';
const films = `Series_Title,Released_Year,Certificate,Runtime,Genre,IMDB_Rating,Director,Star1,Star2,Gross
The Long Road,1994,A,142 min,Drama,9.3,Ana Bo,Cy Do,Eve Fa,"28,341,469"
Moon Sixteen,PG,U,2h 20m,"Adventure, Drama",7.6,Gus Ho,Cy Do,Ida Jo,$1.5M
`;

test('a list of films shows its odd cells, says where its rows go, and is imported with its cast', async ({ page }, info) => {
  const file = info.outputPath('best_films.csv');
  await writeFile(file, films);
  await dropFiles(page.getByText(dropzone), [file]);
  await expect(page.getByRole('combobox', { name: 'Taken for' })).toHaveValue('Films');
  await expect(page.getByText('goes to the tables movies and persons (from Director, Star1, Star2) · its films have no ids and are numbered')).toBeVisible();
  await expect(page.getByRole('combobox', { name: 'runtime' })).toHaveValue('Runtime');
  const odd = page.getByRole('table', { name: 'Cells that cannot be read' });
  await expect(odd.getByRole('row', { name: /best_films\.csv.*3.*Released_Year.*“PG” is not a year/ })).toBeVisible();
  await expect(page.getByRole('table', { name: /^First rows of/ }).getByRole('cell', { name: /PG/ })).toHaveAttribute('title', '“PG” is not a year.');
  await expectAccessible(page);
  await page.screenshot({ path: info.outputPath('films.png'), fullPage: true });

  await page.getByRole('button', { name: 'Import 1 file' }).click();
  const tables = page.getByRole('table', { name: 'Imported tables' });
  await expect(tables.getByRole('row', { name: /^movies/ })).toContainText('2');
  await expect(tables.getByRole('row', { name: /^persons/ })).toContainText('6');
});

test('each sheet of a workbook is chosen and typed by itself', async ({ page }, info) => {
  const file = info.outputPath('cinema.xlsx');
  await writeWorkbook(file, [
    { name: 'ratings', rows: [['userId', 'movieId', 'rating', 'timestamp'], [1, 11, 4.5, { number: 36_526.5, style: 2 }], [2, 11, { error: '#DIV/0!' }, 964982703]] },
    { name: 'shop', rows: [['item', 'took', 'price'], ['A', '142 min', '$1,200'], ['B', '2h', '$15.50']] },
    { name: 'secret', rows: [[1]], hidden: true },
  ]);
  await dropFiles(page.getByText(dropzone), [file]);
  const files = page.getByRole('list', { name: 'Files' });
  await expect(files.getByRole('listitem')).toHaveCount(2);
  await files.getByRole('button', { name: /ratings/ }).click();
  await expect(page.getByRole('combobox', { name: 'Format' })).toHaveValue('Excel sheet');
  await expect(page.getByRole('table', { name: 'Cells that cannot be read' })).toContainText('#DIV/0!');
  await expectAccessible(page);
  await page.getByRole('switch', { name: 'Import this file' }).click();
  await files.getByRole('button', { name: /shop/ }).click();
  await expect(page.getByRole('combobox', { name: 'took' })).toHaveValue('MINUTES');
  await page.getByRole('combobox', { name: 'price' }).click();
  await page.getByRole('option', { name: 'VARCHAR' }).click();
  await page.getByRole('button', { name: 'Import 1 file' }).click();
  const tables = page.getByRole('table', { name: 'Imported tables' });
  await expect(tables.getByRole('row', { name: /^shop/ })).toContainText('2');
  await expect(tables).not.toContainText('ratings');
});

test('a workbook with a password is refused in plain words', async ({ page }, info) => {
  const file = info.outputPath('locked.xlsx');
  await writeFile(file, Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.alloc(100)]));
  await dropFiles(page.getByText(dropzone), [file]);
  await expect(page.getByText(/locked\.xlsx is protected with a password/).first()).toBeVisible();
});
