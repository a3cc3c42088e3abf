import type { Page } from '@playwright/test';
import { expect, expectAccessible, test } from './fixtures.ts';

test.use({ workspace: 'ready' });

const openRule = async (page: Page, id: string) => {
  await page.getByRole('link', { name: 'Quality', exact: true }).click();
  await page.getByRole('textbox', { name: 'Rule or column' }).fill(id);
  await page.getByRole('table', { name: 'Rules' }).getByRole('button', { name: new RegExp(id.replaceAll('.', String.raw`\.`)) }).click();
  return page.getByRole('region', { name: `Rule ${id}` });
};
const undo = (page: Page) => page.getByRole('alert').getByRole('button', { name: 'Undo' }).last();
const shot = async (page: Page, name: string) => {
  const folder = process.env['REELBENCH_SHOTS'];
  if (folder !== undefined) await page.screenshot({ path: `${folder}/${name}.png` });
};
const inBothSchemes = async (page: Page, name: string) => {
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await expectAccessible(page);
    await shot(page, `${name}-${colorScheme}`);
  }
};

test('a fix is previewed with what changes in each row, taken off, and undone', async ({ page }) => {
  const rule = await openRule(page, 'movies.title.whitespace');
  await rule.getByRole('button', { name: 'Preview' }).click();
  const preview = rule.getByRole('table', { name: 'Preview of the fix of movies.title.whitespace' });
  await expect(preview.getByRole('deletion').first()).toContainText('·');
  await expect(rule).toContainText(/\d+ rows? (is|are) changed/);
  await inBothSchemes(page, 'preview');
  await rule.getByRole('button', { name: 'Take off' }).click();
  await expect(rule.getByRole('button', { name: 'Apply' })).toBeVisible();
  await expect(rule).toContainText('would be changed');
  await expect(page.getByText('1 decision is not in the tables yet')).toBeVisible();
  await undo(page).click();
  await expect(rule.getByRole('button', { name: 'Take off' })).toBeVisible();
  await expect(page.getByText('not in the tables yet')).toBeHidden();
});

test('rows are chosen by keyboard, set aside with a reason, listed, put back, and each decision can be undone', async ({ page }) => {
  const rule = await openRule(page, 'ratings.rating.step');
  const boxes = rule.getByRole('checkbox', { name: /^Choose .* line/ });
  await boxes.first().press('Shift+ArrowDown');
  await page.keyboard.press('Shift+ArrowDown');
  await expect(rule.getByText('3 rows chosen')).toBeVisible();
  await rule.getByRole('button', { name: 'Set aside…' }).click();
  await page.getByRole('textbox', { name: 'Reason' }).fill('A test of the site');
  await page.keyboard.press('Enter');
  await expect(page.getByText('3 rows set aside. It counts from the next run on.')).toBeVisible();
  await expect(rule.getByText('By hand', { exact: true })).toHaveCount(3);
  await shot(page, 'rows');
  await expectAccessible(page);

  await page.getByRole('button', { name: 'Run the pipeline' }).click();
  await expect(page.getByRole('button', { name: 'Run the pipeline' })).toHaveCount(0, { timeout: 100_000 });

  await page.getByRole('tab', { name: 'Set aside' }).click();
  const aside = page.getByRole('region', { name: 'Rows set aside' });
  await page.getByRole('combobox', { name: 'Rule' }).click();
  await page.getByRole('option', { name: /^by hand/ }).first().click();
  await expect(aside.getByRole('row')).toHaveCount(4);
  await expect(aside).toContainText('A test of the site');
  await inBothSchemes(page, 'aside');
  await aside.getByRole('checkbox', { name: /line/ }).first().check();
  await page.getByRole('button', { name: 'Put back', exact: true }).click();
  await expect(aside.getByRole('row')).toHaveCount(3);
  await undo(page).click();
  await expect(aside.getByRole('row')).toHaveCount(4);

  await page.getByRole('tab', { name: /^Decisions/ }).click();
  const decisions = page.getByRole('table', { name: 'Decisions' });
  await expect(decisions).toContainText('Put back 1 row of ratings');
  await expectAccessible(page);
  await shot(page, 'decisions');
  await decisions.getByRole('button', { name: 'Undo: Set aside 3 rows of ratings' }).click();
  await expect(decisions.getByText('Undone')).toHaveCount(2);
});

test('failing rows are sorted and filtered; groups cannot be set aside and say so', async ({ page }) => {
  const rule = await openRule(page, 'ratings.rating.range');
  const rows = rule.getByRole('region', { name: /^Failing rows/ });
  await rows.getByRole('button', { name: 'Sort by value' }).click();
  await expect(rows.getByRole('columnheader', { name: 'Sort by value' })).toHaveAttribute('aria-sort', 'ascending');
  const all = await rows.getByRole('row').count();
  await rule.getByRole('button', { name: 'Filter' }).click();
  await page.getByRole('textbox', { name: 'Value' }).fill('-');
  await page.keyboard.press('Enter');
  await expect.poll(() => rows.getByRole('row').count()).toBeLessThan(all);
  await shot(page, 'filtered');
  await page.getByRole('button', { name: /^Remove the filter/ }).click();
  await expect(rows.getByRole('row')).toHaveCount(all);
  await rule.getByRole('button', { name: 'Close the rule' }).click();
  await expect(await openRule(page, 'ratings.movie.sparse')).toContainText('finds groups, not rows');
});

test('a rule that would stop a run says what the ways out are, and each is one', async ({ page }) => {
  const rule = await openRule(page, 'ratings.rating.range');
  await rule.getByRole('button', { name: 'Take off' }).click();
  await expect(rule.getByText('A run stops here')).toBeVisible();
  await expect(page.getByText('a run would stop at errors')).toBeVisible();
  await inBothSchemes(page, 'gate');
  await rule.getByRole('button', { name: /^Set all \d+ rows aside/ }).click();
  await page.getByRole('textbox', { name: 'Reason' }).fill('Another scale');
  await page.getByRole('button', { name: 'Set aside', exact: true }).click();
  await expect(rule.getByText('A run stops here')).toBeHidden();
  await expect(rule).toContainText('decided about by hand');
  await expect(page.getByText('a run would stop at errors')).toBeHidden();
});

test.describe('without decisions', () => {
  test.use({ workspace: 'sample' });
  test('the tabs say what belongs there', async ({ page }) => {
    await page.getByRole('link', { name: 'Quality', exact: true }).click();
    await page.getByRole('tab', { name: /^Decisions/ }).click();
    await expect(page.getByText('Nothing was decided yet')).toBeVisible();
    await expectAccessible(page);
  });
});
