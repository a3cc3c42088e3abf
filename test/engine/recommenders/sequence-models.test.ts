import { existsSync, readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Kernels, openKernels } from '../../../electron/engine/kernels/index.ts';
import { recommenders } from '../../../electron/engine/recommenders/registry.ts';
import type { History, Model, TrainingData } from '../../../electron/engine/recommenders/recommender.ts';
import { fitContext } from '../../support/fitting.ts';
import { type RatingRow, trainingFrom } from '../../support/movielens.ts';
import { openTraining } from '../../support/open-training.ts';
import { buildTables } from '../../support/small-world.ts';

const FILMS = 30;
/** Everyone goes around the films in the same direction, from a film of their own. */
const rows: RatingRow[] = Array.from({ length: 80 }, (_, user) => Array.from({ length: 8 + (user % 9) }, (__, i) => ({ user, film: 1 + ((user * 7 + i * 11) % FILMS), rating: 4, time: 1000 + i }))).flat();
const data = trainingFrom(rows);
const models = ['sasrec', 'bert4rec'] as const;
const small = Object.fromEntries(models.flatMap((name) => Object.entries({ width: 32, blocks: 1, length: 20, batch: 800, rate: 0.005, epochs: 40 }).map(([key, value]) => [`recommenders.${name}.${key}`, value])));

function historyOf({ catalogue }: TrainingData, films: readonly number[], weights = films.map(() => 1)): History {
  const known = films.map((film, place) => ({ position: catalogue.position(film) ?? -1, place, weight: weights[place] ?? 1 })).toSorted((a, b) => a.position - b.position);
  const order = known.map(({ place }, at) => ({ place, at })).toSorted((a, b) => a.place - b.place).map(({ at }) => at);
  return { user: null, positions: Int32Array.from(known, ({ position }) => position), ratings: new Float32Array(known.length).fill(4), weights: Float32Array.from(known, ({ weight }) => weight), order: Int32Array.from(order) };
}
const around = (start: number, count: number) => Array.from({ length: count }, (_, i) => 1 + ((start + i * 11) % FILMS));

describe('models of sequences', () => {
  let kernels: Kernels;
  beforeAll(() => {
    kernels = openKernels({ directory: path.resolve(import.meta.dirname, '../../../resources/kernels'), threads: 2 });
  });
  afterAll(() => kernels.close());
  const fit = (name: (typeof models)[number], train: TrainingData, more: Record<string, unknown> = {}, memory = 8e9) => recommenders[name].fit(train, fitContext(kernels, { ...small, ...more }, memory));

  describe.each(models)('%s', (name) => {
    let model: Model;
    beforeAll(async () => {
      model = await fit(name, data);
    });
    afterAll(() => model.close?.());

    it('places what comes next among the first, and the order of a history matters', async () => {
      let found = 0;
      for (let start = 0; start < FILMS; start++) {
        const films = around(start, 9);
        const history = historyOf(data, films);
        const { scores } = await model.foldIn(history);
        const left = Array.from(scores.keys()).filter((position) => !history.positions.includes(position)).toSorted((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0));
        if (left.slice(0, 3).includes(data.catalogue.position(around(start, 10).at(-1) ?? 0) ?? -1)) found++;
        expect((await model.foldIn(historyOf(data, films.toReversed()))).scores).not.toEqual(scores);
      }
      expect(found).toBeGreaterThan(FILMS * 0.7);
    });

    it('many histories at a time score as one by one', async () => {
      const histories = [3, 9, 25].map((start) => historyOf(data, around(start, 4 + (start % 5))));
      const many = await model.scoreMany?.(histories);
      for (const [at, history] of histories.entries()) expect(many?.[at]).toEqual((await model.foldIn(history)).scores);
    });

    it('reasons are films of the history that were read, each by how near it is; a film that counts against is left out', async () => {
      const films = around(4, 6);
      const [first] = (await model.foldIn(historyOf(data, films))).explain(data.catalogue.position(around(4, 7).at(-1) ?? 0) ?? 0);
      if (first?.kind !== 'because-you-rated') throw new Error('Another reason.');
      expect(first.evidence.map(({ position }) => data.catalogue.movieIds[position])).toEqual(films);
      for (const { contribution } of first.evidence) expect(Math.abs(contribution)).toBeLessThanOrEqual(1.0001);
      const against = await model.foldIn(historyOf(data, films, [1, 1, -0.5, 1, 1, 1]));
      expect(against.scores).toEqual((await model.foldIn(historyOf(data, films.filter((_, at) => at !== 2)))).scores);
    });

    it('learns from one user, and says why it cannot where nobody has two ratings', async () => {
      const one = await fit(name, trainingFrom(rows.filter(({ user }) => user === 3)), { [`recommenders.${name}.epochs`]: 3 });
      expect(one.size.users).toBe(1);
      await one.close?.();
      await expect(fit(name, trainingFrom(rows.filter(({ time }) => time === 1000)))).rejects.toMatchObject({ code: 'not-ready', message: expect.stringContaining('no user has two ratings') });
    });

    it('refuses what would not fit into memory, and heads that do not divide the width, with advice', async () => {
      await expect(fit(name, data, {}, 1e6)).rejects.toMatchObject({ code: 'out-of-memory', hint: expect.stringMatching(/batch|width/) });
      await expect(fit(name, data, { [`recommenders.${name}.heads`]: 3 })).rejects.toMatchObject({ code: 'invalid-arguments', hint: expect.stringContaining('divides') });
    });

    it('a saved model with weights of another size is refused', () => {
      const saved = model.save();
      const meta = { ...saved.meta, width: 64 };
      expect(() => recommenders[name].load({ ...saved, meta }, data.catalogue, kernels)).toThrow(/another size/);
    });
  });

  it('trained by a job: the curve is live and is kept; cancelled it leaves nothing, and goes on from where it was', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'reelbench-sequences-'));
    const engine = await openTraining(folder, ['recommenders.sasrec.epochs=20', 'recommenders.sasrec.patience=1000', 'recommenders.sasrec.batch=200']);
    try {
      await buildTables(engine, 'world', 1);
      const begin = async () => (await engine.call('models.train', { models: ['sasrec'] })).jobId;
      const curve = () => engine.call('models.curve', { model: 'sasrec' });
      expect(await curve()).toMatchObject({ training: false, points: [], loss: 'cross-entropy', metric: 'NDCG@10' });
      const cancelled = await begin();
      for (let wait = 0; (await curve()).points.length < 3 && wait < 600; wait++) await setTimeout(20);
      expect(await curve()).toMatchObject({ training: true });
      const asked = performance.now();
      await engine.call('jobs.cancel', { id: cancelled });
      const ended = await engine.context.jobs.ended(cancelled);
      expect(ended.status).toBe('cancelled');
      expect(performance.now() - asked).toBeLessThan(1000);
      expect((await engine.call('models.list', {})).find(({ model }) => model === 'sasrec')?.trained).toBe(false);
      const kept = path.join(folder, 'workspace', 'models');
      expect(existsSync(kept) ? readdirSync(kept) : []).toEqual([]);
      expect(await curve()).toMatchObject({ training: false, points: [] });

      const again = await engine.context.jobs.ended(await begin());
      expect(again.status).toBe('succeeded');
      expect(again.log.some(({ message }) => /goes on from step \d+/.test(message))).toBe(true);
      const { training, points, best, run } = await curve();
      expect({ training, epochs: points.map(({ epoch }) => epoch) }).toEqual({ training: false, epochs: Array.from({ length: 20 }, (_, i) => i + 1) });
      expect(best).toBeGreaterThan(0);
      expect(run).not.toBeNull();
    } finally {
      await engine.close();
      await rm(folder, { recursive: true, force: true });
    }
  });
});
