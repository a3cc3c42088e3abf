import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Engine } from '../../electron/engine/engine.ts';
import type { Input } from '../../shared/contract/index.ts';
import { seededRandom } from '../../electron/engine/workspace/random.ts';
import { generatedRatings, likeMovieLens1M, likeMovieLens32M } from '../support/ratings-generator.ts';
import { openTestEngine } from '../support/workspace.ts';
import { answer, inChild, quantile, seconds } from './child.ts';
import type { Figure, Size } from './figure.ts';

export const name = 'evidence';

const PAGES = 60;
const PAGE = 25;

/**
 * Looking at failing rows of a rule: how long the first page takes, and then any page, in the rows' own order, sorted and
 * filtered; setting all of them aside; the list of what is set aside. A rule that finds many rows (a late "earliest
 * rating"), one that finds nearly all, and one that finds groups. On a workspace that was imported before.
 */
export async function run(size: Size): Promise<Figure[]> {
  const shape = size === 'full' ? likeMovieLens32M : likeMovieLens1M;
  const files = await generatedRatings(shape);
  const folder = await mkdtemp(path.join(os.tmpdir(), 'reelbench-bench-'));
  try {
    const { some, most } = await inChild(import.meta.url, 'prepare', folder, files.folder);
    const figures: Figure[] = [];
    for (const [words, rule, setting, value] of [
      ['a rule that finds some rows', 'ratings.timestamp.before_epoch', 'quality.earliest', dateOf(some)],
      ['a rule that finds nearly all rows', 'ratings.timestamp.before_epoch', 'quality.earliest', dateOf(most)],
      ['a rule that finds users', 'ratings.user.sparse', 'quality.min_ratings_per_user', '200'],
    ] as const) {
      const found = await inChild(import.meta.url, 'look', folder, rule, setting, value);
      const what = `${words} (${((found['total'] ?? 0) / 1e6).toFixed(2)} M of ${(shape.ratings / 1e6).toFixed(0)} M)`;
      figures.push(
        { what: `${what}: first page`, value: found['first'] ?? Number.NaN, unit: 's' },
        { what: `${what}: any page, 95th percentile`, value: (found['page'] ?? Number.NaN) * 1000, unit: 'ms', aim: '≤ 100 ms' },
        { what: `${what}: sorted by value, any of the first 1000 pages, 95th percentile`, value: (found['sorted'] ?? Number.NaN) * 1000, unit: 'ms' },
        { what: `${what}: filtered by value, 95th percentile`, value: (found['filtered'] ?? Number.NaN) * 1000, unit: 'ms' },
        { what: `${what}: peak memory`, value: found['peakMB'] ?? Number.NaN, unit: 'MB', aim: '≤ 2000 MB' },
      );
    }
    const decided = await inChild(import.meta.url, 'decide', folder, dateOf(some));
    figures.push(
      { what: `set ${((decided['rows'] ?? 0) / 1e6).toFixed(2)} M rows of a rule aside`, value: decided['aside'] ?? Number.NaN, unit: 's' },
      { what: 'the list of rows set aside, first page', value: decided['listed'] ?? Number.NaN, unit: 's' },
      { what: 'the list of rows set aside, any page, 95th percentile', value: (decided['page'] ?? Number.NaN) * 1000, unit: 'ms' },
      { what: 'undo', value: decided['undo'] ?? Number.NaN, unit: 's' },
    );
    return figures;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const dateOf = (unixSeconds: number | undefined): string => new Date((unixSeconds ?? 0) * 1000).toISOString().slice(0, 10);

async function pages(engine: Engine, total: number, view: Omit<Input<'quality.rows'>, 'limit' | 'offset'>): Promise<number> {
  const random = seededRandom(7);
  const times: number[] = [];
  for (let i = 0; i < PAGES; i++) {
    const offset = Math.floor(random() * Math.max(1, total / PAGE)) * PAGE;
    times.push(await seconds(() => engine.call('quality.rows', { ...view, limit: PAGE, offset })));
  }
  return quantile(times, 0.95);
}

const measures = {
  prepare: async (folder = '', source = '') => {
    const opened = await openTestEngine({ folder });
    await opened.imported([path.join(source, 'ratings.csv'), path.join(source, 'movies.csv')]);
    const [times] = await opened.rows<{ some: number; most: number }>('SELECT CAST(quantile_cont(timestamp, 0.02) AS BIGINT) AS some, CAST(quantile_cont(timestamp, 0.9) AS BIGINT) AS most FROM raw.ratings');
    await opened.engine.close();
    return { some: times?.some ?? 0, most: times?.most ?? 0 };
  },
  look: async (folder = '', rule = '', setting = '', value = '') => {
    const { engine } = await openTestEngine({ folder });
    const is = setting.endsWith('earliest') ? value : Number(value);
    await engine.call('params.set', { path: setting, value: is });
    let total = 0;
    const first = await seconds(async () => {
      ({ total } = await engine.call('quality.rows', { rule, limit: PAGE }));
    });
    const page = await pages(engine, total, { rule });
    const sort = [{ column: 'value', descending: true }];
    const sorted = await pages(engine, Math.min(total, 25_000), { rule, sort });
    const filtered = await pages(engine, 250, { rule, filters: [{ column: 'value', op: 'contains', value: '7' }] });
    await engine.call('params.reset', { path: setting });
    await engine.close();
    return { total, first, page, sorted, filtered };
  },
  decide: async (folder = '', earliest = '') => {
    const { engine } = await openTestEngine({ folder });
    await engine.call('params.set', { path: 'quality.earliest', value: earliest });
    const rule = 'ratings.timestamp.before_epoch';
    let decision = 0;
    let rows = 0;
    const aside = await seconds(async () => {
      const decided = await engine.call('quality.quarantine', { rule, reason: 'a bench' });
      decision = decided.decision ?? 0;
      rows = decided.rows;
    });
    const listed = await seconds(() => engine.call('quality.quarantined', { limit: PAGE }));
    const times: number[] = [];
    for (let i = 0; i < PAGES; i++) times.push(await seconds(() => engine.call('quality.quarantined', { limit: PAGE, offset: i * 1000, sort: [{ column: 'line', descending: i % 2 === 0 }] })));
    const undo = await seconds(() => engine.call('quality.undo', { decision }));
    await engine.call('params.reset', { path: 'quality.earliest' });
    await engine.close();
    return { rows, aside, listed, page: quantile(times, 0.95), undo };
  },
};

if (import.meta.main) await answer(measures);
