import { expect, test } from './fixtures.ts';

test.use({ workspace: 'sample' });

test('little script and little time before the first page', async ({ page, hostKind }) => {
  test.skip(hostKind === 'desktop', 'The desktop reads its page from the disk, without gzip.');
  const session = await page.context().newCDPSession(page);
  await session.send('Network.setCacheDisabled', { cacheDisabled: true });
  await page.reload();
  await page.locator('[data-page-title]').waitFor();
  const { bytes, files, paint } = await page.evaluate(() => {
    const scripts = performance.getEntriesByType('resource').filter((entry): entry is PerformanceResourceTiming => entry instanceof PerformanceResourceTiming && new URL(entry.name).pathname.endsWith('.js'));
    return {
      bytes: scripts.reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0),
      files: scripts.length,
      paint: performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? Number.NaN,
    };
  });
  console.log(`Before the first page: ${(bytes / 1024).toFixed(1)} KB of script in ${files} files (gzipped); first paint after ${Math.round(paint)} ms`);
  expect(bytes).toBeGreaterThan(50 * 1024);
  expect(bytes).toBeLessThan(350 * 1024);
  expect(paint).toBeLessThan(1500);
});
