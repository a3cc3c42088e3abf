import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ModelName, TrainingCurve } from '../../../shared/contract/index.ts';
import { chartsOf } from '../../../renderer/pages/evaluate/curves/charts.ts';
import { curveRows, curvesSummary } from '../../../renderer/charts/curves/data.ts';
import { rowTops, spanOf } from '../../../renderer/charts/intervals/data.ts';
import { logTicks, placeLabels, roundTicks, tickDigits } from '../../../renderer/charts/scale.ts';
import { frontierOf, tradeOffSummary } from '../../../renderer/charts/tradeoff/data.ts';
import { byParameter, trialPoints, trialsSummary } from '../../../renderer/charts/trials/data.ts';
import type { Trial } from '../../../shared/contract/index.ts';

const span = fc.tuple(fc.double({ min: -1e6, max: 1e6, noNaN: true }), fc.double({ min: 1e-6, max: 1e6, noNaN: true })).map(([low, width]) => [low, low + width] as const);

describe('ticks', () => {
  test('enclose the span, evenly, and are told apart by their decimals', () => {
    fc.assert(
      fc.property(span, fc.integer({ min: 3, max: 9 }), ([low, high], count) => {
        const ticks = roundTicks(low, high, count);
        const slack = (high - low) * 1e-6 + 1e-9 * Math.abs(low);
        expect(ticks.length).toBeLessThanOrEqual(2 * count + 2);
        expect(ticks[0] ?? Number.NaN).toBeLessThanOrEqual(low + slack);
        expect(ticks.at(-1) ?? Number.NaN).toBeGreaterThanOrEqual(high - slack);
      }),
    );
    expect(roundTicks(0, 0.21)).toEqual([0, 0.1, 0.2, 0.3]);
    expect(roundTicks(5, 5).length).toBeGreaterThan(1);
    expect([tickDigits([0, 0.05, 0.1]), tickDigits([0, 10]), tickDigits([1])]).toEqual([2, 0, 2]);
  });
  test('of a logarithmic scale are round, and few over many decades', () => {
    expect(logTicks(1, 1000)).toEqual([1, 10, 100, 1000]);
    expect(logTicks(0.3, 4)).toEqual([0.2, 0.5, 1, 2, 5]);
    expect(logTicks(1e-6, 1e6).length).toBeLessThanOrEqual(8);
    expect(logTicks(0, 10)).toEqual([]);
  });
});

test('labels do not cover one another where there is room', () => {
  const points = [{ x: 100, y: 100, width: 60 }, { x: 112, y: 100, width: 60 }, { x: 300, y: 100, width: 60 }, { x: 390, y: 100, width: 60 }];
  const places = placeLabels(points, 400);
  const boxes = points.map(({ x, y, width }, index) => {
    const { dx, dy, anchor } = places[index] ?? { dx: 0, dy: 0, anchor: 'start' as const };
    const left = x + dx - (anchor === 'end' ? width : anchor === 'middle' ? width / 2 : 0);
    return { left, right: left + width, top: y + dy - 7, bottom: y + dy + 7 };
  });
  for (const [i, a] of boxes.entries()) {
    expect(a.right).toBeLessThanOrEqual(400);
    for (const b of boxes.slice(i + 1)) expect(a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom && b.top < a.bottom).toBe(false);
  }
});

describe('cost against quality', () => {
  const at = (label: string, cost: number, value: number) => ({ label, cost, value, low: null, high: null });
  test('joins those that no other one beats in both', () => {
    const points = [at('slow', 100, 0.3), at('bad', 50, 0.1), at('quick', 1, 0.2), at('same price', 1, 0.15)];
    expect(frontierOf(points, false).map(({ label }) => label)).toEqual(['quick', 'slow']);
    expect(frontierOf(points, true).map(({ label }) => label)).toEqual(['same price', 'bad']);
    expect(tradeOffSummary(points, false, String, (cost) => `${cost} s`)).toBe('slow is the best with 0.3 for 100 s; quick is the cheapest with 0.2 for 1 s. Worth their cost: quick, slow.');
    expect(tradeOffSummary([at('only', 1, 0.2)], false, String, String)).toContain('both the best');
  });
  test('nobody outside the line beats anybody on it in both', () => {
    const point = fc.record({ label: fc.string(), cost: fc.double({ min: 0.01, max: 100, noNaN: true }), value: fc.double({ min: 0, max: 1, noNaN: true }), low: fc.constant(null), high: fc.constant(null) });
    fc.assert(fc.property(fc.array(point, { minLength: 1, maxLength: 14 }), (points) => {
      for (const one of frontierOf(points, false)) expect(points.some(({ cost, value }) => cost < one.cost && value > one.value)).toBe(false);
    }));
  });
});

test('rows of intervals lie beneath one another; the scale holds every end and the reference', () => {
  const item = (value: number) => ({ label: 'a', series: 0, value, low: value - 1, high: value + 1 });
  const rows = [{ name: 'x', note: '', items: [item(3), item(4), item(9)] }, { name: 'y', note: '', items: [{ ...item(2), value: null, low: null, high: null }] }];
  const { tops, height } = rowTops(rows);
  expect(tops[1]).toBeGreaterThan(0);
  expect(height).toBeGreaterThan(tops[1] ?? 0);
  expect(spanOf(rows, [0])).toEqual([0, 10]);
  expect(spanOf([])).toEqual([0, 1]);
});

test('curves share their rows, and say which point was kept', () => {
  const series = [
    { name: 'SASRec', series: 0, best: 2, running: false, points: [{ x: 1, y: 0.1 }, { x: 2, y: 0.2 }, { x: 3, y: 0.19 }] },
    { name: 'BERT4Rec', series: 1, best: null, running: true, points: [{ x: 2, y: 0.05 }] },
  ];
  expect(curveRows(series)).toEqual([{ x: 1, SASRec: 0.1 }, { x: 2, SASRec: 0.2, BERT4Rec: 0.05 }, { x: 3, SASRec: 0.19 }]);
  expect(curvesSummary(series, String, (x) => `${x} epochs`)).toBe('SASRec was kept at 0.2 after 2 epochs; BERT4Rec is at 0.05 after 2 epochs.');
});

test('trials carry the best so far, of those with the whole budget', () => {
  const trial = (number: number, value: number | null, budget = 1, params: Record<string, unknown> = {}): Trial => ({ number, params, budget, round: 0, current: false, value, low: null, high: null, seconds: 1, state: value === null ? 'running' : 'done', error: null });
  const points = trialPoints([trial(3, 0.25, 0.5, { lambda: 10, weighting: 'bm25' }), trial(1, 0.1, 1, { lambda: 5, weighting: 'none' }), trial(2, 0.2, 1, { lambda: 7, weighting: 'bm25' }), trial(4, null)], false);
  expect(points.map(({ number, leading }) => [number, leading])).toEqual([[1, 0.1], [2, 0.2], [3, 0.2]]);
  expect(trialPoints([trial(1, 0.9), trial(2, 0.8)], true).at(-1)?.leading).toBe(0.8);
  expect(trialsSummary(points, String)).toBe('Best so far 0.2, trial 2, of 3 with a value.');
  expect(byParameter(points, 'recommenders.ease.lambda').dots.map(({ x }) => x)).toEqual([5, 7, 10]);
  expect(byParameter(points, 'weighting')).toMatchObject({ names: ['bm25', 'none'], dots: [{ x: 1 }, { x: 0 }, { x: 0 }] });
});

test('a model keeps its colour in every chart, whichever others are shown', () => {
  const curve = (model: ModelName, metric: string | null): TrainingCurve => ({ model, run: null, training: false, loss: 'cross-entropy', metric, points: [{ epoch: 1, loss: 2, metric: metric === null ? null : 0.1, seconds: 3 }], best: 1 });
  const curves = [curve('svd', null), curve('sasrec', 'ndcg@10'), curve('bert4rec', 'ndcg@10')];
  const colours = (shown: readonly TrainingCurve[]) => chartsOf(shown, ['svd', 'sasrec', 'bert4rec'], 'epochs', String).map(({ kind, series }) => [kind, series.map(({ name, series: colour }) => [name, colour])]);
  expect(colours(curves)).toEqual([['metric', [['sasrec', 1], ['bert4rec', 2]]], ['loss', [['svd', 0], ['sasrec', 1], ['bert4rec', 2]]]]);
  expect(colours(curves.slice(2))).toEqual([['metric', [['bert4rec', 2]]], ['loss', [['bert4rec', 2]]]]);
});
