import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openKernels } from '../../../electron/engine/kernels/index.ts';
import { recommenders } from '../../../electron/engine/recommenders/registry.ts';
import type { Model, TrainingData } from '../../../electron/engine/recommenders/recommender.ts';
import { seededRandom } from '../../../electron/engine/workspace/random.ts';
import { fitContext, knownHistory } from '../../support/fitting.ts';
import { trainingFrom } from '../../support/movielens.ts';

const kernels = openKernels({ directory: path.resolve(import.meta.dirname, '../../../resources/kernels') });
afterAll(() => kernels.close());

const users = 6000;
const films = 600;
const tastes = 12;
const settings = { 'recommenders.als.factors': 24, 'recommenders.als.regularization': 20 };

/** Users with a taste for one or two of 12 groups of films, of which some are popular: 20 to 60 films each. */
function world(): { user: number; film: number; rating: number; time: number }[] {
  const random = seededRandom(21);
  return Array.from({ length: users }, (_, user) => {
    const liked = [Math.floor(random() * tastes), Math.floor(random() * tastes)];
    const seen = new Set<number>();
    for (const count = 20 + Math.floor(random() * 40); seen.size < count; ) {
      const film = Math.floor(films * random() ** 2);
      if (random() < (liked.includes(film % tastes) ? 0.9 : 0.08)) seen.add(film);
    }
    return [...seen].map((film) => ({ user: user + 1, film: film + 1, rating: 4, time: 0 }));
  }).flat();
}

async function ndcg(model: Model, data: TrainingData, wanted: readonly { user: number; film: number }[]): Promise<number> {
  const at = new Map(Array.from(data.userIds, (id, row) => [id, row]));
  const lists = await model.topMany?.(wanted.map(({ user }) => knownHistory(data, at.get(user) ?? -1)), 10);
  const gains = wanted.map(({ film }, row) => {
    const rank = lists?.indices.subarray(row * 10, row * 10 + 10).indexOf(data.catalogue.position(film) ?? -2) ?? -1;
    return rank < 0 ? 0 : 1 / Math.log2(rank + 2);
  });
  return gains.reduce((sum, gain) => sum + gain, 0) / gains.length;
}

describe('ALS updated with ratings that were added', () => {
  const rows = world();
  const random = seededRandom(5);
  const byUser = Map.groupBy(rows, ({ user }) => user);
  const wanted = [...byUser.values()].map((own) => own[Math.floor(random() * own.length)] ?? { user: 0, film: 0, rating: 0, time: 0 });
  const out = new Set(wanted);
  const kept = rows.filter((row) => !out.has(row));
  // A tenth of the ratings is new, among them all of some users and of some films.
  const early = trainingFrom(kept.filter(({ user, film }) => random() < 0.93 && user % 60 > 0 && film % 60 > 0));
  const whole = trainingFrom(kept);
  let before: Model;
  beforeAll(async () => {
    before = await fitContext(kernels, settings).base('als', early);
  });
  const updated = (more: Record<string, unknown> = {}, said: string[] = []) =>
    recommenders.als.fit(whole, { ...fitContext(kernels, { ...settings, 'recommenders.als.update': true, ...more }), log: (message) => said.push(message), earlier: () => Promise.resolve({ saved: before.save(), run: 'r1' }) });

  it('agrees with a refit within .002 NDCG@10, and is no worse than the model before it', async () => {
    const said: string[] = [];
    const [made, refit] = [await updated({}, said), await fitContext(kernels, settings).base('als', whole)];
    expect(said.join()).toMatch(/Updates the model of run r1: 590 of 600 films start from it, 2 sweeps/);
    const [ofUpdate, ofRefit] = [await ndcg(made, whole, wanted), await ndcg(refit, whole, wanted)];
    expect(ofRefit).toBeGreaterThan(0.09);
    expect(Math.abs(ofUpdate - ofRefit)).toBeLessThan(0.002);
    expect(made.size).toEqual(refit.size);
  });

  it('is fitted from the start where the earlier model has other parameters, and says so', async () => {
    const said: string[] = [];
    const made = await updated({ 'recommenders.als.alpha': 2 }, said);
    expect(said.join()).toContain('fitted from the start');
    expect(made.save().arrays['items']).toEqual((await fitContext(kernels, { ...settings, 'recommenders.als.alpha': 2 }).base('als', whole)).save().arrays['items']);
  });
});
