import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Page } from '@playwright/test';
import { callEngine, expect, expectAccessible, test } from './fixtures.ts';

const openTab = async (page: Page) => {
  await page.getByRole('link', { name: 'Quality', exact: true }).click();
  await page.getByRole('tab', { name: 'Own rules' }).click();
};
const editor = (page: Page) => page.getByRole('region', { name: /^(New rule|Rule )/ });
const trial = (page: Page) => page.getByRole('region', { name: 'On the present data' });
const choose = async (page: Page, label: string, option: string | RegExp) => {
  await editor(page).getByRole('combobox', { name: label }).click();
  await page.getByRole('option', { name: option }).first().click();
};

test('a rule is written as a form, tried out as it is written, saved, checked with the others and removed', async ({ page }) => {
  await openTab(page);
  await expect(page.getByText('No own rule yet')).toBeVisible();
  await expect(page.getByRole('region', { name: 'Suggested rules' })).toBeVisible();
  await page.getByRole('button', { name: 'New rule' }).click();
  await choose(page, 'Table', 'ratings');
  await choose(page, 'Column', /^rating /);
  await expect(editor(page)).toContainText('needs min or max');
  await expectAccessible(page);
  await editor(page).getByRole('textbox', { name: 'Lowest' }).fill('2');
  await expect(trial(page)).toContainText(/\d+ of [\d,]+ rows \(.*fail/);
  await expect(trial(page).getByRole('table')).toContainText('ratings.csv');
  await editor(page).getByRole('textbox', { name: 'Name' }).fill('ratings.rating.range');
  await expect(editor(page)).toContainText('which is a built-in rule');
  await expect(editor(page).getByRole('button', { name: 'Save the rule' })).toBeDisabled();
  await editor(page).getByRole('textbox', { name: 'Name' }).fill('ratings.low_stars');
  await expect(editor(page).getByRole('button', { name: 'Save the rule' })).toBeEnabled();
  await expectAccessible(page);
  await editor(page).getByRole('textbox', { name: 'Name' }).press('ControlOrMeta+s');
  const own = page.getByRole('table', { name: 'Own rules' });
  await expect(own).toContainText('ratings.low_stars');
  await expect(own).toContainText('not checked yet');

  await page.getByRole('button', { name: 'Check now' }).click();
  await expect(own).toContainText(/\d+ of [\d,]+ rows/, { timeout: 30_000 });
  await page.getByRole('tab', { name: 'Rules', exact: true }).click();
  await page.getByRole('textbox', { name: 'Rule or column' }).fill('low_stars');
  await expect(page.getByRole('table', { name: 'Rules' })).toContainText('ratings.low_stars');

  await page.getByRole('tab', { name: 'Own rules' }).click();
  await own.getByRole('button', { name: 'Remove ratings.low_stars' }).click();
  await expect(page.getByText('No own rule yet')).toBeVisible();
  await page.getByRole('button', { name: 'Put it back' }).click();
  await expect(own).toContainText('ratings.low_stars');
});

test('a rule is written as YAML: what is wrong is shown at its line, in words, and comments stay', async ({ page }) => {
  await callEngine(page, 'rules.save', { yaml: '# from the archive\nid: movies.plain\nkind: sql # by hand\ntable: movies\nmust: length(title) < 500\n' });
  await openTab(page);
  const own = page.getByRole('table', { name: 'Own rules' });
  await own.getByRole('button', { name: /movies: length/ }).press('Enter');
  const yaml = editor(page).getByRole('textbox', { name: 'The rule as YAML' });
  // What the trial says can move the switch away from under a click.
  await expect(async () => {
    await editor(page).getByText('YAML', { exact: true }).click();
    await expect(yaml).toBeVisible({ timeout: 1000 });
  }).toPass();
  await expect(yaml).toHaveValue(/kind: sql # by hand/);
  await yaml.fill('id: movies.plain\nkind: sql # by hand\ntable: movies\nmust: (SELECT 1) = 1\n');
  const problems = editor(page).getByRole('list', { name: 'Problems' });
  await expect(problems).toContainText('Line 4');
  await expect(problems).toContainText('cannot have a query inside it');
  await expectAccessible(page);
  await problems.getByRole('button').click();
  await expect(yaml).toBeFocused();
  await yaml.fill('id: movies.plain\nkind: sql # by hand\ntable: movies\nmust: length(titel) < 100\n');
  await expect(problems).toContainText('Did you mean title?');
  await yaml.fill('id: movies.plain\nkind: sql # by hand\ntable: movies\nmust: length(title) < 100\n');
  await expect(trial(page)).toContainText(/None of [\d,]+ rows fails/);
  await editor(page).getByRole('button', { name: 'Save the rule' }).click();
  await expect(editor(page)).toBeHidden();
  const [saved] = (await callEngine(page, 'rules.list', {})).rules;
  expect(saved?.yaml).toContain('kind: sql # by hand');
});

test('what the data suggest is taken with one click, or changed first', async ({ page }) => {
  await openTab(page);
  const suggested = page.getByRole('region', { name: 'Suggested rules' });
  const first = suggested.getByRole('button', { name: /^Take / }).first();
  const id = ((await first.getAttribute('aria-label')) ?? '').replace('Take ', '');
  await expectAccessible(page);
  await suggested.getByRole('button', { name: `Edit ${id} first` }).click();
  await expect(trial(page)).toContainText(/None of|fails?/);
  await editor(page).getByRole('button', { name: 'Cancel' }).click();
  await expect(editor(page)).toBeHidden();
  await first.click();
  await expect(page.getByRole('table', { name: 'Own rules' })).toContainText(id);
  await expect(suggested.getByText('Taken')).toHaveCount(1);
});

test('a rules.yaml that cannot be read is named with its line, and mended', async ({ page, home, hostKind }) => {
  test.skip(hostKind === 'desktop', 'Once is enough.');
  await callEngine(page, 'rules.save', { yaml: 'id: ratings.some\nkind: volume\ntable: ratings\nmin: 1\n' });
  const file = await findRules(home);
  const good = await readFile(file, 'utf8');
  await writeFile(file, `${good}ruels: 3\n`);
  await openTab(page);
  await expect(page.getByRole('alert')).toContainText('Did you mean rules?');
  await expect(page.getByRole('alert')).toContainText('rules.yaml, line');
  await expectAccessible(page);
});

async function findRules(home: string): Promise<string> {
  const found = (await readdir(home, { recursive: true })).find((name) => path.basename(name) === 'rules.yaml');
  if (found === undefined) throw new Error('There is no rules.yaml in the home folder.');
  return path.join(home, found);
}
