import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { root } from '../../scripts/building.ts';
import { expect, expectAccessible, test as base, visit } from './fixtures.ts';
import { makeHome } from './homes.ts';

const csv = (user: number) => `userId,movieId,rating,timestamp\n${user},1,4.0,964982703\n${user},2,4.5,964981247\n`;

/** A home with one workspace, imported at the terminal from files that stay where they are. */
const test = base.extend({
  home: async ({}, use, info) => {
    const home = await makeHome(info.outputPath('home'), 'none');
    const given = info.outputPath('given');
    await mkdir(given, { recursive: true });
    await writeFile(path.join(given, 'ratings.csv'), csv(1));
    await writeFile(path.join(given, 'movies.csv'), 'movieId,title,genres\n1,Toy Story (1995),Animation|Comedy\n2,Heat (1995),Crime\n');
    const workspace = path.join(home, 'workspaces', 'mine');
    await promisify(execFile)(process.execPath, [path.join(root, 'scripts/cli.ts'), 'import', given, '--workspace', workspace], { cwd: root, env: { ...process.env, REELBENCH_HOME: home } });
    await writeFile(path.join(home, 'workspaces.json'), JSON.stringify([{ id: 'mine', name: 'Mine', path: workspace, openedAt: '2026-01-01T00:00:00.000Z', sample: false }]));
    await use(home);
  },
});
test.use({ workspace: 'none' });

test('a file that changed on disk is named on Home, Pipeline and Import, and imported again from there', async ({ page }, info) => {
  await page.getByRole('list', { name: 'Recent workspaces' }).getByRole('button', { name: /^Mine/ }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Mine' })).toBeVisible();
  const notice = page.getByRole('status').filter({ hasText: 'changed on disk' });
  await expect(page.getByRole('table', { name: 'Imported files' })).toContainText('ratings.csv');
  await expect(notice).toHaveCount(0);

  await writeFile(path.join(info.outputPath('given'), 'ratings.csv'), csv(77));
  for (const place of ['#/pipeline', '#/import', '#/home']) {
    await visit(page, place);
    await expect(notice).toContainText('given/ratings.csv changed on disk since it was imported');
  }
  await expectAccessible(page);
  await page.screenshot({ path: info.outputPath('notice.png') });
  await notice.getByRole('button', { name: 'Import again' }).press('Enter');
  await expect(notice).toHaveCount(0);
  await visit(page, '#/data');
  await expect(page.getByText('77').first()).toBeVisible();
});
