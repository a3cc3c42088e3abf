import { existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Locator, Page } from '@playwright/test';
import { callEngine, expect, expectAccessible, test, visit } from './fixtures.ts';

const open = (page: Page) => page.getByRole('link', { name: 'Pipeline', exact: true }).click();
const stages = (page: Page) => page.getByRole('table', { name: 'Stages', exact: true });
const row = (page: Page, name: string): Locator => stages(page).getByRole('row').filter({ has: page.getByRole('button', { name, exact: true }) });
const box = (page: Page, name: string): Locator => page.locator(`[data-stage="${name}"]`);
const current = (page: Page) => expect(page.getByText(/^Everything is current/)).toBeVisible({ timeout: 150_000 });

/** The page in both colour schemes. */
async function expectAccessibleInBoth(page: Page): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await expectAccessible(page);
  }
  await page.emulateMedia({ colorScheme: null });
}

test('a run is planned with reasons and watched; after a cancel it goes on from where it was', async ({ page }) => {
  await open(page);
  await expect(row(page, 'validate')).toContainText('Will run');
  await expect(row(page, 'validate')).toContainText('is new');
  await expect(page.getByText(/^The plan: \d+ stages will run/)).toBeVisible();
  await expectAccessibleInBoth(page);

  await page.getByRole('button', { name: 'Run', exact: true }).click();
  const live = page.getByRole('region', { name: 'The run under way' });
  await expect(live).toContainText('Rows/s');
  await expect(live.getByRole('region', { name: 'Stages over time' })).toContainText('extract');
  await expect(box(page, 'extract')).toHaveAttribute('data-look', 'done', { timeout: 30_000 });
  await expectAccessible(page);
  await page.getByRole('main').getByRole('button', { name: 'Cancel' }).click();
  await expect(page.getByText(/^The last run was cancelled/)).toBeVisible();
  await page.getByRole('alert').getByRole('button', { name: /^(Resume from|Continue)/ }).click();
  await current(page);

  await page.getByRole('tab', { name: 'Runs' }).click();
  const runs = page.getByRole('table', { name: 'Runs' });
  await expect(runs).toContainText('Cancelled');
  await expect(runs).toContainText('continues');
  await page.getByRole('textbox', { name: 'Stage or run' }).fill('no such stage');
  await expect(page.getByText('None of these runs fits.')).toBeVisible();
});

test('a run that a rule blocks names the rule, leads to it, and goes on once it is fixed', async ({ page }) => {
  await page.getByRole('link', { name: 'Quality', exact: true }).click();
  await page.getByRole('button', { name: 'Check the data' }).click();
  const fix = page.getByRole('switch', { name: /^Fix of ratings\.rating\.range/ });
  await fix.click({ force: true, timeout: 30_000 });
  await expect(fix).not.toBeChecked();

  await open(page);
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  const blocked = page.getByRole('alert').filter({ hasText: 'The run stopped' });
  await expect(blocked).toBeVisible({ timeout: 30_000 });
  await expect(box(page, 'validate')).toHaveAttribute('data-look', 'blocked');
  await expectAccessibleInBoth(page);
  await blocked.getByRole('link', { name: 'ratings.rating.range' }).click();
  await expect(page.getByRole('region', { name: 'Rule ratings.rating.range' })).toBeVisible();
  await page.getByRole('button', { name: 'Close the rule' }).click();
  await fix.click({ force: true });
  await expect(fix).toBeChecked();
  await open(page);
  await page.getByRole('alert').getByRole('button', { name: 'Resume from validate' }).click();
  await current(page);
});

test.describe('after a run', () => {
  test.use({ workspace: 'ready' });

  test('a stage that fails says why, and resumes there when the fault is gone, also after a reload', async ({ page, home }) => {
    const kept = path.join(home, 'workspaces/sample/quality.json');
    expect(existsSync(kept)).toBe(true);
    await rm(kept);
    await mkdir(path.join(kept, 'in the way'), { recursive: true });
    await open(page);
    await current(page);
    await page.getByRole('button', { name: 'More ways to run' }).click();
    await page.getByRole('menuitem', { name: /Run everything, even/ }).click();
    const trouble = page.getByRole('main').getByRole('alert').filter({ hasText: 'quality.json' }).first();
    await expect(trouble).toBeVisible({ timeout: 30_000 });
    await page.reload();
    await expect(trouble).toBeVisible();
    await expect(page.getByText(/^validate failed/)).toBeVisible();
    await expect(row(page, 'extract')).toContainText('Current');
    await box(page, 'validate').click();
    await expect(page.getByRole('region', { name: 'Stage validate' })).toContainText('quality.json');
    await expectAccessibleInBoth(page);

    await trouble.getByRole('link', { name: 'Open the run' }).click();
    await expect(page.getByRole('table', { name: 'Stages of the run' }).getByRole('row', { name: /validate/ })).toContainText('Failed');
    await expect(page.getByRole('log', { name: 'Log of the run' })).toContainText('quality.json');
    await page.getByRole('tab', { name: 'Plan' }).click();
    await rm(kept, { recursive: true });
    await trouble.getByRole('button', { name: 'Resume from validate' }).click();
    await current(page);
    await expect(trouble).toBeHidden();
  });

  test('a parameter is changed and undone here; runs are compared, and one is rolled back to', async ({ page }) => {
    await open(page);
    await current(page);
    await box(page, 'transform').click();
    const panel = page.getByRole('region', { name: 'Stage transform' });
    const field = panel.getByRole('textbox', { name: 'Ratings a user needs' });
    await field.fill('30');
    await field.press('Enter');
    await expect(row(page, 'transform')).toContainText('1 → 30');
    await expect(row(page, 'transform')).toContainText('Will run');
    await expect(row(page, 'features')).toContainText('May run');
    await expect(box(page, 'features')).toHaveAttribute('data-look', 'may change');
    await panel.getByRole('button', { name: /^Undo/ }).click();
    await current(page);
    await field.fill('30');
    await field.press('Enter');
    await expect(row(page, 'transform')).toContainText('Will run');
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    await expect(box(page, 'transform')).toHaveAttribute('data-look', 'done', { timeout: 30_000 });
    await current(page);

    await page.getByRole('tab', { name: 'Compare' }).click();
    const parameters = page.getByRole('table', { name: 'Parameters of both runs' });
    await expect(parameters).toContainText('transform.min_ratings_per_user');
    await expect(page.getByRole('table', { name: 'Tables of both runs' }).getByRole('row', { name: /^ratings/ })).toContainText('differs');
    await expect(page.getByRole('table', { name: 'Tables of both runs' }).getByRole('row', { name: /^fixes/ })).toBeHidden();
    await page.getByRole('switch', { name: 'Also what is the same' }).click({ force: true });
    await expect(page.getByRole('table', { name: 'Tables of both runs' }).getByRole('row', { name: /^fixes/ })).toContainText('same');
    await expectAccessibleInBoth(page);

    await page.getByRole('tab', { name: 'Runs' }).click();
    await page.getByRole('table', { name: 'Runs' }).getByRole('row').last().getByRole('button').click();
    await expect(page.getByRole('region', { name: 'Stages over time' })).toBeVisible();
    await expect(page.getByRole('table', { name: 'Tables of the run' })).toContainText('ratings');
    await page.getByRole('button', { name: 'View as table: Stages over time' }).click();
    await expect(page.getByRole('table', { name: 'Stages over time' }).getByRole('row', { name: /^transform/ })).toContainText('Ran');
    await expectAccessibleInBoth(page);
    const download = page.waitForEvent('download', { timeout: 5_000 }).catch(() => undefined);
    await page.getByRole('button', { name: 'Report (JSON)' }).click();
    if (page.url().startsWith('http')) expect((await download)?.suggestedFilename()).toMatch(/^run-.*\.json$/);

    await page.getByRole('button', { name: 'Roll back to this run' }).click();
    const dialog = page.getByRole('dialog');
    await expect(dialog.getByRole('table', { name: 'Stages that change' })).toContainText('transform');
    await expect(dialog.getByRole('table', { name: 'Parameters that change' })).toContainText('transform.min_ratings_per_user');
    await expectAccessible(page);
    await dialog.getByRole('button', { name: 'Roll back' }).click();
    // The page was up to date before, too: what the roll-back did is asked of the engine.
    await expect.poll(async () => (await callEngine(page, 'runs.list', { limit: 1 }))[0]?.after?.how).toBe('rollback');
    await expect.poll(async () => (await callEngine(page, 'params.list', {})).find(({ path: name }) => name === 'transform.min_ratings_per_user')?.value).toBe(1);
    await current(page);
  });

  test('one stage runs again from the graph by keys alone', async ({ page }) => {
    await open(page);
    await current(page);
    await box(page, 'extract').focus();
    for (const [key, name] of [['ArrowRight', 'validate'], ['ArrowRight', 'transform'], ['End', 'finalize'], ['Home', 'extract'], ['ArrowRight', 'validate'], ['ArrowRight', 'transform']] as const) {
      await page.keyboard.press(key);
      await expect(box(page, name)).toBeFocused();
    }
    await page.keyboard.press('Enter');
    await expect(box(page, 'transform')).toHaveAttribute('aria-pressed', 'true');
    await page.getByRole('region', { name: 'Stage transform' }).getByRole('button', { name: 'Force' }).press('Enter');
    await expect(page.getByText(/last run succeeded just now/)).toBeVisible({ timeout: 30_000 });
    const [last] = await callEngine(page, 'runs.list', { limit: 1 });
    expect(last?.stages.filter(({ state }) => state === 'ran').map(({ name }) => name)).toEqual(['transform']);
  });

  test('parts are planned before they run', async ({ page }) => {
    await open(page);
    await page.getByRole('combobox', { name: 'Which stages' }).click();
    await page.getByRole('option', { name: 'Only one stage' }).click();
    await page.getByRole('combobox', { name: 'The stage', exact: true }).click();
    await page.getByRole('option', { name: 'features' }).click();
    await expect(row(page, 'features')).toContainText('Nothing to do');
    await expect(row(page, 'load')).toContainText('Left out');
    await page.getByRole('checkbox', { name: 'Also what did not change' }).click();
    await expect(row(page, 'features')).toContainText('Will run');
    await expect(page.getByText(/^The plan: 1 stage will run/)).toBeVisible();
    await expect(page.getByRole('button', { name: 'Run only features, forced' })).toBeVisible();
  });

  test('the cache says what it holds, and a clean-up first shows what would go', async ({ page }) => {
    await callEngine(page, 'params.set', { path: 'recommenders.ease.lambda', value: 333 });
    await open(page);
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    await current(page);
    await page.getByRole('tab', { name: 'Cache' }).click();
    const cache = page.getByRole('table', { name: 'Cache' });
    const earlier = cache.getByRole('row', { name: /train-ease Kept/ });
    await expect(earlier).toContainText('recommenders.ease.lambda');
    await page.getByRole('textbox', { name: 'Keep of earlier builds at most' }).fill('0');
    await page.getByRole('button', { name: 'Show what would go' }).click();
    await expect(page.getByRole('table', { name: 'What would go' })).toContainText('train-ease');
    await expectAccessibleInBoth(page);
    await page.getByRole('button', { name: /^Remove \d+ entr/ }).click();
    await expect(earlier).toBeHidden();
    await expect(cache.getByRole('row', { name: /train-ease Visible/ })).toBeVisible();
  });

  test('a stage that a run went on without is marked', async ({ page }) => {
    await callEngine(page, 'params.set', { path: 'transform.min_ratings_per_user', value: 10_000 });
    await visit(page, '#/pipeline?stage=train-ease');
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    await expect(page.getByText(/last run succeeded just now/)).toBeVisible({ timeout: 60_000 });
    await expect(box(page, 'train-ease')).toHaveAttribute('data-look', 'marked');
    await expect(page.getByRole('region', { name: 'Stage train-ease' })).toContainText('There are no ratings to learn from.');
    await expectAccessible(page);
  });
});

test.describe('without data', () => {
  test.use({ workspace: 'none' });
  test('the page says what to do first', async ({ page }) => {
    await open(page);
    await expect(page.getByText('Nothing to run on yet')).toBeVisible();
    await expectAccessible(page);
  });
});
