import { stat, writeFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { hostileDocument } from '../support/hostile-report.ts';
import { htmlReport } from '../../electron/engine/quality/reports/html.ts';
import { expect, expectAccessible, test, visit } from './fixtures.ts';

const LIMIT = 2_000_000;

for (const colorScheme of ['light', 'dark'] as const) {
  test(`the HTML report opens offline from a file, without errors and accessible, ${colorScheme}; hostile cells are text`, async ({ browser }, info) => {
    const file = info.outputPath('quality.html');
    await writeFile(file, htmlReport(hostileDocument()));
    const context = await browser.newContext({ colorScheme, viewport: { width: 1280, height: 800 } });
    await context.setOffline(true);
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('dialog', (dialog) => complaints.push(`dialog ${dialog.message()}`));
    page.on('request', (request) => request.url() !== pathToFileURL(file).href && complaints.push(`request ${request.url()}`));
    await page.goto(pathToFileURL(file).href);
    await expect(page.getByRole('heading', { level: 1 })).toContainText('<script>alert(1)</script>');
    await expect(page.getByRole('region', { name: 'Rules', exact: true }).first()).toContainText('=HYPERLINK("http://evil.example";"click")');
    await expect(page.locator('body')).toContainText('photo‹U+202E›gpj.exe');
    expect(await page.evaluate(() => [document.scripts.length, document.images.length, document.links.length, document.querySelectorAll('svg[onload], img, iframe, form').length])).toEqual([0, 0, 7, 0]);
    // The page's own style applies: its policy lets exactly that one through.
    expect(await page.evaluate(() => getComputedStyle(document.body).backgroundColor)).toBe(colorScheme === 'dark' ? 'rgb(20, 23, 28)' : 'rgb(255, 255, 255)');
    await expectAccessible(page);
    expect(complaints).toEqual([]);
    expect((await stat(file)).size).toBeLessThan(LIMIT);

    const pdf = await page.pdf({ format: 'A4', path: info.outputPath('quality.pdf') });
    const pages = pdf.toString('latin1').match(/\/Type\s*\/Page\b/g)?.length ?? 0;
    expect(pages).toBeGreaterThanOrEqual(7);
    await context.close();
  });
}

test.describe('of the sample after a run', () => {
  test.use({ workspace: 'ready' });

  test('the report has every part, each reached from its head', async ({ page, browser }, info) => {
    await visit(page, '#/quality');
    await page.getByRole('button', { name: 'Export report' }).click();
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('menuitem', { name: /HTML/ }).click()]);
    const saved = info.outputPath('sample.html');
    await download.saveAs(saved);
    expect((await stat(saved)).size).toBeLessThan(LIMIT);
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
    await context.setOffline(true);
    const report = await context.newPage();
    await report.goto(pathToFileURL(saved).href);
    for (const part of ['Scores', 'Rules', 'Failing rows', 'Columns', 'Reconciliation', 'History', 'Files']) {
      await report.getByRole('navigation').getByRole('link', { name: part }).click();
      await expect(report.getByRole('heading', { level: 2, name: part === 'Reconciliation' ? 'Where every row went' : part, exact: true })).toBeInViewport();
    }
    await expect(report.getByRole('region', { name: 'Reconciliation' })).toContainText('ratings');
    await expectAccessible(report);
    await context.close();
  });
});
