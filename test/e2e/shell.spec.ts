import { expect, expectAccessible, test, visit } from './fixtures.ts';

test.use({ workspace: 'ready' });

const pages = [
  { name: 'Home', keys: 'Control+1' },
  { name: 'Import', keys: 'Control+2' },
  { name: 'Data', keys: 'Control+3' },
  { name: 'Quality', keys: 'Control+4' },
  { name: 'Pipeline', keys: 'Control+5' },
  { name: 'Recommend', keys: 'Control+6' },
  { name: 'Settings', keys: 'Control+,' },
] as const;

test('every page opens by its shortcut, with the focus on its heading and its name in the title', async ({ page }) => {
  await expect(page.getByRole('navigation', { name: 'Pages' })).toBeVisible();
  for (const { name, keys } of pages.toReversed()) {
    await page.keyboard.press(keys);
    await expect(page).toHaveTitle(`${name} · Built-in sample · Reelbench`);
    await expect(page.getByRole('link', { name, exact: true })).toHaveAttribute('aria-current', 'page');
    await expect(page.locator('[data-page-title]')).toBeFocused();
  }
});

for (const scheme of ['light', 'dark'] as const) {
  test(`axe finds nothing serious on any page in ${scheme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
    for (const { name } of pages) {
      await test.step(name, async () => {
        await page.getByRole('link', { name, exact: true }).click();
        await expect(page).toHaveTitle(new RegExp(`^${name}`));
        await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', scheme);
        await expect(page.locator('[aria-busy="true"]')).toHaveCount(0, { timeout: 20_000 });
        await expectAccessible(page);
      });
    }
  });
}

test('the palette finds commands and tables, by keyboard alone', async ({ page }) => {
  await expect(page.locator('[data-page-title]')).toBeVisible();
  await page.keyboard.press('Control+K');
  const search = page.getByPlaceholder('Search commands and tables');
  await expect(search).toBeFocused();
  await search.fill('settings');
  await page.keyboard.press('Enter');
  await expect(page).toHaveTitle(/^Settings/);
  await expect(search).toBeHidden();
  await page.keyboard.press('Control+K');
  await search.fill('movie_genres');
  await expect(page.getByRole('dialog').getByText('movie_genres')).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('region', { name: 'Table movie_genres' })).toBeVisible();
});

test('the shortcut sheet lists every shortcut and closes by Escape', async ({ page }) => {
  await expect(page.locator('[data-page-title]')).toBeVisible();
  await page.keyboard.press('Control+/');
  const sheet = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
  await expect(sheet.getByText('Command palette')).toBeVisible();
  await expectAccessible(page);
  await page.keyboard.press('Escape');
  await expect(sheet).toBeHidden();
});

test('the first Tab offers to skip the navigation', async ({ page }) => {
  await expect(page.locator('[data-page-title]')).toBeVisible();
  await page.keyboard.press('Tab');
  await expect(page.getByRole('link', { name: 'Skip to the page' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.locator('#main')).toBeFocused();
});

test('a chosen colour scheme stays, and is there before the app is', async ({ page }) => {
  await page.getByRole('button', { name: 'Colours' }).click();
  await page.getByRole('menuitem', { name: 'Dark' }).click();
  await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', 'dark');
  await page.reload({ waitUntil: 'commit' });
  const first = await page.waitForFunction(() => document.documentElement.dataset['mantineColorScheme']);
  expect(await first.jsonValue()).toBe('dark');
  await expect(page.locator('[data-page-title]')).toBeVisible();
});

test('a running job shows on every page, survives a reload, and is cancelled from the header', async ({ page }) => {
  await page.getByRole('link', { name: 'Settings', exact: true }).click();
  await page.getByRole('region', { name: 'ALS', exact: true }).getByRole('textbox', { name: 'Sweeps', exact: true }).fill('500');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: /^Reset Sweeps to / })).toBeVisible();
  await page.keyboard.press('Control+Enter');
  const cancel = page.getByRole('button', { name: /^Cancel: / });
  await expect(cancel).toBeVisible();
  await page.reload();
  await expect(cancel).toBeVisible();
  await cancel.click();
  await expect(cancel).toBeHidden({ timeout: 3000 });
});

test('an address that names no page leads home', async ({ page }) => {
  await visit(page, '#/nowhere/at/all');
  await expect(page).toHaveTitle(/^Home/);
});
