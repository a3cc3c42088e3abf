import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Kernels, openKernels } from '../../../electron/engine/kernels/index.ts';
import { fitContext, knownHistory } from '../../support/fitting.ts';
import { trainingFrom } from '../../support/movielens.ts';

const DAY = 86_400;
const now = 1_600_000_000;
/** Film 1: three ratings long ago; film 2: two of late, liked; film 3: one today, disliked. */
const rows = [
  { user: 1, film: 1, rating: 3, time: now - 730 * DAY }, { user: 2, film: 1, rating: 3, time: now - 730 * DAY }, { user: 3, film: 1, rating: 3, time: now - 365 * DAY },
  { user: 1, film: 2, rating: 5, time: now - 1 * DAY }, { user: 2, film: 2, rating: 5, time: now }, { user: 3, film: 3, rating: 1, time: now },
];
const plain = trainingFrom(rows);
const data = { ...plain, chronology: { places: Int32Array.of(0, 1, 0, 1, 0, 1), seconds: Int32Array.of(now - 730 * DAY, now - DAY, now - 730 * DAY, now, now - 365 * DAY, now) } };

describe('popularity', () => {
  let kernels: Kernels;
  beforeAll(() => {
    kernels = openKernels({ directory: path.resolve(import.meta.dirname, '../../../resources/kernels') });
  });
  afterAll(() => kernels.close());
  const scores = async (settings: Record<string, unknown>) => {
    const model = await fitContext(kernels, Object.fromEntries(Object.entries(settings).map(([name, value]) => [`recommenders.popularity.${name}`, value]))).base('popularity', data);
    const folded = await model.foldIn(knownHistory(data, 0));
    return { scores: [...folded.scores], evidence: folded.explain(1) };
  };

  it('plain: counts ratings', async () => {
    expect(await scores({})).toEqual({ scores: [3, 2, 1], evidence: [{ kind: 'popular', people: 2, mean: 5 }] });
  });

  it('damped: ratings × mean with so many ratings of the overall mean added', async () => {
    const mean = 20 / 6;
    const found = await scores({ kind: 'damped', damping: 2 });
    expect(found.scores).toEqual([(3 * (9 + 2 * mean)) / 5, (2 * (10 + 2 * mean)) / 4, (1 + 2 * mean) / 3].map((score) => expect.closeTo(score, 5)));
    expect(found.evidence).toMatchObject([{ counted: { label: 'ratings × damped mean', value: found.scores[1] } }]);
  });

  it('recent: a rating counts half after the half-life, as old as it is beside the newest of the data', async () => {
    const { scores: found } = await scores({ kind: 'recent', half_life_days: 365 });
    expect(found).toEqual([0.25 + 0.25 + 0.5, 1 + 2 ** (-1 / 365), 1].map((score) => expect.closeTo(score, 5)));
  });
});
