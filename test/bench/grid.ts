import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { chromium, type Page } from '@playwright/test';
import { serve, type ServedHost } from '../../electron/serve/index.ts';
import { build } from '../../scripts/building.ts';
import { chromiumSwitches, requireChromium } from '../../scripts/chromium.ts';
import { generatedRatings, likeMovieLens1M, likeMovieLens32M } from '../support/ratings-generator.ts';
import { openTestEngine } from '../support/workspace.ts';
import { answer, inChild, quantile } from './child.ts';
import type { Figure, Size } from './figure.ts';

export const name = 'grid';

const FRAME_AIM = '≤ 50 ms';
const PAGE_AIM = '≤ 0.2 s';
const table = { schema: 'raw', table: 'ratings' };

/**
 * The Data page in Chromium on the browser host, on a table of generated ratings: how long frames take while it scrolls (the
 * gaps between animation frames), and how long sorting, filtering, facets and the way to the last row take, as a person
 * waits for them. Graphics are drawn by the processor.
 */
export async function run(size: Size): Promise<Figure[]> {
  const shape = size === 'full' ? likeMovieLens32M : likeMovieLens1M;
  const files = await generatedRatings(shape);
  const folder = await mkdtemp(path.join(os.tmpdir(), 'reelbench-bench-'));
  try {
    await inChild(import.meta.url, 'prepare', folder, files.folder);
    await build(['client']);
    const host = await serve({ home: path.join(folder, 'home'), directory: path.join(folder, 'workspace') });
    const browser = await chromium.launch({ executablePath: await requireChromium(), args: [...chromiumSwitches] });
    try {
      const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
      await page.goto(host.url);
      await page.goto(new URL('/#/data/raw/ratings', host.url).href);
      const millions = `${(shape.ratings / 1e6).toFixed(0)} M rows`;
      return (await measure(page, host, shape.ratings)).map((figure) => ({ ...figure, what: `${millions}, ${figure.what}` }));
    } finally {
      await browser.close();
      await host.close();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function measure(page: Page, host: ServedHost, rows: number): Promise<Figure[]> {
  const figures: Figure[] = [];
  const seconds = (what: string, value: number, aim?: string) => figures.push({ what, value, unit: 's', ...(aim === undefined ? {} : { aim }) });
  const scene = async (what: string, scroll: () => Promise<void>) => {
    const gaps = await framesOf(page, scroll);
    console.error(`  ${what}: ${gaps.length} frames, ${[0.5, 0.95, 0.99, 1].map((share) => `${share === 1 ? 'most' : `p${share * 100}`} ${quantile(gaps, share).toFixed(1)} ms`).join(', ')}`);
    figures.push({ what: `${what}: a frame, 95th percentile`, value: quantile(gaps, 0.95), unit: 'ms', aim: FRAME_AIM }, { what: `${what}: a frame, longest`, value: Math.max(...gaps), unit: 'ms' });
  };
  await rowIsThere(page, 0);

  seconds('to the last row and shown', await timed(async () => {
    await page.getByRole('textbox', { name: 'Jump to row' }).fill(String(rows));
    await page.keyboard.press('Enter');
    await rowIsThere(page, rows - 1);
  }));
  await page.keyboard.press('Control+Home');
  await rowIsThere(page, 0);
  await scene('scrolling by wheel', () => wheel(page));
  await scene('dragging the thumb', () => dragThumb(page));
  await scene('holding an arrow key', () => holdKey(page));

  seconds('sorted, first rows shown', await timed(async () => {
    await page.locator('[data-head="rating"]').click();
    await page.locator('[data-head="rating"][aria-sort="ascending"]').waitFor();
    await page.waitForFunction(() => document.querySelector('[data-row="0"] [data-column="rating"]')?.textContent === '0.5');
  }));
  seconds('sorted as a whole', await timed(() => arranged(host, { sort: [{ column: 'rating', descending: false }] })));
  const pages: number[] = [];
  for (let i = 0; i < 20; i++) {
    const offset = Math.floor(((i * 7919) % 20) / 20 * rows) + i;
    pages.push(await timed(() => host.engine.call('tables.rows', { ...table, sort: [{ column: 'rating', descending: false }], limit: 300, offset })));
  }
  seconds('a page deep inside the sorted table, median', quantile(pages, 0.5), PAGE_AIM);
  seconds('a page deep inside the sorted table, 95th percentile', quantile(pages, 0.95), PAGE_AIM);
  await scene('scrolling the sorted table by wheel', () => wheel(page));
  await scene('dragging the thumb of the sorted table', () => dragThumb(page));
  seconds('to the last row of the sorted table', await timed(async () => {
    await page.getByRole('grid').focus();
    await page.keyboard.press('Control+End');
    await rowIsThere(page, rows - 1);
  }));

  for (const [column, kind] of [['rating', 'Facet of values'], ['movie_id', 'Facet of values'], ['timestamp', 'Histogram']] as const) {
    seconds(`${kind === 'Histogram' ? 'histogram' : 'facet'} of ${column}`, await timed(async () => {
      await page.getByRole('button', { name: `Menu of ${column}`, exact: true }).click();
      await page.getByRole('menuitem', { name: kind }).click();
      const region = page.getByRole('region', { name: `${kind === 'Histogram' ? 'Histogram' : 'Facet'} of ${column}` });
      await region.locator(kind === 'Histogram' ? 'input[type="range"]' : 'input[type="checkbox"]').first().waitFor();
    }), '≈ 1 s');
  }
  seconds('filtered by a facet, first rows and their number shown', await timed(async () => {
    await page.getByRole('region', { name: 'Facet of rating' }).getByRole('checkbox', { name: /^1\.0/ }).check();
    await page.getByText(/^[\d,]+ of [\d,]+ rows$/).waitFor();
    await page.waitForFunction(() => document.querySelector('[data-row="0"] [data-column="rating"]')?.textContent === '1.0');
  }));
  return figures;
}

async function arranged(host: ServedHost, view: object): Promise<void> {
  while (!(await host.engine.call('tables.arrange', { ...table, ...view, wait: 1000 })).ready);
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}

const rowIsThere = (page: Page, row: number) => page.waitForFunction((index) => (document.querySelector(`[data-row="${index}"] [data-column]`)?.textContent ?? '') !== '', row, { timeout: 120_000 });

/** Milliseconds between the animation frames that the page draws while `work` goes on. */
async function framesOf(page: Page, work: () => Promise<void>): Promise<number[]> {
  const frames = await page.evaluateHandle(() => {
    const gaps: number[] = [];
    let last = performance.now();
    const state = { gaps, going: true };
    const next = (now: number) => {
      gaps.push(now - last);
      last = now;
      if (state.going) requestAnimationFrame(next);
    };
    requestAnimationFrame(next);
    return state;
  });
  await work();
  return frames.evaluate((state) => {
    state.going = false;
    return state.gaps.slice(1);
  });
}

async function middleOf(page: Page): Promise<{ x: number; y: number }> {
  const box = await page.getByRole('grid').boundingBox();
  if (box === null) throw new Error('The grid is not shown.');
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}

async function wheel(page: Page): Promise<void> {
  const { x, y } = await middleOf(page);
  await page.mouse.move(x, y);
  for (let step = 0; step < 300; step++) {
    await page.mouse.wheel(0, step < 200 ? 120 + step * 6 : -400);
    await page.waitForTimeout(8);
  }
}

async function dragThumb(page: Page): Promise<void> {
  const bar = await page.getByRole('scrollbar', { name: 'Rows' }).boundingBox();
  if (bar === null) throw new Error('There is no scrollbar.');
  await page.mouse.move(bar.x + 7, bar.y + 10);
  await page.mouse.down();
  for (let step = 0; step < 300; step++) {
    await page.mouse.move(bar.x + 7, bar.y + 10 + (bar.height - 20) * Math.abs(Math.sin(step / 60)));
    await page.waitForTimeout(8);
  }
  await page.mouse.up();
}

async function holdKey(page: Page): Promise<void> {
  await page.getByRole('grid').focus();
  for (let step = 0; step < 200; step++) await page.keyboard.press(step % 10 === 9 ? 'PageDown' : 'ArrowDown');
}

if (import.meta.main) {
  await answer({
    prepare: async (folder = '', source = '') => {
      const opened = await openTestEngine({ folder });
      await opened.imported([path.join(source, 'ratings.csv'), path.join(source, 'movies.csv')]);
      await opened.engine.close();
      return {};
    },
  });
}
