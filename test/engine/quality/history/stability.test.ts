import { array, assert, constant, double, integer, nat, oneof, option, property, string } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { columnDrift, cumulated, distanceProbability, kolmogorov, largestDistance, stabilityIndex } from '../../../../electron/engine/quality/history/stability.ts';
import { exactDistance, plainIndex, sketchOf, textSketchOf } from '../../../support/drift.ts';

const values = array(double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 300 });

describe('population stability index', () => {
  test('worked by hand: 0.1 · ln 1.2 − 0.1 · ln 0.8, and 0 for shares that are the same', () => {
    expect(stabilityIndex([{ reference: 0.5, current: 0.6 }, { reference: 0.5, current: 0.4 }])).toBeCloseTo(0.0405, 4);
    expect(stabilityIndex([{ reference: 1, current: 1 }])).toBe(0);
  });

  test('is never negative, stays finite where a bin is empty, and is symmetric', () => {
    const shares = array(nat(1000), { minLength: 2, maxLength: 12 }).filter((counts) => counts.some((n) => n > 0)).map((counts) => counts.map((n) => n / counts.reduce((a, b) => a + b, 0)));
    assert(property(shares, shares, (a, b) => {
      const bins = a.map((reference, i) => ({ reference, current: b[i] ?? 0 }));
      const psi = stabilityIndex(bins);
      expect(psi).toBeGreaterThanOrEqual(0);
      expect(Number.isFinite(psi)).toBe(true);
      expect(stabilityIndex(bins.map(({ reference, current }) => ({ reference: current, current: reference })))).toBeCloseTo(psi, 10);
    }));
  });
});

describe('Kolmogorov and Smirnov', () => {
  test('critical values of the tables', () => {
    for (const [lambda, p] of [[1.0727, 0.2], [1.2238, 0.1], [1.3581, 0.05], [1.4802, 0.025], [1.6276, 0.01], [1.9495, 0.001]] as const) expect(kolmogorov(lambda)).toBeCloseTo(p, 4);
    expect(kolmogorov(0)).toBe(1);
    expect(distanceProbability(0, 50, 70)).toBe(1);
    expect(distanceProbability(1, 1000, 1000)).toBeLessThan(1e-100);
    expect(distanceProbability(0.3, 0, 10)).toBe(1);
  });

  test('a worked example: two small samples', () => {
    const a = [1, 2, 2, 3, 5];
    const b = [2, 4, 6, 8];
    expect(exactDistance(a, b)).toBeCloseTo(0.55, 12);
    expect(largestDistance(sketchOf(a).knots, sketchOf(b).knots)).toBeCloseTo(0.55, 12);
  });

  test('the distance of exact sketches is that of the samples, value by value', () => {
    assert(property(values, values, (a, b) => {
      expect(largestDistance(sketchOf(a).knots, sketchOf(b).knots)).toBeCloseTo(exactDistance(a, b), 10);
    }));
  });

  test('a coarse sketch is off by no more than its step on either side, ties and jumps included', () => {
    const mixed = array(oneof(constant(0), integer({ min: -5, max: 5 }), double({ min: -10, max: 10, noNaN: true })), { minLength: 1, maxLength: 400 });
    assert(property(mixed, mixed, integer({ min: 5, max: 40 }), (a, b, knots) => {
      const d = largestDistance(sketchOf(a, knots).knots, sketchOf(b, knots).knots);
      expect(Math.abs(d - exactDistance(a, b))).toBeLessThanOrEqual(2 / knots + 1e-9);
    }));
  });

  test('the cumulated share never falls, begins at 0 and ends at 1', () => {
    assert(property(values, integer({ min: 2, max: 20 }), (sample, knots) => {
      const sketch = sketchOf(sample, knots).knots;
      const places = [-2e6, ...[...new Set(sample)].toSorted((x, y) => x - y), 2e6];
      const shares = places.flatMap((x) => [cumulated(sketch, x, true), cumulated(sketch, x)]);
      expect(shares[0]).toBe(0);
      expect(shares.at(-1)).toBe(1);
      for (const [i, share] of shares.entries()) expect(share).toBeGreaterThanOrEqual((shares[i - 1] ?? 0) - 1e-12);
    }));
  });
});

/** More distinct numbers than are compared one by one. */
const many = array(double({ min: 0, max: 100, noNaN: true }), { minLength: 60, maxLength: 300 }).filter((sample) => new Set(sample).size > 20);

describe('a column', () => {
  test('that is the same has no drift at all', () => {
    assert(property(array(option(double({ min: -9, max: 9, noNaN: true })), { minLength: 1, maxLength: 200 }), (cells) => {
      const side = { column: sketchOf(cells), sampled: cells.length };
      expect(columnDrift(side, side)).toMatchObject({ psi: 0, verdict: 'stable' });
      expect(columnDrift(side, side).ks?.d ?? 0).toBe(0);
    }));
    assert(property(array(option(string({ maxLength: 3 })), { minLength: 1, maxLength: 200 }), (cells) => {
      const side = { column: textSketchOf(cells), sampled: cells.length };
      expect(columnDrift(side, side)).toMatchObject({ psi: 0, verdict: 'stable' });
    }));
  });

  test('of numbers: bins are tenths of the reference, shares add up to one on both sides, and the index is that of a recount', () => {
    assert(property(many, many, (a, b) => {
      const drift = columnDrift({ column: sketchOf(a), sampled: a.length }, { column: sketchOf(b), sampled: b.length });
      expect(drift.bins.reduce((sum, bin) => sum + bin.reference, 0)).toBeCloseTo(1, 9);
      expect(drift.bins.reduce((sum, bin) => sum + bin.current, 0)).toBeCloseTo(1, 9);
      expect(drift.bins.every(({ kind }) => kind === 'range')).toBe(true);
      expect(drift.psi).toBeCloseTo(plainIndex(a, b, drift.bins), 9);
    }));
  });

  test('that moved is said to have, and a missing share counts as a bin of its own', () => {
    const low = Array.from({ length: 1000 }, (_, i) => (i % 10) / 2 + 0.5);
    const high = low.map((x) => Math.min(5, x + 1));
    expect(columnDrift({ column: sketchOf(low), sampled: 1000 }, { column: sketchOf(high), sampled: 1000 })).toMatchObject({ verdict: 'strong drift', ks: { d: expect.closeTo(0.2, 12) } });
    const holes = low.map((x, i) => (i % 2 === 0 ? null : x));
    const drift = columnDrift({ column: sketchOf(low), sampled: 1000 }, { column: sketchOf(holes), sampled: 1000 });
    expect(drift.missing).toEqual({ reference: 0, current: 0.5 });
    expect(drift.verdict).toBe('strong drift');
    expect(drift.bins.at(-1)).toMatchObject({ kind: 'missing', reference: 0, current: 0.5 });
  });

  test('of texts is compared by its commonest values, or by their length where values seldom repeat', () => {
    const genres = Array.from({ length: 300 }, (_, i) => ['Drama', 'Comedy', 'Horror'][i % 3] ?? '');
    const other = genres.map((genre) => (genre === 'Horror' ? 'Western' : genre));
    const drift = columnDrift({ column: textSketchOf(genres), sampled: 300 }, { column: textSketchOf(other), sampled: 300 });
    expect(drift).toMatchObject({ kind: 'values', ks: null, verdict: 'strong drift' });
    expect(drift.bins.find(({ kind }) => kind === 'other')).toMatchObject({ reference: 0, current: expect.closeTo(1 / 3, 9) });
    const titles = Array.from({ length: 300 }, (_, i) => `Film number ${i}`);
    expect(columnDrift({ column: textSketchOf(titles), sampled: 300 }, { column: textSketchOf(titles.map((t) => `${t} again`)), sampled: 300 })).toMatchObject({ kind: 'lengths', verdict: 'strong drift' });
  });
});
