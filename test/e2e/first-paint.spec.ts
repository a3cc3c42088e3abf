import { expect, test } from './fixtures.ts';

test.use({ workspace: 'sample' });

test('little script and little time before the first page', async ({ page, hostKind }) => {
  test.skip(hostKind === 'desktop', 'The desktop reads its page from the disk, without gzip.');
  const session = await page.context().newCDPSession(page);
  await session.send('Network.setCacheDisabled', { cacheDisabled: true });
  const scripts: Promise<number>[] = [];
  page.on('requestfinished', (request) => {
    if (request.resourceType() === 'script') scripts.push(request.sizes().then(({ responseBodySize }) => responseBodySize));
  });
  await page.goto(new URL('/', page.url()).href);
  await page.locator('[data-page-title]').waitFor();
  const bytes = (await Promise.all(scripts)).reduce((sum, size) => sum + size, 0);
  const paint = await page.evaluate(() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? Number.NaN);
  console.log(`Before the first page: ${(bytes / 1024).toFixed(1)} KB of script in ${scripts.length} files (gzipped); first paint after ${Math.round(paint)} ms`);
  expect(bytes).toBeGreaterThan(50 * 1024);
  expect(bytes).toBeLessThan(350 * 1024);
  expect(paint).toBeLessThan(1500);
});
