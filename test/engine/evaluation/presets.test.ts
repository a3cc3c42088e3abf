import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { presets } from '../../../electron/engine/evaluation/presets.ts';
import { type Evaluation, ReelbenchError } from '../../../shared/contract/index.ts';
import { seededRandom } from '../../../electron/engine/workspace/random.ts';
import { openTestEngine, type TestEngine } from '../../support/workspace.ts';

/** Small files in the forms of the published data: 60 users with tastes, 40 films, ratings from 1 to 5. */
const folder = mkdtempSync(path.join(tmpdir(), 'reelbench-presets-'));
const random = seededRandom(5);
const rows = Array.from({ length: 60 }, (_, user) => Array.from({ length: 40 }, (_, film) => ({ user: user + 1, film: film + 1, draw: random() }))
  .filter(({ draw, film }) => draw < (film % 3 === user % 3 ? 0.7 : 0.15)).map(({ film, draw }) => ({ user: user + 1, film, rating: 1 + Math.floor(draw * 25) % 5, time: 1_000_000 + user * 1000 + ((film * (7 + user)) % 41) }))).flat();

let bench: TestEngine;
beforeAll(async () => {
  bench = await openTestEngine();
  for (const name of ['ml-1m', 'ml-20m', 'ncf', 'empty']) mkdirSync(path.join(folder, name));
  const lines = (separator: string, from = 0) => rows.map(({ user, film, rating, time }) => [user - from, film - from, rating, time].join(separator)).join('\n');
  writeFileSync(path.join(folder, 'ml-1m', 'ratings.dat'), lines('::'));
  writeFileSync(path.join(folder, 'ml-1m', 'movies.dat'), Array.from({ length: 40 }, (_, film) => `${film + 1}::Film ${film + 1} (1990)::${['Drama', 'Comedy', 'Horror'][(film + 1) % 3]}`).join('\n'));
  writeFileSync(path.join(folder, 'u.data'), lines('\t'));
  writeFileSync(path.join(folder, 'ml-20m', 'ratings.csv'), `userId,movieId,rating,timestamp\n${lines(',')}`);
  const last = new Map(rows.toSorted((a, b) => a.time - b.time).map((row) => [row.user, row]));
  const tested = [...last.values()];
  writeFileSync(path.join(folder, 'ncf', 'ml-1m.train.rating'), rows.filter((row) => last.get(row.user) !== row).map(({ user, film, rating, time }) => `${user - 1}\t${film - 1}\t${rating}\t${time}`).join('\n'));
  writeFileSync(path.join(folder, 'ncf', 'ml-1m.test.rating'), tested.map(({ user, film, rating, time }) => `${user - 1}\t${film - 1}\t${rating}\t${time}`).join('\n'));
  writeFileSync(path.join(folder, 'ncf', 'ml-1m.test.negative'), tested.map(({ user, film }) => {
    const seen = new Set(rows.filter((row) => row.user === user).map((row) => row.film));
    // Every tenth user's list has the test film among its films.
    const others = Array.from({ length: 40 }, (_, at) => at + 1).filter((id) => !seen.has(id)).slice(0, 9);
    return [`(${user - 1},${film - 1})`, ...[...others, ...(user % 10 === 0 ? [film] : [])].map((id) => id - 1)].join('\t');
  }).join('\n'));
});
afterAll(async () => {
  await bench.close();
  rmSync(folder, { recursive: true, force: true });
});

async function reproduced(preset: string, at: string, models: string[] = []): Promise<Evaluation> {
  const { engine } = bench;
  const { jobId } = await engine.call('evaluation.preset', { preset, data: await engine.context.files.grant(path.join(folder, at)), models });
  const job = await engine.context.jobs.ended(jobId);
  if (job.error) throw ReelbenchError.from(job.error);
  return job.result as Evaluation;
}

test('each names its data, its protocol and whose figures it has', async () => {
  const offered = await bench.engine.call('evaluation.presets', {});
  expect(offered.map(({ name }) => name)).toEqual(['surprise-100k', 'surprise-1m', 'ncf-1m', 'random-1m', 'sequence-1m', 'strong-20m']);
  for (const { data, protocol, published, models } of offered) {
    expect(data.length).toBeGreaterThan(40);
    expect(protocol.length).toBeGreaterThan(80);
    expect(models.length).toBeGreaterThan(1);
    for (const { source, value } of published) expect([source.length > 5, value > 0]).toEqual([true, true]);
  }
  const find = (preset: string, model: string, metric: string) => offered.find(({ name }) => name === preset)?.published.find((one) => one.model === model && one.metric === metric)?.value;
  expect([find('surprise-1m', 'svdpp', 'rmse'), find('ncf-1m', 'ease', 'hit-rate@10'), find('random-1m', 'ease', 'ndcg@10'), find('strong-20m', 'Mult-VAE', 'recall@50'), find('sequence-1m', 'BERT4Rec', 'ndcg@10')]).toEqual([0.862, 0.7192, 0.2364, 0.535, 0.1516]);
  for (const { models } of presets) expect(new Set(models.map(({ model }) => model)).size).toBe(models.length);
});

describe('the published protocol, on files of the same form', () => {
  test('surprise: five shuffled folds of all ratings, errors of ratings alone, the baseline beside', async () => {
    for (const [preset, at] of [['surprise-1m', 'ml-1m'], ['surprise-100k', '.']] as const) {
      const { models, protocol, data } = await reproduced(preset, at);
      expect(protocol).toMatchObject({ name: 'kfold', folds: 5, foldsBy: 'shuffle', threshold: null });
      expect(models.map(({ label }) => label)).toEqual(['svd', 'svdpp', 'user-knn', 'global-mean', 'baseline']);
      expect(Object.keys(models[0]?.metrics ?? {})).toEqual(['rmse', 'mae']);
      expect(models.find(({ label }) => label === 'baseline')?.published[0]?.value).toBe(preset === 'surprise-1m' ? 0.909 : 0.944);
      expect(data.train + data.test).toBe(rows.length);
      expect(Math.abs(data.test - rows.length / 5)).toBeLessThanOrEqual(1);
      expect(models[0]?.params).toMatchObject({ factors: 100, epochs: 20, rate: 0.005, regularization: 0.02 });
      expect(models[1]?.params).toMatchObject({ factors: 20, epochs: 20, rate: 0.007, regularization: 0.02 });
      expect(models[2]?.params).toMatchObject({ feedback: 'ratings', rating_similarity: 'msd', rating_neighbours: 40, rating_least: 1 });
    }
  });

  test('ncf-1m: each test film among the listed films, of which those that equal it are dropped', async () => {
    const { models, warnings, data, protocol } = await reproduced('ncf-1m', 'ncf', ['ease', 'item-knn']);
    expect(data).toMatchObject({ measuredUsers: 60, test: 60, train: rows.length - 60 });
    expect(protocol).toMatchObject({ name: 'files', ndcgIdeal: 'truncated', cutoffs: [10] });
    expect(warnings.find(({ kind, count }) => kind === 'sampled' && count !== null)?.count).toBe(6);
    expect(warnings.some(({ kind, count }) => kind === 'sampled' && count === null)).toBe(true);
    // Ten films at the most are ranked, so that every test film that a model can score is in the first ten.
    expect(models.map(({ label, metrics }) => [label, metrics['hit-rate@10']?.value])).toEqual([['item-knn', 1], ['ease', 1]]);
    expect(models[1]?.params).toMatchObject({ lambda: 1320 });
    expect(models[1]?.published).toContainEqual({ metric: 'ndcg@10', value: 0.4494, source: expect.stringContaining('Table 55') });
  });

  test('random-1m: a fifth of the ratings, the ideal of NDCG not truncated', async () => {
    const { models, data } = await reproduced('random-1m', '.', ['popularity', 'ease']);
    expect(data.test).toBe(Math.round(rows.length / 5));
    expect(models[0]?.metrics['ndcg@10']?.definition).toContain('a list of all relevant films');
    expect(models[0]?.metrics['calibration@10']).toBeDefined();
    expect(models[1]?.params).toMatchObject({ lambda: 887 });
  });

  test('sequence-1m: films with five ratings, the newest of each user', async () => {
    const { data, protocol } = await reproduced('sequence-1m', 'ml-1m', ['popularity', 'ease']);
    expect(protocol).toMatchObject({ name: 'leave-last-out', minItem: 5, minUser: 1, threshold: null });
    expect(data).toMatchObject({ test: 60, measuredUsers: 60 });
  });

  test('strong-20m: users held out and set aside by number, which a small file has too few of', async () => {
    await expect(reproduced('strong-20m', 'ml-20m')).rejects.toMatchObject({ code: 'invalid-arguments', message: expect.stringContaining('leaves none to learn from') });
  });

  test('gzipped, with the line ends of Windows, in a folder inside, or a file chosen in place of its folder: the same figures', async () => {
    const plain = await reproduced('random-1m', 'ml-1m', ['ease']);
    const at = (name: string) => path.join(folder, name);
    mkdirSync(at('windows/somewhere'), { recursive: true });
    mkdirSync(at('packed/ml-1m'), { recursive: true });
    mkdirSync(at('packed/older'), { recursive: true });
    const text = readFileSync(at('ml-1m/ratings.dat'), 'utf8');
    const films = readFileSync(at('ml-1m/movies.dat'), 'utf8');
    writeFileSync(at('windows/somewhere/ratings.dat'), text.replaceAll('\n', '\r\n'));
    writeFileSync(at('windows/somewhere/movies.dat'), films.replaceAll('\n', '\r\n'));
    writeFileSync(at('packed/ml-1m/ratings.dat.gz'), gzipSync(text));
    writeFileSync(at('packed/ml-1m/movies.dat.gz'), gzipSync(films));
    writeFileSync(at('packed/older/ratings.dat'), '1::1::5::1');
    const figures = ({ models }: Evaluation) => models.map(({ metrics }) => metrics);
    for (const other of ['windows', 'packed', 'ml-1m/ratings.dat']) expect(figures(await reproduced('random-1m', other, ['ease']))).toEqual(figures(plain));
    mkdirSync(at('up/Data'), { recursive: true });
    for (const part of ['train.rating', 'test.rating', 'test.negative']) writeFileSync(at(`up/Data/ml-1m.${part}`), readFileSync(at(`ncf/ml-1m.${part}`), 'utf8').replaceAll('\n', '\r\n'));
    expect(figures(await reproduced('ncf-1m', 'up', ['ease']))).toEqual(figures(await reproduced('ncf-1m', 'ncf', ['ease'])));
    writeFileSync(at('packed/older/ratings.dat.gz'), gzipSync(text).subarray(0, 200));
    rmSync(at('packed/older/ratings.dat'));
    await expect(reproduced('random-1m', 'packed/older', ['ease'])).rejects.toMatchObject({ code: 'invalid-input', message: 'ratings.dat.gz cannot be unpacked: it is cut short, or not gzipped.' });
  });

  test('other ratings than the release’s are said to be', async () => {
    const { warnings } = await reproduced('random-1m', 'ml-1m', ['popularity']);
    expect(warnings[0]).toMatchObject({ count: rows.length, message: expect.stringContaining('the published figures are of 1,000,209') });
  });

  test('what is not there is said, with what the preset needs', async () => {
    await expect(reproduced('random-1m', 'empty')).rejects.toMatchObject({ code: 'not-found', message: 'There is no ratings.dat in empty.', hint: expect.stringContaining('MovieLens 1M') });
    await expect(reproduced('ncf-1m', 'empty')).rejects.toMatchObject({ code: 'not-found', message: expect.stringContaining('ml-1m.train.rating') });
    mkdirSync(path.join(folder, 'part'));
    for (const part of ['train', 'test']) writeFileSync(path.join(folder, 'part', `ml-1m.${part}.rating`), '1\t1\t5\t1');
    writeFileSync(path.join(folder, 'part', 'ncf.zip'), '');
    await expect(reproduced('ncf-1m', 'part')).rejects.toMatchObject({ code: 'not-found', message: 'There is no ml-1m.test.negative in part.', hint: expect.stringMatching(/expects ml-1m.train.rating, ml-1m.test.rating, ml-1m.test.negative .* Unpack ncf.zip first/) });
    for (const inside of ['a', 'b']) {
      mkdirSync(path.join(folder, 'twice', inside), { recursive: true });
      writeFileSync(path.join(folder, 'twice', inside, 'u.data'), '1\t1\t5\t1');
    }
    await expect(reproduced('surprise-100k', 'twice')).rejects.toMatchObject({ code: 'invalid-arguments', message: 'u.data lies in a and in b.' });
    await expect(reproduced('random-1m', 'ml-1m', ['svd'])).rejects.toMatchObject({ code: 'invalid-arguments', hint: 'Its models: popularity, item-knn, als, ease.' });
  });
});
