import { describe, expect, test } from 'vitest';
import { type Csr, type KernelCall, type Kernels, type KernelVariant, openKernels } from '../../../electron/engine/kernels/index.ts';
import { binary, randomRatings } from '../../support/matrices.ts';

const directory = new URL('../../../resources/kernels', import.meta.url).pathname;
const matrix = randomRatings(6000, 600, 0.08, 5);
const als = { factors: 33, iterations: 3, regularization: 2, alpha: 1, cgSteps: 3, seed: 9 };
const everything = async (kernels: Kernels) => ({
  als: await kernels.als(matrix, als),
  ease: await kernels.ease(binary(matrix), { lambda: 50 }),
  neighbours: await kernels.itemNeighbours(matrix, { neighbours: 20, shrinkage: 5 }),
});
/** Work that lasts for minutes. */
const endless: Record<string, (kernels: Kernels, call: KernelCall) => Promise<unknown>> = {
  als: (kernels, call) => kernels.als(matrix, { ...als, iterations: 100_000 }, call),
  ease: (kernels, call) => kernels.ease(diagonal(12_000), { lambda: 1 }, call),
  itemNeighbours: (kernels, call) => kernels.itemNeighbours(full(900, 40_000), { neighbours: 100, shrinkage: 0 }, call),
};

function diagonal(size: number): Csr {
  return { rows: size, columns: size, indptr: Int32Array.from({ length: size + 1 }, (_, i) => i), indices: Int32Array.from({ length: size }, (_, i) => i), values: new Float32Array(size).fill(1) };
}

function full(rows: number, columns: number): Csr {
  return { rows, columns, indptr: Int32Array.from({ length: rows + 1 }, (_, i) => i * columns), indices: Int32Array.from({ length: rows * columns }, (_, i) => i % columns), values: new Float32Array(rows * columns).fill(1) };
}

async function sooner<T>(work: Promise<T>): Promise<[unknown, number]> {
  const start = performance.now();
  const outcome = await work.catch((error: unknown) => error);
  return [outcome, performance.now() - start];
}

describe('the same inputs', () => {
  test.each(['simd', 'relaxed-simd'] as const)('give the same bytes on one, two and three threads, %s', async (variant) => {
    const [one, two, three] = await Promise.all([1, 2, 3].map((threads) => everything(openKernels({ directory, variant, threads }))));
    expect(two).toEqual(one);
    expect(three).toEqual(one);
  });

  test('give nearly the same values in both variants', async () => {
    const of = (variant: KernelVariant) => openKernels({ directory, variant }).als(matrix, { ...als, iterations: 1 });
    const [plain, relaxed] = [await of('simd'), await of('relaxed-simd')];
    plain.items.forEach((value, at) => expect(Math.abs(value - (relaxed.items[at] ?? NaN))).toBeLessThan(1e-4));
  });

  test('and another seed give another model', async () => {
    const kernels = openKernels({ directory });
    expect((await kernels.als(matrix, { ...als, seed: 10 })).items).not.toEqual((await kernels.als(matrix, als)).items);
  });
});

describe('ALS that keeps how far it is', () => {
  const options = { ...als, iterations: 6 };
  const small = randomRatings(810, 210, 0.08, 5);
  const keeping = (states: Uint8Array[], state?: Uint8Array) => ({
    state, due: () => true,
    keep: async (kept: Uint8Array) => {
      states.push(kept);
    },
  });

  test.each(['simd', 'relaxed-simd'] as const)('goes on from each sweep, on one thread and on two, to the same bytes, %s', async (variant) => {
    const [one, two] = [1, 2].map((threads) => openKernels({ directory, variant, threads }));
    if (!one || !two) return;
    const whole = await two.als(small, options);
    const states: Uint8Array[] = [];
    expect(await one.als(small, options, { checkpoint: keeping(states) })).toEqual(whole);
    expect(states).toHaveLength(options.iterations - 1);
    for (const [at, state] of states.entries()) {
      const later: Uint8Array[] = [];
      expect(await (at % 2 === 0 ? two : one).als(small, options, { checkpoint: keeping(later, state) })).toEqual(whole);
      expect(later).toEqual(states.slice(at + 1));
    }
  });

  test('leaves a state aside that is cut short, of another shape or of more sweeps', async () => {
    const kernels = openKernels({ directory, threads: 2 });
    const whole = await kernels.als(small, options);
    const states: Uint8Array[] = [];
    await kernels.als(small, options, { checkpoint: keeping(states) });
    const [first, last] = [states[0] ?? new Uint8Array(), states.at(-1) ?? new Uint8Array()];
    const others: Uint8Array[] = [];
    await kernels.als(randomRatings(210, 810, 0.08, 5), options, { checkpoint: keeping(others) });
    for (const state of [first.subarray(0, 5000), new Uint8Array(), new Uint8Array(first.length), ...others.slice(0, 1)]) {
      expect(await kernels.als(small, options, { checkpoint: keeping([], state) })).toEqual(whole);
    }
    expect(await kernels.als(small, { ...options, iterations: 3 }, { checkpoint: keeping([], last) })).toEqual(await kernels.als(small, { ...options, iterations: 3 }));
  });

  test('asks before it copies, and says why when keeping fails', async () => {
    const kernels = openKernels({ directory, threads: 2 });
    let asked = 0;
    await kernels.als(small, options, { checkpoint: { state: undefined, due: () => ++asked < 0, keep: () => Promise.reject(new Error('never')) } });
    expect(asked).toBe(options.iterations - 1);
    await expect(kernels.als(small, options, { checkpoint: { state: undefined, due: () => true, keep: () => Promise.reject(new Error('The disk is full.')) } })).rejects.toThrow('The disk is full.');
  });
});

describe('a call that is cancelled', () => {
  test.each(Object.keys(endless))('rejects within a second in the middle of %s, and the next one works', async (name) => {
    const kernels = openKernels({ directory, threads: 2 });
    const stop = new AbortController();
    const running = endless[name]?.(kernels, { signal: stop.signal }) ?? Promise.resolve();
    running.catch(() => undefined);
    await new Promise((resolve) => {
      setTimeout(resolve, 700);
    });
    stop.abort();
    const [outcome, took] = await sooner(running);
    expect(outcome).toMatchObject({ code: 'cancelled' });
    expect(took).toBeLessThan(1000);
    expect((await kernels.ease(diagonal(3), { lambda: 1 })).length).toBe(9);
  });

  test('before it began does not begin', async () => {
    await expect(openKernels({ directory }).als(matrix, als, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'cancelled' });
  });

  test('by closing the kernels rejects too', async () => {
    const kernels = openKernels({ directory });
    const running = kernels.als(matrix, { ...als, iterations: 100_000 });
    running.catch(() => undefined);
    await kernels.close();
    await expect(running).rejects.toMatchObject({ code: 'cancelled' });
  });
});

test('the event loop stays free while a kernel runs', async () => {
  const stop = new AbortController();
  const running = openKernels({ directory, threads: 1 }).als(matrix, { ...als, iterations: 100_000 }, { signal: stop.signal });
  running.catch(() => undefined);
  let turns = 0;
  const counting = setInterval(() => turns++, 5);
  await new Promise((resolve) => {
    setTimeout(resolve, 600);
  });
  clearInterval(counting);
  stop.abort();
  await sooner(running);
  expect(turns).toBeGreaterThan(20);
});

test('progress rises to its total', async () => {
  const heard: [number, number][] = [];
  await openKernels({ directory }).als(matrix, als, { progress: (done, total) => heard.push([done, total]) });
  expect(heard.length).toBeGreaterThan(5);
  expect(heard.map(([done]) => done)).toEqual(heard.map(([done]) => done).toSorted((a, b) => a - b));
  expect(heard.at(-1)?.[1]).toBe(3 * 6600);
});

test('memory is given back: eight calls of 55 MB each leave the process about as it was', async () => {
  const kernels = openKernels({ directory, threads: 2 });
  const users = 1_500_000;
  const tall = { ...diagonal(3), rows: users, indptr: Int32Array.from({ length: users + 1 }, (_, row) => Math.min(row, 3)) };
  const call = () => kernels.als(tall, { ...als, factors: 1, iterations: 1 });
  await call();
  const before = process.memoryUsage.rss();
  for (let turn = 0; turn < 8; turn++) await call();
  expect((process.memoryUsage.rss() - before) / 1e6).toBeLessThan(200);
});

describe('a call that cannot be', () => {
  const kernels = openKernels({ directory, memoryLimit: 50e6 });

  test('for want of memory says what it needs, and what would help, before it starts', async () => {
    await expect(kernels.ease(diagonal(5000), { lambda: 1 })).rejects.toMatchObject({ code: 'out-of-memory', message: expect.stringMatching(/EASE for 5000 users, 5000 films.* needs 0\.1 GB .* 50\.0 MB/), hint: expect.stringContaining('limit the films') });
    await expect(openKernels({ directory }).ease({ ...diagonal(2), columns: 40_000 }, { lambda: 1 })).rejects.toMatchObject({ code: 'out-of-memory' });
  });

  test('for its options says which', async () => {
    await expect(kernels.ease(diagonal(3), { lambda: 0 })).rejects.toThrow('lambda is above 0, not 0');
    await expect(kernels.als(diagonal(3), { ...als, factors: 0 })).rejects.toThrow('factors');
    await expect(kernels.itemNeighbours(diagonal(3), { neighbours: 1.5, shrinkage: 0 })).rejects.toThrow('neighbours');
  });

  test('for a matrix that is none says why, where a kernel would read anything anywhere', async () => {
    for (const wrong of [{ indices: Int32Array.of(0, 1, 3) }, { indices: Int32Array.of(0, -1, 2) }, { indptr: Int32Array.of(0, 2, 1, 3) }, { indptr: Int32Array.of(0, 3, 3, 3), indices: Int32Array.of(0, 2, 1) }]) {
      await expect(kernels.ease({ ...diagonal(3), ...wrong }, { lambda: 1 })).rejects.toMatchObject({ code: 'internal', message: expect.stringContaining('Not a sparse matrix') });
    }
  });

  test('without compiled kernels says how to get them', () => {
    expect(() => openKernels({ directory: '/nowhere' })).toThrow(expect.objectContaining({ code: 'not-found', hint: 'Run `npm run kernels`.' }));
  });
});
