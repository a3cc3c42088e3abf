import { createHash } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { CurvePoint } from '../../../shared/contract/index.ts';
import { shared } from '../../../electron/engine/neural/learners.ts';
import type { SequenceOrder } from '../../../electron/engine/neural/sequence.ts';
import { openSession } from '../../../electron/engine/neural/runtime.ts';
import { scoreFeeds, sequenceScores } from '../../../electron/engine/neural/sequence-graph.ts';
import { type Trained, trainLearner } from '../../../electron/engine/neural/training.ts';
import { seededRandom } from '../../../electron/engine/workspace/random.ts';

const FILMS = 40;
/** Who saw film f sees film f + 7 next, around and around. */
const nextOf = (film: number) => 1 + ((film - 1 + 7) % FILMS);

function order(causal: boolean, more: Partial<SequenceOrder> = {}): SequenceOrder {
  const random = seededRandom(1);
  const starts = [0];
  const history: number[] = [];
  for (let user = 0; user < 120; user++) {
    let film = 1 + Math.floor(random() * FILMS);
    for (let n = 6 + Math.floor(random() * 20); n > 0; n--) {
      history.push(film);
      film = nextOf(film);
    }
    starts.push(history.length);
  }
  return {
    kind: 'sequence', causal, films: FILMS, width: 32, blocks: 1, heads: 2, length: 20, dropout: 0.1,
    starts: shared(Int32Array.from(starts)), history: shared(Int32Array.from(history)), checked: Int32Array.from({ length: 30 }, (_, i) => 4 * i),
    tokens: 160, negatives: 0, masked: 0.2, ...more,
  };
}

const options = { threads: 1, seed: 7, rate: 5e-3, warmup: 10, epochs: 15, patience: 50, minutes: 10, average: 1 };
const bytesOf = ({ weights }: Trained) => {
  const hash = createHash('sha256');
  for (const part of weights.values()) hash.update(new Uint8Array(part.buffer, part.byteOffset, part.byteLength));
  return hash.digest('hex');
};

describe('training', () => {
  it.each([
    ['all films as rivals', order(true), 15],
    ['rivals drawn', order(true, { negatives: 24 }), 15],
    ['masked places', order(false), 45],
  ])('%s: learns what follows what', async (_, task, epochs) => {
    const points: CurvePoint[] = [];
    const { weights, best } = await trainLearner(task, { ...options, epochs }, { curve: (point) => points.push(point) });
    expect(points).toHaveLength(epochs);
    expect(points.at(-1)?.loss).toBeLessThan((points[0]?.loss ?? 0) / 2);
    expect(points.at(-1)?.metric).toBeGreaterThan(0.9);
    expect(best).toBeGreaterThan(5);

    const windows = { batch: 1, length: 20, places: 1 };
    const session = await openSession(sequenceScores(task, windows, weights).encode());
    let found = 0;
    for (let film = 1; film <= FILMS; film++) {
      const seen = [film];
      while (seen.length < 14) seen.push(nextOf(seen.at(-1) ?? 0));
      const scores = (await session.run(scoreFeeds(task, windows, [Int32Array.from(seen)])))['scores'] ?? new Float32Array();
      for (const one of [0, ...seen]) scores[one] = Number.NEGATIVE_INFINITY;
      const films = scores.subarray(0, FILMS + 1);
      if (films.indexOf(Math.max(...films)) === nextOf(seen.at(-1) ?? 0)) found++;
    }
    expect(found).toBeGreaterThan(FILMS * 0.8);
    await session.release();
  });

  it('the same seed gives the same bytes on one thread and on two, another seed others', async () => {
    const task = order(true, { negatives: 24 });
    const short = { ...options, epochs: 3 };
    const one = bytesOf(await trainLearner(task, short));
    expect(bytesOf(await trainLearner(task, { ...short, threads: 2 }))).toBe(one);
    expect(bytesOf(await trainLearner(task, { ...short, seed: 8 }))).not.toBe(one);
  });

  it('interrupted between any two steps, it goes on to the same bytes and the same curve', async () => {
    const task = order(false, { tokens: 60 });
    const short = { ...options, epochs: 4 };
    const whole = await trainLearner(task, short);
    let state: Uint8Array | undefined;
    for (const wait of [2, 5, 3]) {
      const abort = new AbortController();
      let asked = 0;
      const checkpoint = {
        state,
        due: () => ++asked === wait,
        async keep(kept: Uint8Array) {
          state = kept;
          abort.abort();
        },
      };
      await expect(trainLearner(task, short, { signal: abort.signal, checkpoint })).rejects.toMatchObject({ code: 'cancelled' });
    }
    const again = await trainLearner(task, short, { checkpoint: { state, due: () => false, keep: async () => undefined } });
    expect(bytesOf(again)).toBe(bytesOf(whole));
    expect(again.points.map(({ loss, metric }) => [loss, metric])).toEqual(whole.points.map(({ loss, metric }) => [loss, metric]));
  });

  it('cancelled at any moment it ends within .3 s, and the event loop is free meanwhile', async () => {
    const task = order(true, { width: 64, blocks: 2 });
    let slowest = 0;
    for (const wait of [0, 5, 60, 250, 800]) {
      const abort = new AbortController();
      const training = trainLearner(task, { ...options, epochs: 10_000, patience: 10_000 }, { signal: abort.signal });
      training.catch(() => undefined);
      await setTimeout(wait);
      const asked = performance.now();
      abort.abort();
      await expect(training).rejects.toMatchObject({ code: 'cancelled' });
      slowest = Math.max(slowest, performance.now() - asked);
    }
    expect(slowest).toBeLessThan(300);
  });

  it('the limit of time ends it with the best weights so far', async () => {
    const { ended, points, best } = await trainLearner(order(true), { ...options, epochs: 10_000, patience: 10_000, minutes: 0.01 });
    expect(ended).toBe('time');
    expect(points.length).toBeGreaterThan(0);
    expect(best).toBeGreaterThan(0);
  });

  it('ends when it gets no better', async () => {
    const { ended, points, best } = await trainLearner(order(true), { ...options, epochs: 200, patience: 3 });
    expect(ended).toBe('no better');
    expect(points.length).toBe(best + 3);
  });
});
