import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { modelNames, type ModelName } from '../../../shared/contract/index.ts';
import { type Kernels, openKernels } from '../../../electron/engine/kernels/index.ts';
import { recommenders } from '../../../electron/engine/recommenders/registry.ts';
import { adviceFor, requireFits, trainingMemory } from '../../../electron/engine/recommenders/training-size.ts';
import { fitContext } from '../../support/fitting.ts';
import { openWorld, train, world, worldRatings } from '../../support/small-world.ts';

describe('what training will take', () => {
  let engine: Awaited<ReturnType<typeof openWorld>>;
  beforeAll(async () => {
    engine = await openWorld();
  });
  afterAll(() => engine.close());

  it('is said of every model before it is trained', async () => {
    const estimates = await engine.call('models.estimate', { models: [...modelNames] });
    expect(estimates.map(({ model }) => model)).toEqual(modelNames);
    for (const { seconds, bytes, available, fits, advice, basis } of estimates) {
      expect(seconds).toBeGreaterThan(0);
      expect(bytes).toBeGreaterThan(0);
      expect(bytes).toBeLessThan(available);
      expect({ fits, advice }).toEqual({ fits: true, advice: null });
      expect(basis).toContain(`${worldRatings(1).length.toLocaleString('en')} ratings of ${world.users} users and ${world.films} films`);
    }
  });

  it('rests on the last training with the same parameters', async () => {
    await train(engine, ['item-knn']);
    const trained = (await engine.call('models.list', {})).find(({ model }) => model === 'item-knn');
    const [estimate] = await engine.call('models.estimate', { models: ['item-knn'] });
    expect(estimate?.seconds).toBeCloseTo(trained?.seconds ?? Number.NaN, 6);
    expect(estimate?.basis).toContain(`run ${trained?.run ?? ''}`);
    await engine.call('params.set', { path: 'recommenders.item-knn.neighbours', value: 7 });
    expect((await engine.call('models.estimate', { models: ['item-knn'] }))[0]?.basis).toContain('at the speed that this machine has now');
  });
});

describe('what does not fit', () => {
  let kernels: Kernels;
  beforeAll(() => {
    kernels = openKernels({ directory: path.resolve(import.meta.dirname, '../../../resources/kernels'), threads: 2 });
  });
  afterAll(() => kernels.close());
  const large = { users: 200_948, films: 87_493, catalogue: 87_493, ratings: 32_000_204, terms: 2_000_000 };
  const fitting = (settings: Readonly<Record<string, unknown>> = {}) => ({ kernels, parameters: fitContext(kernels, settings).parameters });

  it.each([['ease', 'recommenders.ease.max_items', 30_000, 2e9], ['als', 'recommenders.als.factors', 512, 1.5e9], ['item-knn', 'recommenders.item-knn.neighbours', 5000, 2e9]] as const)(
    '%s: the advice names the highest %s that would fit, and it would', (name, parameter, value, available) => {
      const advice = adviceFor(recommenders[name], large, fitting({ [parameter]: value }), available);
      const highest = Number(new RegExp(`^Set ${parameter} to (\\d+) or less \\(it is ${value}\\)`).exec(advice)?.[1]);
      const takes = (tried: number) => trainingMemory(recommenders[name], large, fitting({ [parameter]: tried }));
      expect(takes(highest)).toBeLessThanOrEqual(available);
      expect(takes(highest + 1)).toBeGreaterThan(available);
    });

  it('a blend is told which of its models takes the most', () => {
    expect(adviceFor(recommenders.hybrid, large, fitting({ 'recommenders.ease.max_items': 25_000 }), 2e9)).toMatch(/^Leave ease out of recommenders\.hybrid\.models/);
  });

  it('nothing is refused that fits', () => {
    const roomy = modelNames.filter((name: ModelName) => {
      requireFits(recommenders[name], large, fitting(), 1e12);
      return true;
    });
    expect(roomy).toEqual(modelNames);
  });
});
