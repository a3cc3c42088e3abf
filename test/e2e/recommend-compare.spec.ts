import type { Page } from '@playwright/test';
import { callEngine, expect, expectAccessible, test, visit } from './fixtures.ts';

test.use({ workspace: 'ready' });

const lists = (page: Page) => page.getByRole('table', { name: /^Recommendations by/ });
const films = (page: Page, list = 0) => lists(page).nth(list).locator('[data-movie]').evaluateAll((rows) => rows.map((row) => Number(row.getAttribute('data-movie'))));

async function openTab(page: Page, tab: string, rest = ''): Promise<void> {
  await visit(page, `#/recommend/${tab}${rest}`);
  await expect(page.getByRole('tab', { selected: true })).toHaveText({ one: 'One user', compare: 'Compare models', group: 'Group' }[tab] ?? '');
}

test('models side by side, by keyboard alone: what they share is said, and an edit moves all of them', async ({ page }) => {
  await openTab(page, 'compare', '/4');
  await expect(lists(page)).toHaveCount(2);
  const models = page.getByRole('combobox', { name: 'Models side by side' });
  await models.pressSequentially('popul');
  await expect(page.getByRole('option')).toHaveCount(1);
  await models.press('ArrowDown');
  await models.press('Enter');
  await expect(lists(page)).toHaveCount(3);
  await models.press('Escape');
  await expect(page.getByText(/\d+ different films; \d+ on several lists, \d+ on all 3/)).toBeVisible();
  const [first, second] = [await films(page, 0), await films(page, 1)];
  const shared = first.filter((film) => second.includes(film));
  for (const film of shared.slice(0, 2)) await expect(lists(page).first().locator(`[data-movie="${film}"]`)).toContainText(`EASE ${second.indexOf(film) + 1}`);
  await expectAccessible(page);

  const sliders = page.getByRole('slider', { name: /^Rating of/ });
  for (const at of [0, 1, 2, 3, 4]) await sliders.nth(at).press('Home');
  await expect(page.getByText('5 changed')).toBeVisible();
  await expect.poll(() => films(page, 0)).not.toEqual(first);
  await expect.poll(() => films(page, 1)).not.toEqual(second);
});

test('why a film is not on the list, and the change that it names puts it there with one click', async ({ page }) => {
  const full = await callEngine(page, 'recommend.list', { model: 'ease', userId: 4, top: 14 });
  const film = full.items[11];
  const answer = await callEngine(page, 'recommend.whyNot', { model: 'ease', userId: 4, top: 10, movieId: film?.movieId ?? 0 });
  expect(answer).toMatchObject({ verdict: 'below', rank: 12 });
  expect(answer.changes.length).toBeGreaterThan(0);

  await openTab(page, 'one');
  await visit(page, '#/recommend/4');
  await page.getByRole('combobox', { name: 'Model', exact: true }).click();
  await page.getByRole('option', { name: /^EASE/ }).click();
  await expect.poll(() => films(page)).toEqual(full.items.slice(0, 10).map(({ movieId }) => movieId));
  const search = page.getByRole('combobox', { name: 'Why is a film not on the list?' });
  await search.fill(String(film?.movieId));
  await page.getByRole('option', { name: film?.title ?? '' }).first().click();
  const why = page.getByRole('region', { name: 'Why it is not on the list' });
  await expect(why).toContainText('It stands at place 12 of');
  await expectAccessible(page);
  await why.getByRole('list', { name: 'Changes that would list it' }).getByRole('button', { name: /^Try/ }).first().click();
  await expect.poll(() => films(page)).toContain(film?.movieId);
  await expect(page.getByRole('figure', { name: 'Places before and after the changes' }).or(page.getByRole('region', { name: `Film ${film?.title}` })).first()).toBeVisible();
});

test('the list of a group, with every member’s place and how well each is served', async ({ page }) => {
  await openTab(page, 'group');
  await expect(page.getByText('Who is in the group?')).toBeVisible();
  const add = page.getByRole('combobox', { name: 'Add a user to the group' });
  for (const id of [12, 4, 39]) {
    await add.fill(String(id));
    await expect(page.getByRole('option').first()).toHaveText(new RegExp(`^User ${id} `));
    await add.press('ArrowDown');
    await add.press('Enter');
    await expect(page.getByRole('button', { name: `Take user ${id} out` })).toBeVisible();
  }
  const table = page.getByRole('table', { name: 'Recommendations for the group' });
  await expect(table.getByRole('columnheader')).toHaveText(['#', 'Film', 'Score', 'User 12', 'User 4', 'User 39']);
  const shown = () => table.locator('[data-movie]').evaluateAll((rows) => rows.map((row) => Number(row.getAttribute('data-movie'))));
  const ask = async (strategy: 'average' | 'least-misery') =>
    (await callEngine(page, 'recommend.group', { model: 'hybrid', members: [12, 4, 39].map((userId) => ({ userId })), strategy })).items.map(({ movieId }) => movieId);
  const average = await ask('average');
  await expect.poll(shown).toEqual(average);
  await expect(page.getByRole('table', { name: 'How well each is served' }).getByRole('row')).toHaveCount(4);
  const film = table.locator('[data-movie]').first().getByRole('button');
  await film.press('Enter');
  await expect(film).toHaveAttribute('aria-expanded', 'true');
  await expect(table.getByText(/^Place [\d,]+ of [\d,]+, score .+\. /)).toHaveCount(3);
  await expectAccessible(page);
  await page.getByRole('combobox', { name: 'The group likes' }).click();
  await page.getByRole('option', { name: /^Least misery/ }).click();
  const misery = await ask('least-misery');
  expect(misery).not.toEqual(average);
  await expect.poll(shown).toEqual(misery);
  await page.getByRole('button', { name: 'Take user 39 out' }).click();
  await expect(table.getByRole('columnheader')).toHaveCount(5);
});

test('lists of all users: made from the page, then in use; diversity says what it brings and costs', async ({ page }) => {
  await visit(page, '#/recommend/4');
  await expect(lists(page).getByRole('row')).toHaveCount(11);
  const all = page.getByRole('region', { name: 'Lists of all users' });
  await expect(all).toContainText('None are kept for Hybrid');
  await all.getByRole('button', { name: 'Work out for all users' }).click();
  await expect(all).toContainText('In use', { timeout: 60_000 });
  await expect(all).toContainText(/604 users, 20 films each/);
  expect((await callEngine(page, 'recommend.list', { model: 'hybrid', userId: 4, top: 10 })).from).toBe('precomputed');
  const diversity = page.getByRole('slider', { name: 'Diversity' });
  await diversity.press('End');
  await expect(page.getByText(/^Diversity [\d.]+, [\d.]+ without the slider; the mean score is [\d.]+ % lower$/)).toBeVisible();
  await expectAccessible(page);
});
