import { callEngine, expect, expectAccessible, test, visit } from './fixtures.ts';

const textOf = (cell: unknown): string => (typeof cell === 'string' || typeof cell === 'number' ? String(cell) : '');

test.describe('after a run', () => {
  test.use({ workspace: 'ready' });

  test('from a figure on Home back to the run, the rules and the files, and on to what depends on it', async ({ page }) => {
    await page.getByRole('link', { name: 'Where ratings comes from' }).click();
    await expect(page.getByRole('heading', { level: 1, name: 'Table ratings' })).toBeVisible();
    const graph = page.getByRole('region', { name: 'Graph of what is made from what' });
    await expect(graph.getByRole('link', { name: /^ratings \d/ })).toHaveAttribute('aria-current', 'true');
    await expect(graph.getByRole('link', { name: /ratings\.csv\.gz/ })).toBeVisible();
    await expect(page.getByRole('region', { name: 'How it was made' })).toContainText('transform');
    await expect(page.getByRole('table', { name: 'Rules of quality' })).toContainText('ratings.rating.step');
    await expect(page.getByRole('table', { name: 'Source files' })).toContainText('As built from');
    await expectAccessible(page);

    // The list says the same as the graph.
    await page.getByText('List', { exact: true }).click();
    await expect(page.getByRole('heading', { name: 'What ratings is made from' })).toBeVisible();
    await expect(page.getByRole('heading', { name: 'What depends on ratings' })).toBeVisible();
    await expectAccessible(page);
    await page.getByRole('main').getByRole('link', { name: 'movies', exact: true }).first().click();
    await expect(page.getByRole('heading', { level: 1, name: 'Table movies' })).toBeVisible();

    const built = page.getByRole('region', { name: 'How it was made' });
    await built.getByRole('link').first().click();
    await expect(page.getByRole('heading', { level: 1, name: /^Run / })).toBeVisible();
    await expect(page.getByRole('table', { name: 'What stood after it' })).toContainText('ratings');
    await expectAccessible(page);
  });

  test('a changed parameter differs from what is in force', async ({ page }) => {
    await callEngine(page, 'params.set', { path: 'transform.min_ratings_per_user', value: 7 });
    await visit(page, '#/lineage/table/ratings');
    await expect(page.getByRole('table', { name: 'Parameters', exact: true }).getByRole('row', { name: /transform\.min_ratings_per_user/ })).toContainText('7 ratings');
    await expect(page.getByRole('alert')).toContainText('1 → 7');
    await expectAccessible(page);
  });

  test('a rating is followed from the grid to its line, and one that is not there says why', async ({ page }) => {
    const { rows } = await callEngine(page, 'quality.fix.preview', { rule: 'ratings.rating.step', limit: 1 });
    const [fixed] = rows;
    const { user_id: user, movie_id: film } = fixed?.key ?? {};
    await visit(page, `#/data/main/ratings?${new URLSearchParams({ filters: JSON.stringify([{ column: 'user_id', op: '=', value: textOf(user) }, { column: 'movie_id', op: '=', value: textOf(film) }]) })}`);
    await page.locator('[data-row="0"] [data-column="rating"]').dblclick();
    await page.getByRole('link', { name: 'Where this row comes from' }).click();
    await expect(page.getByRole('heading', { level: 1, name: 'A row of ratings' })).toBeVisible();
    const story = page.getByRole('region', { name: new RegExp(`, line ${fixed?.line?.toLocaleString('en') ?? ''}$`) });
    await expect(story).toContainText('In the table');
    const step = story.getByRole('table', { name: 'What rules did to it' }).getByRole('row', { name: /ratings\.rating\.step/ });
    await expect(step).toContainText(textOf(fixed?.before));
    await expect(step).toContainText(textOf(fixed?.after));
    await expectAccessible(page);

    const aside = await callEngine(page, 'quality.quarantined', { rule: 'ratings.rating.range', limit: 1 });
    const key = aside.rows[0]?.key ?? {};
    await visit(page, '#/lineage/table/ratings');
    await page.getByRole('textbox', { name: 'user_id' }).fill(textOf(key['user_id']));
    await page.getByRole('textbox', { name: 'movie_id' }).fill(textOf(key['movie_id']));
    await page.getByRole('textbox', { name: 'movie_id' }).press('Enter');
    await expect(page.getByText(/The rule ratings\.rating\.range set it aside/).first()).toBeVisible();
    await expectAccessible(page);
  });

  test('models, rules and tables each lead there; a thing of a group opens by keyboard', async ({ page }) => {
    await visit(page, '#/data/main/movies');
    await page.getByRole('link', { name: 'Where movies comes from' }).click();
    await expect(page.getByRole('heading', { level: 1, name: 'Table movies' })).toBeVisible();
    await visit(page, '#/quality/rules/ratings.rating.range');
    await page.getByRole('link', { name: 'Where ratings.rating.range comes from' }).click();
    await expect(page.getByRole('heading', { level: 1, name: 'Rule ratings.rating.range' })).toBeVisible();
    await page.getByRole('link', { name: 'Lineage', exact: true }).click();
    await expect(page.getByRole('heading', { level: 1, name: 'Lineage' })).toBeVisible();
    await expectAccessible(page);
    const several = page.getByRole('region', { name: 'Graph of what is made from what' }).getByRole('button').first();
    await several.press('Enter');
    await page.getByRole('menuitem').first().press('Enter');
    await expect(page.getByRole('heading', { level: 1, name: /^(Model|Table) / })).toBeVisible();
    await visit(page, '#/lineage/table/no_such');
    await expect(page.getByText('There is no table no_such.')).toBeVisible();
  });
});

test.describe('without data', () => {
  test.use({ workspace: 'none' });
  test('the page says what to do first', async ({ page }) => {
    await page.getByRole('link', { name: 'Lineage', exact: true }).click();
    await expect(page.getByText('Nothing to follow yet')).toBeVisible();
    await expectAccessible(page);
  });
});
