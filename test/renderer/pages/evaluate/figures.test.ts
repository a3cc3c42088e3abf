import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { against, bestOf, marksOf, orderModels, publishedOf } from '../../../../renderer/pages/evaluate/marks.ts';
import { digitsFor, effectWords, firstMetric, formatP, intervalText, metricAt, metricChoices, metricTitle, parseMetric, signed } from '../../../../renderer/pages/evaluate/metrics.ts';
import type { Comparison, EvaluatedModel, Figure } from '../../../../shared/contract/index.ts';

const figure = (value: number): Figure => ({ value, low: value - 0.01, high: value + 0.01, users: 100, definition: 'what it is' });
const model = (label: string, metrics: Record<string, number>, change: Partial<EvaluatedModel> = {}): EvaluatedModel => ({
  label, model: 'ease', params: {}, metrics: Object.fromEntries(Object.entries(metrics).map(([name, value]) => [name, figure(value)])),
  fitSeconds: 1, scoreSeconds: 1, peakMemoryMB: 100, bytes: 1000, published: [], error: null, ...change,
});
const comparison = (a: string, b: string, difference: number, distinct: boolean, metric = 'ndcg@10'): Comparison => ({
  a, b, metric, users: 100, difference, low: difference - 0.02, high: difference + 0.01, p: 0.04, adjustedP: distinct ? 0.01 : 0.4, effect: 0.3, pairs: 'users', family: 3, distinct, detectable: 0.02, needed: null, sentence: `${a} and ${b}`,
});

describe('metrics', () => {
  test('are taken apart and named as a reader knows them', () => {
    expect([parseMetric('ndcg@10'), parseMetric('hit-rate@20'), parseMetric('rmse')]).toEqual([{ name: 'ndcg', cutoff: 10 }, { name: 'hit-rate', cutoff: 20 }, { name: 'rmse', cutoff: null }]);
    expect(['ndcg@10', 'hit-rate@20', 'rmse', 'popularity-bias@10'].map(metricTitle)).toEqual(['NDCG@10', 'Hit rate@20', 'RMSE', 'Popularity bias@10']);
  });
  test('are chosen by name, at the cutoff that is looked at or the nearest', () => {
    const keys = ['recall@5', 'recall@50', 'ndcg@5', 'ndcg@50', 'rmse'];
    expect(firstMetric(keys)).toBe('ndcg@5');
    expect(firstMetric(['rmse', 'mae'])).toBe('rmse');
    expect(metricChoices(keys).map(({ name, cutoffs }) => [name, cutoffs])).toEqual([['recall', [5, 50]], ['ndcg', [5, 50]], ['rmse', []]]);
    expect([metricAt(keys, 'recall', 50), metricAt(keys, 'recall', 10), metricAt(keys, 'rmse', 10), metricAt(keys, 'map', 10)]).toEqual(['recall@50', 'recall@5', 'rmse', undefined]);
  });
  test('line up in a column, whatever their size', () => {
    expect([[0.2, 0.03], [7.1, 12.3], [250, 3]].map(digitsFor)).toEqual([4, 3, 1]);
    expect(intervalText({ low: 0.1, high: 0.25 }, 4)).toBe('0.1000 – 0.2500');
    expect(intervalText({ low: null, high: null }, 4)).toBe('–');
    expect([signed(0.0123, 3), signed(-0.5, 2), signed(-0.00001, 3)]).toEqual(['+0.012', '−0.50', '±0.000']);
    expect([formatP(0.0004), formatP(0.04)]).toEqual(['< 0.001', '0.040']);
    expect([0.05, -0.15, 0.3, -0.6, 2].map(effectWords)).toEqual(['negligible', 'very small', 'small', 'medium', 'large']);
  });
});

describe('the leaderboard', () => {
  const models = [model('als', { 'ndcg@10': 0.2, rmse: 0.9 }), model('ease', { 'ndcg@10': 0.22, rmse: 0.95 }), model('random', { 'ndcg@10': 0.01 }), model('svd', { rmse: 0.87 })];
  test('has the best on top: the highest figure, of errors the lowest', () => {
    expect([bestOf(models, 'ndcg@10')?.label, bestOf(models, 'rmse')?.label, bestOf(models, 'mae')?.label]).toEqual(['ease', 'svd', undefined]);
    expect(orderModels(models, 'ndcg@10', { by: 'value', reversed: false }).map(({ label }) => label)).toEqual(['ease', 'als', 'random', 'svd']);
    expect(orderModels(models, 'rmse', { by: 'value', reversed: false }).map(({ label }) => label)).toEqual(['svd', 'als', 'ease', 'random']);
    expect(orderModels(models, 'ndcg@10', { by: 'label', reversed: true }).map(({ label }) => label)).toEqual(['svd', 'random', 'ease', 'als']);
  });
  test('keeps every model in whatever order, and those without the figure last', () => {
    const some = fc.array(fc.record({ label: fc.string({ minLength: 1 }), value: fc.option(fc.double({ noNaN: true, noDefaultInfinity: true })) }), { maxLength: 12 });
    fc.assert(
      fc.property(some, fc.boolean(), fc.constantFrom('ndcg@10', 'rmse'), (list, reversed, metric) => {
        const given = list.map(({ label, value }) => model(label, value === null ? {} : { [metric]: value }));
        const sorted = orderModels(given, metric, { by: 'value', reversed });
        expect(new Set(sorted)).toEqual(new Set(given));
        const known = sorted.map(({ metrics }) => metrics[metric] !== undefined);
        expect(known).toEqual(known.toSorted((a, b) => Number(b) - Number(a)));
      }),
    );
  });
  test('marks the best, and whoever cannot be told from it; about a model that was not compared it says nothing', () => {
    const marks = marksOf(models, 'ndcg@10', [comparison('als', 'ease', -0.02, false), comparison('ease', 'random', 0.21, true), comparison('als', 'random', 0.19, false)]);
    expect([...marks]).toEqual([['als', 'tied'], ['ease', 'best']]);
    expect([...marksOf(models, 'ndcg@10', [comparison('als', 'ease', 0, false, 'recall@10')])]).toEqual([['ease', 'best']]);
    expect(marksOf([], 'ndcg@10', []).size).toBe(0);
  });
  test('puts published figures beside ours', () => {
    const published = [{ metric: 'ndcg@10', value: 0.2364, source: 'a paper' }, { metric: 'recall@10', value: 0.1, source: 'a paper' }];
    expect(publishedOf([model('ease', { 'ndcg@10': 0.2361 }, { published })], 'ndcg@10')).toEqual([{ label: 'ease', value: 0.2364, source: 'a paper', ours: 0.2361 }]);
    expect(publishedOf([model('ease', {}, { published })], 'recall@10')).toEqual([{ label: 'ease', value: 0.1, source: 'a paper', ours: null }]);
  });
});

test('a comparison is turned round when its first model is the reference', () => {
  const seen = against([comparison('ease', 'als', 0.02, true), comparison('knn', 'ease', -0.05, true), comparison('knn', 'als', -0.03, true)], 'ease');
  expect(seen.map(({ label, difference, low, high, effect }) => [label, difference, low, high, effect].map((part) => (typeof part === 'number' ? Number(part.toFixed(6)) : part)))).toEqual([
    ['als', -0.02, -0.03, 0, -0.3],
    ['knn', -0.05, -0.07, -0.04, 0.3],
  ]);
});
