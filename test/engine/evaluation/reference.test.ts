import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { evaluateStage } from '../../../electron/engine/evaluation/stage.ts';
import { splitStage } from '../../../electron/engine/features/split.ts';
import { contests } from '../../../electron/engine/recommenders/contest.ts';
import { literal } from '../../../electron/engine/workspace/sql.ts';
import { type Evaluation, type Input, ReelbenchError } from '../../../shared/contract/index.ts';
import { dataset } from '../../support/movielens.ts';
import { type Settings, StageBench } from '../../support/stage-bench.ts';
import { openTestEngine, type TestEngine } from '../../support/workspace.ts';

/**
 * The stages that split and measure on MovieLens latest-small, with their own defaults: leave-last-out, every rating a
 * positive, candidates the films with a training rating, seen films left out, ties to the smaller id. Figures computed
 * independently, to ± .0002.
 */
const folder = dataset('ml-latest-small');
if (!folder) console.info('Skipped: the evaluation against reference figures, because ml-latest-small is not there (REELBENCH_DATA).');

describe.skipIf(!folder)('the evaluation of ml-latest-small', () => {
  let bench: StageBench;
  beforeAll(async () => {
    bench = await StageBench.open();
    const file = (name: string) => literal(path.join(folder ?? '', name));
    await bench.table('ratings', `SELECT "userId" AS user_id, "movieId" AS movie_id, rating, make_timestamp(timestamp * 1000000) AS rated_at FROM read_csv(${file('ratings.csv')}) ORDER BY user_id, rated_at, movie_id`);
    await bench.table('movies', `SELECT "movieId" AS movie_id FROM read_csv(${file('movies.csv')})`);
    await bench.run(splitStage);
  }, 60_000);
  afterAll(() => bench.close());

  const at10 = async (settings: Settings) => {
    const outcome = await bench.run(evaluateStage(contests), { 'evaluate.cutoffs': [10], ...settings });
    const rows = await bench.all<{ model: string; metric: string; value: number; low: number | null; high: number | null; users: number; protocol: string }>('SELECT * FROM store.evaluations');
    return { outcome, rows, value: (model: string, metric: string) => rows.find((row) => row.model === model && row.metric === metric)?.value ?? Number.NaN };
  };

  it.each([
    ['popularity', {}, 0.0426, 0.0194, 0.0125],
    ['ease', {}, 0.0869, 0.0391, 0.0249],
    ['ease', { 'recommenders.ease.lambda': 100 }, 0.0852, 0.0409, 0.0278],
    ['ease', { 'recommenders.ease.lambda': 500 }, 0.0787, 0.036, 0.0232],
    ['item-knn', {}, 0.0721, 0.0339, 0.0226],
    ['item-knn', { 'recommenders.item-knn.neighbours': 20 }, 0.0705, 0.0309, 0.019],
  ] as const)('%s %o', async (model, settings, hr, ndcg, mrr) => {
    const { value, rows, outcome } = await at10({ 'train.models': [model], ...settings });
    expect(Math.abs(value(model, 'hit_rate') - hr)).toBeLessThan(0.0002);
    expect(Math.abs(value(model, 'ndcg') - ndcg)).toBeLessThan(0.0002);
    expect(Math.abs(value(model, 'mrr') - mrr)).toBeLessThan(0.0002);
    expect(outcome.figures).toMatchObject({ [`${model} ndcg@10`]: value(model, 'ndcg') });
    expect(rows[0]).toMatchObject({ users: 610, of_users: 610, protocol: 'split leave-last-out; fitted on 100226 ratings; every test rating is relevant; all 610 users with a relevant test film; all 9701 films with a training rating are ranked, less those shown; ties to the smaller id' });
    const spread = rows.find(({ metric }) => metric === 'hit_rate');
    // 610 users: about ± 1.96 √(p (1 - p) / 610).
    const half = 1.96 * Math.sqrt((hr * (1 - hr)) / 610);
    expect(Math.abs((spread?.low ?? 0) - (hr - half))).toBeLessThan(0.006);
    expect(Math.abs((spread?.high ?? 0) - (hr + half))).toBeLessThan(0.006);
  }, 60_000);
});

/** The same figures, and those of predicted ratings, through evaluations as a person makes them: from the imported files. */
describe.skipIf(!folder)('evaluations of ml-latest-small', () => {
  let bench: TestEngine;
  beforeAll(async () => {
    bench = await openTestEngine();
    await bench.imported(folder ?? '');
    const { jobId } = await bench.engine.call('pipeline.run', { stages: ['extract', 'validate', 'transform', 'load'] });
    await bench.engine.context.jobs.ended(jobId);
  }, 60_000);
  afterAll(() => bench.close());

  const evaluated = async (request: Input<'evaluation.start'>): Promise<Evaluation> => {
    const { jobId } = await bench.engine.call('evaluation.start', request);
    const job = await bench.engine.context.jobs.ended(jobId);
    if (job.error) throw ReelbenchError.from(job.error);
    return job.result as Evaluation;
  };

  it('leave-last-out', async () => {
    const entrants: Input<'evaluation.start'>['entrants'] = [
      { model: 'popularity' }, { model: 'ease', params: { lambda: 100 } }, { model: 'ease', params: { lambda: 250 } }, { model: 'ease', params: { lambda: 500 } },
      { model: 'item-knn', params: { neighbours: 20 } }, { model: 'item-knn', params: { neighbours: 100 } }, { model: 'als' },
    ];
    const { models, data, warnings } = await evaluated({ entrants, protocol: { name: 'leave-last-out', measures: ['ranking'] } });
    expect(data).toMatchObject({ users: 610, train: 100_226, test: 610, measuredUsers: 610, candidates: 9701 });
    expect(warnings.find(({ kind }) => kind === 'unknown-films')?.count).toBe(23);
    const expected = [[0.0426, 0.0194, 0.0125], [0.0852, 0.0409, 0.0278], [0.0869, 0.0391, 0.0249], [0.0787, 0.036, 0.0232], [0.0705, 0.0309, 0.019], [0.0721, 0.0339, 0.0226]];
    expected.forEach((figures, at) => ['hit-rate@10', 'ndcg@10', 'mrr@10'].forEach((metric, column) => {
      expect(Math.abs((models[at]?.metrics[metric]?.value ?? 0) - (figures[column] ?? 1))).toBeLessThan(0.0002);
    }));
    const als = models.find(({ model }) => model === 'als');
    const knn = models.find(({ label }) => label === 'item-knn neighbours=100');
    expect(als?.metrics['ndcg@10']?.value).toBeGreaterThan(knn?.metrics['ndcg@10']?.value ?? 1);
    console.info(models.map(({ label, metrics }) => `${label}: HR ${metrics['hit-rate@10']?.value.toFixed(4)} NDCG ${metrics['ndcg@10']?.value.toFixed(4)} MRR ${metrics['mrr@10']?.value.toFixed(4)}`).join('\n'));
  }, 120_000);

  it('predicted ratings', async () => {
    const { models } = await evaluated({ entrants: [{ model: 'svd' }, { model: 'svdpp' }], protocol: { name: 'kfold', folds: 5, foldsBy: 'row', measures: ['rating'] } });
    const of = (label: string) => models.find((model) => model.label === label)?.metrics;
    for (const [label, rmse, mae] of [['global-mean', 1.0425, 0.8271], ['baseline', 0.8728, 0.6728]] as const) {
      expect(Math.abs((of(label)?.['rmse']?.value ?? 0) - rmse)).toBeLessThan(0.0002);
      expect(Math.abs((of(label)?.['mae']?.value ?? 0) - mae)).toBeLessThan(0.0002);
    }
    expect(of('svd')?.['rmse']?.value).toBeLessThan(of('baseline')?.['rmse']?.value ?? 0);
    expect(of('svdpp')?.['rmse']?.value).toBeLessThan(of('baseline')?.['rmse']?.value ?? 0);
    console.info(models.map(({ label, metrics }) => `${label}: RMSE ${metrics['rmse']?.value.toFixed(4)} MAE ${metrics['mae']?.value.toFixed(4)}`).join('\n'));
  }, 120_000);
});
