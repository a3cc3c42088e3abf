/**
 * `npm run screens -- <folder>`: pictures of every page from the running app, in two widths, light and dark.
 * Without `--url` it serves the built-in sample, checked and run, from a home of its own. `--state` takes one or more of:
 * `ready`; `fresh`, the sample as a newcomer meets it; `empty`, no workspace at all; `loading` and `failing`, where the
 * engine's answers to what the page is about are held back or refused on their way. `--pages data,quality` takes some pages.
 */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { chromium, expect, type Page } from '@playwright/test';
import { build, root } from './building.ts';
import { chromiumSwitches, requireChromium } from './chromium.ts';
import type { ServedHost } from '../electron/serve/index.ts';

/** What a page shows best once there is something to show: each brings it there by what a person would do, and may give back what undoes it. */
const pages: Record<string, (page: Page, home: string) => Promise<unknown>> = {
  home: async () => undefined,
  import: async (page) => {
    const [chooser] = await Promise.all([page.waitForEvent('filechooser'), page.getByRole('button', { name: 'Choose files' }).click()]);
    await chooser.setFiles(['ratings', 'movies', 'tags'].map((name) => path.join(root, 'resources/sample', `${name}.csv.gz`)));
    await page.getByRole('heading', { level: 1, name: 'Import preview' }).waitFor();
    await page.getByRole('list', { name: 'Files' }).getByRole('button', { name: /ratings/ }).click();
  },
  data: async (page) => {
    await page.goto(new URL('/#/data/main/ratings', page.url()).href);
    for (const [column, item] of [['rating', 'Facet of values'], ['rated_at', 'Histogram']] as const) {
      if ((await page.getByRole('region', { name: `${item.split(' ')[0]} of ${column}`, exact: true }).count()) > 0) continue;
      await page.getByRole('button', { name: `Menu of ${column}`, exact: true }).click();
      await page.getByRole('menuitem', { name: item }).click();
    }
    await page.locator('[data-row="3"] [data-column="rating"]').click();
  },
  quality: async (page) => page.getByRole('button', { name: /ratings\.rating\.range/ }).click(),
  'quality/own': async () => undefined,
  'quality/duplicates': async (page) => page.getByRole('button', { name: /^(?:Look for duplicates|Search again)/ }).click(),
  'quality/aside': async () => undefined,
  'quality/decisions': async () => undefined,
  'quality/columns': async () => undefined,
  'quality/history': async () => undefined,
  'quality/reconciliation': async () => undefined,
  pipeline: async (page) => page.locator('[data-stage="train-ease"]').click(),
  'pipeline/runs': async () => undefined,
  'pipeline/run': async (page) => {
    await page.goto(new URL('/#/pipeline/runs', page.url()).href);
    await page.getByRole('table', { name: 'Runs' }).getByRole('button').last().click();
  },
  'pipeline/compare': async () => undefined,
  'pipeline/cache': async (page) => {
    await page.getByLabel('Keep of earlier builds at most').fill('0');
    await page.getByRole('button', { name: 'Show what would go' }).click();
  },
  'pipeline/running': async (page) => {
    await runAll(page);
    await page.locator('[data-stage="train-hybrid"][data-look="running"]').waitFor({ timeout: 120_000 });
    await page.waitForTimeout(1500);
    return () => ended(page);
  },
  'pipeline/failed': async (page, home) => {
    const kept = path.join(home, 'workspaces/sample/quality.json');
    await rm(kept, { force: true });
    await mkdir(path.join(kept, 'in the way'), { recursive: true });
    await runAll(page);
    await page.getByRole('button', { name: 'Resume from validate' }).first().waitFor({ timeout: 60_000 });
    await page.locator('[data-stage="validate"]').click();
    return async () => {
      await rm(kept, { recursive: true });
      await page.getByRole('button', { name: 'Resume from validate' }).first().click();
      await ended(page);
    };
  },
  log: async (page) => page.getByRole('option', { name: /Run the pipeline: done/ }).last().click(),
  lineage: async () => undefined,
  'lineage/table': async (page) => page.goto(new URL('/#/lineage/table/ratings', page.url()).href),
  'lineage/model': async (page) => page.goto(new URL('/#/lineage/model/ease', page.url()).href),
  'lineage/row': async (page) => page.goto(new URL('/#/lineage/row/ratings?user_id=39&movie_id=3154', page.url()).href),
  recommend: async (page) => {
    await page.goto(new URL('/#/recommend/12', page.url()).href);
    await page.getByRole('table', { name: /^Recommendations by/ }).first().locator('[data-movie]').first().click();
  },
  'recommend/whatif': async (page) => {
    await page.goto(new URL('/#/recommend/12', page.url()).href);
    await page.getByRole('slider', { name: /^Rating of/ }).first().waitFor();
    for (const at of [0, 1, 2, 3]) await page.getByRole('slider', { name: /^Rating of/ }).nth(at).press('Home');
    await page.getByRole('figure', { name: 'Places before and after the changes' }).scrollIntoViewIfNeeded();
  },
  'recommend/whynot': async (page) => {
    await page.goto(new URL('/#/recommend/12', page.url()).href);
    const search = page.getByRole('combobox', { name: 'Why is a film not on the list?' });
    await search.fill('the');
    await page.getByRole('option').first().waitFor();
    await search.press('ArrowDown');
    await search.press('Enter');
    await page.getByRole('region', { name: 'Why it is not on the list' }).getByText(/changes? tried|on the list/).first().waitFor();
  },
  'recommend/compare': async (page) => {
    await page.goto(new URL('/#/recommend/compare/12', page.url()).href);
    const models = page.getByRole('combobox', { name: 'Models side by side' });
    await models.fill('similar films');
    await page.getByRole('option', { name: /^Similar films/ }).click();
    await models.press('Escape');
    await page.getByRole('table', { name: /^Recommendations by/ }).nth(2).locator('[data-movie]').nth(1).hover();
  },
  'recommend/group': async (page) => {
    await page.goto(new URL('/#/recommend/group/12,4,39', page.url()).href);
    await page.getByRole('table', { name: 'Recommendations for the group' }).waitFor();
  },
  evaluate: async (page) => openEvaluation(page),
  'evaluate/list': async () => undefined,
  'evaluate/new': async (page) => page.getByRole('button', { name: 'Parameters of EASE' }).click(),
  'evaluate/cost': async (page) => openEvaluation(page, 'Cost'),
  'evaluate/segments': async (page) => openEvaluation(page, 'Segments'),
  'evaluate/comparisons': async (page) => openEvaluation(page, 'Comparisons'),
  'evaluate/users': async (page) => openEvaluation(page, 'Users'),
  'evaluate/published': async () => undefined,
  'evaluate/curves': async () => undefined,
  'evaluate/search': async () => undefined,
  'evaluate/trials': async (page) => {
    await page.goto(new URL('/#/evaluate/search/newest', page.url()).href);
    await page.getByRole('table', { name: 'Trials' }).waitFor();
  },
  'evaluate/running': async (page) => {
    await page.goto(new URL('/#/evaluate/new', page.url()).href);
    await page.getByRole('radio', { name: 'K-fold' }).click();
    await page.getByRole('textbox', { name: 'Folds' }).fill('20');
    await page.getByRole('button', { name: 'Run the evaluation' }).click();
    await page.getByRole('table', { name: 'Phases' }).waitFor();
    await page.waitForTimeout(3000);
    return async () => {
      await page.getByRole('button', { name: 'Cancel' }).first().click();
      await page.getByText('Cancelled').first().waitFor({ timeout: 60_000 });
    };
  },
  settings: async () => undefined,
};

/** Opens the evaluation that was made first, at one of its sides. */
async function openEvaluation(page: Page, side?: string): Promise<void> {
  await page.goto(new URL('/#/evaluate', page.url()).href);
  await page.getByRole('table', { name: 'Evaluations' }).getByRole('button', { name: 'The models on the sample' }).first().click();
  await page.getByRole('table', { name: 'Leaderboard', exact: true }).waitFor();
  if (side !== undefined) await page.getByRole('tab', { name: side, exact: true }).click();
}

/** Runs every stage again, and waits until no run is under way. */
async function runAll(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'More ways to run' }).click();
  await page.getByRole('menuitem', { name: /^Run everything/ }).click();
}
const ended = (page: Page) => page.getByText(/last run succeeded just now/).waitFor({ timeout: 120_000 });

/** What of the engine each page is about; without an entry, all that the window around it does not ask. */
const about: Record<string, RegExp> = { data: /^tables\.(?!list)/, quality: /^(?:quality|duplicates|rules)\.|^tables\.profile/ };
const ofTheWindow = /^(app|workspaces?|jobs|params)\./;

const states = ['ready', 'fresh', 'empty', 'loading', 'failing'] as const;
type State = (typeof states)[number];

/** Holds back or refuses the engine's answers to what the page is about. */
async function hinder(page: Page, name: string, state: State): Promise<void> {
  if (state !== 'loading' && state !== 'failing') return;
  await page.route('**/api/*', async (route) => {
    const method = new URL(route.request().url()).pathname.replace('/api/', '');
    if (!(about[name.split('/')[0] ?? name]?.test(method) ?? !ofTheWindow.test(method))) await route.continue();
    else if (state === 'failing') await route.fulfill({ status: 507, json: { code: 'out-of-memory', message: 'The database ran out of memory.', hint: 'Raise engine.memory_limit_mb in the settings.' } });
  });
}

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

const browser = await chromium.launch({ executablePath: await requireChromium(), args: [...chromiumSwitches] });
const wanted = states.filter((state) => options.state.split(',').includes(state));
try {
  for (const group of [['ready', 'loading', 'failing'], ['fresh'], ['empty']] as const) {
    const shown = group.filter((state) => wanted.includes(state));
    const [first] = shown;
    if (first === undefined) continue;
    const home = await mkdtemp(path.join(tmpdir(), 'reelbench-screens-'));
    const served = options.url === undefined ? await serveSample(group[0], home) : undefined;
    try {
      for (const state of shown) for (const scheme of options.schemes.split(',')) await takeAll(served?.url ?? options.url ?? '', state, scheme, served === undefined ? undefined : home);
    } finally {
      await served?.close();
      await rm(home, { recursive: true, force: true });
    }
  }
} finally {
  await browser.close();
}

/** All pages in all widths, in one state and one scheme. */
async function takeAll(url: string, state: State, scheme: string, home: string | undefined): Promise<void> {
  const context = await browser.newContext({ colorScheme: scheme === 'dark' ? 'dark' : 'light', reducedMotion: 'reduce' });
  const page = await context.newPage();
  page.on('console', (message) => { if (state !== 'failing' && (message.type() === 'error' || message.type() === 'warning')) console.log(`${message.type()}: ${message.text()}`); });
  page.on('pageerror', (error) => console.log(error.stack ?? error.message));
  await page.goto(url);
  for (const width of options.widths.split(',').map(Number)) {
    await page.setViewportSize({ width, height: Math.round((width * 10) / 16) });
    for (const name of options.pages.split(',')) {
      await page.goto('about:blank');
      await hinder(page, name, state);
      await page.goto(new URL(`/#/${name}`, url).href);
      await page.locator('[data-page-title]').waitFor();
      await settled(page, state);
      const after = home !== undefined && state === 'ready' ? await pages[name]?.(page, home) : undefined;
      await settled(page, state);
      await page.screenshot({ path: path.join(folder ?? '', `${name.replace('/', '-')}-${state === 'ready' ? '' : `${state}-`}${width}-${scheme}.png`) });
      if (typeof after === 'function') await after();
      await page.unrouteAll({ behavior: 'ignoreErrors' });
    }
  }
  await context.close();
}

async function settled(page: Page, state: State): Promise<void> {
  if (state !== 'loading') await expect(page.locator('[aria-busy="true"]')).toHaveCount(0, { timeout: 30_000 });
  await page.waitForTimeout(500);
}

async function serveSample(state: State, home: string): Promise<ServedHost> {
  await build(['client']);
  const { serve } = await import('../electron/serve/index.ts');
  const host = await serve({ home });
  const succeeded = ({ jobId }: { jobId: string }) => expect.poll(async () => (await host.engine.call('jobs.get', { id: jobId })).status, { timeout: 600_000 }).toBe('succeeded');
  if (state !== 'empty') await host.engine.call('workspaces.openSample', {});
  if (state === 'ready') {
    // Two runs that differ, so that there is something to compare.
    await host.engine.call('params.set', { path: 'recommenders.item-knn.neighbours', value: 20 });
    for (const method of ['quality.run', 'pipeline.run', 'params.reset', 'pipeline.run'] as const) {
      if (method === 'params.reset') {
        await host.engine.call(method, { path: 'recommenders.item-knn.neighbours' });
        continue;
      }
      await succeeded(await host.engine.call(method, {}));
    }
  }
  if (state === 'ready' && options.pages.includes('evaluate')) {
    const entrants = (['popularity', 'item-knn', 'als', 'ease', 'hybrid'] as const).map((model) => ({ model }));
    await succeeded(await host.engine.call('evaluation.start', { title: 'The models on the sample', protocol: { name: 'random', cutoffs: [10, 20] }, entrants: [...entrants, { model: 'als', params: { factors: 16 } }] }));
    await succeeded(await host.engine.call('tune.start', { model: 'ease', protocol: { name: 'leave-last-out' }, trials: 16 }));
    // Long enough for a curve, short enough to wait for.
    for (const model of ['sasrec', 'bert4rec'] as const) {
      await host.engine.call('params.set', { path: `recommenders.${model}.epochs`, value: 10 });
      await host.engine.call('params.set', { path: `recommenders.${model}.length`, value: 20 });
    }
    await succeeded(await host.engine.call('models.train', { models: ['sasrec', 'bert4rec'] }));
  }
  return host;
}
