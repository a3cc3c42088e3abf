/**
 * `npm run screens -- <folder>`: pictures of every page from the running app, in two widths, light and dark.
 * Without `--url` it serves the built-in sample, checked and run, from a home of its own; with `--state fresh` the sample
 * as a newcomer meets it, with `--state empty` no workspace at all.
 */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { chromium, expect, type Page } from '@playwright/test';
import { build, root } from './building.ts';
import { chromiumSwitches, requireChromium } from './chromium.ts';
import type { ServedHost } from '../electron/serve/index.ts';

/** What a page shows best once there is something to show: each brings it there by what a person would do. */
const pages: Record<string, (page: Page) => Promise<unknown>> = {
  home: async () => undefined,
  import: async (page) => {
    const [chooser] = await Promise.all([page.waitForEvent('filechooser'), page.getByRole('button', { name: 'Choose files' }).click()]);
    await chooser.setFiles(['ratings', 'movies', 'tags'].map((name) => path.join(root, 'resources/sample', `${name}.csv.gz`)));
    await page.getByRole('heading', { level: 1, name: 'Import preview' }).waitFor();
    await page.getByRole('list', { name: 'Files' }).getByRole('button', { name: /ratings/ }).click();
  },
  data: async (page) => {
    await page.goto(new URL('/#/data/main/movies', page.url()).href);
    await page.getByRole('button', { name: 'Profile' }).click();
  },
  quality: async (page) => page.getByRole('button', { name: /ratings\.rating\.range/ }).click(),
  pipeline: async () => undefined,
  recommend: async (page) => {
    await page.goto(new URL('/#/recommend/12', page.url()).href);
    await page.getByRole('table', { name: /^Recommendations by/ }).first().locator('[data-movie]').first().click();
  },
  settings: async () => undefined,
};

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    url: { type: 'string' },
    state: { type: 'string', default: 'ready' },
    pages: { type: 'string', default: Object.keys(pages).join(',') },
    widths: { type: 'string', default: '1280,1920' },
    schemes: { type: 'string', default: 'light,dark' },
  },
});
const folder = positionals[0];
if (folder === undefined) throw new Error('Say which folder the pictures go to: npm run screens -- docs/pictures');
await mkdir(folder, { recursive: true });

const home = await mkdtemp(path.join(tmpdir(), 'reelbench-screens-'));
const served = options.url === undefined ? await serveSample(options.state) : undefined;
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
        await page.goto('about:blank');
        await page.goto(new URL(`/#/${name}`, served?.url ?? options.url).href);
        await page.locator('[data-page-title]').waitFor();
        await settled(page);
        if (served && options.state === 'ready') await pages[name]?.(page);
        await settled(page);
        await page.screenshot({ path: path.join(folder, `${name}-${width}-${scheme}.png`) });
      }
    }
    await context.close();
  }
} finally {
  await browser.close();
  await served?.close();
  await rm(home, { recursive: true, force: true });
}

async function settled(page: Page): Promise<void> {
  await expect(page.locator('[aria-busy="true"]')).toHaveCount(0, { timeout: 30_000 });
  await page.waitForTimeout(500);
}

async function serveSample(state: string): Promise<ServedHost> {
  await build(['client']);
  const { serve } = await import('../electron/serve/index.ts');
  const host = await serve({ home });
  if (state !== 'empty') await host.engine.call('workspaces.openSample', {});
  if (state === 'ready') {
    for (const method of ['quality.run', 'pipeline.run'] as const) {
      const { jobId } = await host.engine.call(method, {});
      await expect.poll(async () => (await host.engine.call('jobs.get', { id: jobId })).status, { timeout: 300_000 }).toBe('succeeded');
    }
  }
  return host;
}
