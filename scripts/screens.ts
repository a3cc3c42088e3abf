/**
 * `npm run screens -- <folder>`: pictures of every page from the running app, in two widths, light and dark.
 * Without `--url` it serves the built-in sample from a home of its own.
 */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { chromium, expect } from '@playwright/test';
import { build } from './building.ts';
import { chromiumSwitches, requireChromium } from './chromium.ts';

const pages = ['home', 'import', 'data', 'quality', 'pipeline', 'recommend', 'settings'];

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    url: { type: 'string' },
    pages: { type: 'string', default: pages.join(',') },
    widths: { type: 'string', default: '1280,1920' },
    schemes: { type: 'string', default: 'light,dark' },
  },
});
const folder = positionals[0];
if (folder === undefined) throw new Error('Say which folder the pictures go to: npm run screens -- docs/pictures');
await mkdir(folder, { recursive: true });

const home = await mkdtemp(path.join(tmpdir(), 'reelbench-screens-'));
const served = options.url === undefined ? await serveSample() : undefined;
const browser = await chromium.launch({ executablePath: await requireChromium(), args: [...chromiumSwitches] });
try {
  for (const scheme of options.schemes.split(',')) {
    const context = await browser.newContext({ colorScheme: scheme === 'dark' ? 'dark' : 'light', reducedMotion: 'reduce' });
    const page = await context.newPage();
    page.on('console', (message) => { if (message.type() === 'error' || message.type() === 'warning') console.log(`${message.type()}: ${message.text()}`); });
    page.on('pageerror', (error) => console.log(error.stack ?? error.message));
    await page.goto(options.url ?? served?.url ?? '');
    for (const width of options.widths.split(',').map(Number)) {
      await page.setViewportSize({ width, height: Math.round((width * 10) / 16) });
      for (const name of options.pages.split(',')) {
        await page.goto(new URL(`/#/${name}`, page.url()).href);
        await page.locator('[data-page-title]').waitFor();
        await expect(page.locator('[aria-busy="true"]')).toHaveCount(0, { timeout: 30_000 });
        await page.waitForTimeout(400);
        await page.screenshot({ path: path.join(folder, `${name.replaceAll('/', '-')}-${width}-${scheme}.png`) });
      }
    }
    await context.close();
  }
} finally {
  await browser.close();
  await served?.close();
  await rm(home, { recursive: true, force: true });
}

async function serveSample() {
  await build(['client']);
  const { serve } = await import('../electron/serve/index.ts');
  const host = await serve({ home });
  await host.engine.call('workspaces.openSample', {});
  return host;
}
