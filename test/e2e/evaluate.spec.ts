import type { Page } from '@playwright/test';
import { callEngine, expect, expectAccessible, test, visit } from './fixtures.ts';

test.use({ workspace: 'ready' });

const leaderboard = (page: Page) => page.getByRole('table', { name: 'Leaderboard', exact: true });
const order = (page: Page) => leaderboard(page).locator('[data-model]').evaluateAll((rows) => rows.map((row) => row.getAttribute('data-model')));

/** An evaluation made without the page, of few models, and opened. */
async function openEvaluation(page: Page, view = ''): Promise<string> {
  const protocol = { name: 'leave-last-out' as const, cutoffs: [5, 10], maxUsers: 200 };
  const { jobId } = await callEngine(page, 'evaluation.start', { title: 'Three models', protocol, entrants: [{ model: 'popularity' }, { model: 'ease' }, { model: 'item-knn', params: { neighbours: 20 } }] });
  await expect.poll(async () => (await callEngine(page, 'jobs.get', { id: jobId })).status, { timeout: 60_000 }).toBe('succeeded');
  const [made] = await callEngine(page, 'evaluation.list', {});
  if (made === undefined) throw new Error('No evaluation is kept.');
  await visit(page, `#/evaluate/of/${made.id}${view}`);
  return made.id;
}

/** Axe in both schemes; the page stays in the one that it had. */
async function expectAccessibleInBoth(page: Page): Promise<void> {
  for (const scheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
    await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', scheme);
    await expectAccessible(page);
  }
}

test('by keyboard alone: set an evaluation up, run it, and read the leaderboard', async ({ page }) => {
  await page.getByRole('link', { name: 'Evaluate', exact: true }).press('Enter');
  await expect(page.getByText('Nothing has been evaluated yet')).toBeVisible();
  await expectAccessibleInBoth(page);
  await page.getByRole('button', { name: 'Set up an evaluation' }).press('Enter');
  const models = page.getByRole('table', { name: 'Models to evaluate' });
  await expect(models).toContainText('EASE');
  await page.getByRole('button', { name: /^Take Matrix factorisation/ }).press('Enter');
  await expect(page.getByRole('button', { name: /^Take Matrix factorisation/ })).toBeHidden();
  await page.getByRole('button', { name: 'EASE once more' }).press('Enter');
  await expect(page.getByText('twice with the same parameters')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Run the evaluation' })).toBeDisabled();
  await page.getByRole('button', { name: 'Parameters of EASE' }).last().press('Enter');
  await page.getByRole('textbox', { name: 'Regularisation' }).fill('50');
  await expect(page.getByText('twice with the same parameters')).toBeHidden();
  await page.getByRole('radio', { name: 'Random hold-out' }).press('Space');
  await expect(page.getByRole('radio', { name: 'Random hold-out' })).toBeChecked();
  await page.getByRole('textbox', { name: 'Users measured at most' }).fill('150');
  await page.getByRole('textbox', { name: 'Name' }).fill('By keyboard');
  await expectAccessibleInBoth(page);
  await page.getByRole('button', { name: 'Run the evaluation' }).press('Enter');

  await expect(page.getByRole('heading', { name: 'By keyboard' })).toBeVisible({ timeout: 60_000 });
  await expect(leaderboard(page).locator('[data-model]')).toHaveCount(4);
  await expect(leaderboard(page)).toContainText('best');
  await expect(page.getByText(/paired permutation test over users/)).toBeVisible();
  const made = await callEngine(page, 'evaluation.list', {});
  expect(made).toMatchObject([{ title: 'By keyboard', protocol: 'random', data: { measuredUsers: 150 } }]);
  const [best] = await order(page);
  expect(best).toBe(made[0]?.best?.label);
  const kept = await callEngine(page, 'evaluation.get', { id: made[0]?.id ?? '' });
  for (const sentence of kept.description) await expect(page.getByText(sentence)).toBeVisible();
  for (const { message } of kept.warnings) await expect(page.getByText(message)).toBeVisible();
  await expectAccessibleInBoth(page);
});

test('the leaderboard sorts, tells every figure with its definition, and keeps the metric in the address', async ({ page }) => {
  const id = await openEvaluation(page);
  const { models } = await callEngine(page, 'evaluation.get', { id });
  const byValue = (metric: string) => models.toSorted((a, b) => (b.metrics[metric]?.value ?? 0) - (a.metrics[metric]?.value ?? 0)).map(({ label }) => label);
  await expect.poll(() => order(page)).toEqual(byValue('ndcg@5'));
  await expect(page.getByText(models[0]?.metrics['ndcg@5']?.definition ?? '-').first()).toBeVisible();

  await page.getByRole('button', { name: 'Training', exact: true }).click();
  await expect.poll(() => order(page)).toEqual(models.toSorted((a, b) => a.fitSeconds - b.fitSeconds).map(({ label }) => label));
  await expect(leaderboard(page).getByRole('columnheader', { name: 'Training' })).toHaveAttribute('aria-sort', 'ascending');

  await page.getByText('@10', { exact: true }).click();
  await expect(page).toHaveURL(/metric=ndcg%4010/);
  await page.getByRole('table', { name: 'All figures' }).getByRole('button', { name: 'Coverage@10' }).press('Enter');
  await expect(page.getByRole('heading', { name: 'Leaderboard by Coverage@10' })).toBeVisible();
  await page.reload();
  await expect(page.getByRole('heading', { name: 'Leaderboard by Coverage@10' })).toBeVisible();
});

test('cost: the chart tells its points to the keyboard, and is a table too', async ({ page }) => {
  await openEvaluation(page, '/cost');
  const points = page.getByRole('slider', { name: /^Points of: NDCG@5 against training time/ });
  await points.press('ArrowRight');
  await expect(points).toHaveAttribute('aria-valuetext', /NDCG@5 0\.\d+.*Training time/);
  await points.press('End');
  await expect(points).toHaveAttribute('aria-valuenow', '3');
  await expectAccessibleInBoth(page);
  await page.getByText('Size', { exact: true }).click();
  await page.getByRole('button', { name: /^View as table: NDCG@5 against size of the model/ }).click();
  await expect(page.getByRole('table', { name: /size of the model/ }).getByRole('row')).toHaveCount(4);
});

test('segments, comparisons and the lists of a user rest on the same evaluation', async ({ page }) => {
  const id = await openEvaluation(page, '/segments');
  const segments = await callEngine(page, 'evaluation.segments', { id, metric: 'ndcg@5', by: 'activity' });
  await expect(page.getByText(segments.definition)).toBeVisible();
  await page.getByRole('button', { name: 'View as table: NDCG@5 by activity' }).click();
  await expect(page.getByRole('table', { name: 'NDCG@5 by activity' }).getByRole('row')).toHaveCount(1 + segments.segments.length * 3);
  await page.getByText('Genre', { exact: true }).click();
  await page.getByRole('button', { name: 'View as chart: NDCG@5 by genre' }).click();
  await expect(page.getByRole('slider', { name: 'Points of: NDCG@5 by genre' })).toBeVisible();
  await expectAccessibleInBoth(page);

  await page.getByRole('tab', { name: 'Comparisons' }).click();
  const comparisons = await callEngine(page, 'evaluation.compare', { id, metric: 'ndcg@5' });
  const sentences = page.getByRole('list', { name: /^Comparisons with/ });
  await expect(sentences.getByRole('listitem')).toHaveCount(2);
  for (const text of await sentences.getByRole('listitem').allTextContents()) expect(comparisons.map(({ sentence }) => sentence)).toContain(text);
  await expect(page.getByRole('table', { name: 'Every pair' }).getByRole('row')).toHaveCount(1 + comparisons.length);
  const points = page.getByRole('slider', { name: /^Points of: Difference from/ });
  await points.press('ArrowDown');
  await expect(points).toHaveAttribute('aria-valuetext', /Difference in NDCG@5 .*95 % interval .* to /);
  await page.getByRole('combobox', { name: 'Reference' }).click();
  await page.getByRole('option', { name: 'Popularity' }).click();
  await expect(page).toHaveURL(/against=popularity/);
  await expect(page.getByRole('list', { name: 'Comparisons with Popularity' })).toBeVisible();
  await expectAccessibleInBoth(page);

  await page.getByRole('tab', { name: 'Users' }).click();
  const users = page.getByRole('table', { name: 'Users by difference' });
  await users.getByRole('button', { name: /^User \d+$/ }).nth(1).press('Enter');
  const user = Number(new URL(page.url()).hash.match(/user=(\d+)/)?.[1]);
  await expect(page.getByRole('heading', { name: `User ${user}` })).toBeVisible();
  const labels = await page.getByRole('list', { name: /^List of/ }).evaluateAll((lists) => lists.map((list) => list.querySelectorAll('li').length));
  expect(labels).toEqual([10, 10]);
  await expectAccessibleInBoth(page);
});

test('a search shows its trials while it goes on, and its best is put in force', async ({ page }) => {
  await visit(page, '#/evaluate/search');
  await page.getByRole('textbox', { name: 'Trials at most' }).fill('6');
  await expect(page.getByRole('table', { name: 'Space' })).toContainText('lambda');
  await expectAccessibleInBoth(page);
  await page.getByRole('button', { name: 'Start the search' }).press('Enter');
  const trials = page.getByRole('table', { name: 'Trials' });
  await expect(trials.getByRole('row').nth(1)).toBeVisible({ timeout: 30_000 });
  await expect(page.getByText('Done', { exact: true })).toBeVisible({ timeout: 60_000 });
  await expect(trials.getByRole('row')).toHaveCount(7);
  const [search] = await callEngine(page, 'tune.list', {});
  await expect(page.getByText(search?.verdict ?? '-')).toBeVisible();
  await page.getByRole('slider', { name: /^Points of: NDCG@10, trial by trial/ }).press('End');
  await expectAccessibleInBoth(page);
  await page.getByRole('button', { name: 'Put the best in force' }).click();
  await expect(page.getByText('in force', { exact: true })).toBeVisible();
  const parameters = await callEngine(page, 'params.list', {});
  expect(parameters.find(({ path }) => path === 'recommenders.ease.lambda')?.value).toBe(search?.best?.params['lambda']);
});

test('published tables say what they need, and curves what would grow there', async ({ page }) => {
  await visit(page, '#/evaluate/published');
  const presets = await callEngine(page, 'evaluation.presets', {});
  await expect(page.getByRole('button', { name: /^Choose the folder and run/ })).toHaveCount(presets.length);
  await expectAccessibleInBoth(page);
  await page.getByRole('tab', { name: 'Training curves' }).click();
  await expect(page.getByText('No training curve yet')).toBeVisible();
  await expect(page.getByRole('button', { name: /^Train .*SASRec/ })).toBeVisible();
  await expectAccessibleInBoth(page);
});

test('an evaluation is set up again from what it was, and removed for good', async ({ page }) => {
  const id = await openEvaluation(page);
  await page.getByRole('button', { name: 'Change and run again' }).click();
  await expect(page.getByRole('table', { name: 'Models to evaluate' })).toContainText('neighbours 20');
  await expect(page.getByRole('textbox', { name: 'Users measured at most' })).toHaveValue('200');
  await page.getByRole('tab', { name: 'Evaluations' }).click();
  await page.getByRole('button', { name: 'Remove Three models' }).click();
  await page.getByRole('button', { name: 'Remove', exact: true }).click();
  await expect(page.getByText('Nothing has been evaluated yet')).toBeVisible();
  await visit(page, `#/evaluate/of/${id}`);
  await expect(page.getByRole('main').getByRole('alert')).toContainText('Not found');
});

test('a link of a model leads to an evaluation that has it', async ({ page }) => {
  await visit(page, '#/recommend/4');
  await page.getByRole('link', { name: /^Evaluate / }).first().click();
  await expect(page.getByRole('table', { name: 'Models to evaluate' }).getByRole('row')).not.toHaveCount(1);
  await expect(page).toHaveURL(/evaluate\/new\?models=/);
});

test('an evaluation that runs says how far it is, can be cancelled, and goes on with what it had finished', async ({ page }) => {
  await visit(page, '#/evaluate/new');
  await expect(page.getByRole('table', { name: 'Models to evaluate' })).toContainText('EASE');
  await page.getByRole('radio', { name: 'K-fold' }).click();
  await page.getByRole('textbox', { name: 'Folds' }).fill('4');
  await page.getByRole('button', { name: 'Run the evaluation' }).click();
  await expect(page.getByRole('table', { name: 'Phases' })).toContainText('fold 2 of 4', { timeout: 30_000 });
  await page.getByRole('button', { name: 'Cancel' }).first().click();
  await expect(page.getByText('Cancelled').first()).toBeVisible({ timeout: 30_000 });
  expect(await callEngine(page, 'evaluation.list', {})).toEqual([]);

  await page.getByRole('tab', { name: 'Evaluations' }).click();
  const unfinished = page.getByRole('table', { name: 'Evaluations that are not finished' });
  const [left] = await callEngine(page, 'evaluation.unfinished', {});
  expect(left?.done).toBeGreaterThan(0);
  await expect(unfinished).toContainText(`${left?.done} of ${left?.total}`);
  await expectAccessibleInBoth(page);
  await page.getByRole('button', { name: /^Go on with/ }).press('Enter');
  await expect(leaderboard(page).locator('[data-model]').first()).toBeVisible({ timeout: 90_000 });
  await expect(page).toHaveURL(new RegExp(`of/${left?.id}`));
  expect(await callEngine(page, 'evaluation.unfinished', {})).toEqual([]);
});
