import { mkdtemp, rm, truncate, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openSentenceModel } from '../../../electron/engine/neural/sentences.ts';
import { openDescribed } from '../../support/described-films.ts';
import { train } from '../../support/small-world.ts';
import { writeSentenceModel } from '../../support/tiny-sentence-model.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'reelbench-sentences-'));
  await writeSentenceModel(path.join(folder, 'good'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('a person’s own sentence model', () => {
  it('gives the mean of the tokens, of length 1, whatever stands beside a text', async () => {
    const model = await openSentenceModel(path.join(folder, 'good'));
    try {
      const vectors = await model.embed(['robots love', 'heist', '', 'robots love thieves and many more unknown words']);
      expect(Array.from(vectors.subarray(0, 8), (value) => Math.round(value * 1000) / 1000)).toEqual([0.707, 0.707, 0, 0, 0, 0, 1, 0]);
      expect(Array.from(vectors.subarray(8, 12))).toEqual([0, 0, 0, 0]);
      expect(await model.embed(['robots love'])).toEqual(vectors.slice(0, 4));
      const long = await model.embed([Array.from({ length: 500 }, () => 'heist').join(' ')]);
      expect(long[2]).toBeCloseTo(1);
    } finally {
      await model.close();
    }
  });

  it('can be cancelled, and used again', async () => {
    const model = await openSentenceModel(path.join(folder, 'good'));
    try {
      const stop = new AbortController();
      const running = model.embed(Array.from({ length: 20_000 }, () => 'robots love thieves'), { signal: stop.signal, progress: () => stop.abort() });
      await expect(running).rejects.toMatchObject({ code: 'cancelled' });
      expect(await model.embed(['heist'])).toHaveLength(4);
    } finally {
      await model.close();
    }
  });

  it.each([
    ['a folder that is not there', async () => undefined, 'not-found', /folder/, ''],
    ['a folder without a model', async (at: string) => { await writeSentenceModel(at); await unlink(path.join(at, 'model.onnx')); }, 'not-found', /model\.onnx/, 'model.onnx'],
    ['a folder without a tokenizer', async (at: string) => { await writeSentenceModel(at); await unlink(path.join(at, 'tokenizer.json')); }, 'not-found', /tokenizer\.json/, 'tokenizer.json'],
    ['a model that is cut short', async (at: string) => { await writeSentenceModel(at); await truncate(path.join(at, 'model.onnx'), 100); }, 'invalid-input', /cannot be read as ONNX/, 'model.onnx'],
    ['a tokenizer that is no JSON', async (at: string) => { await writeSentenceModel(at); await writeFile(path.join(at, 'tokenizer.json'), '{'); }, 'invalid-input', /tokenizer cannot be read/, 'tokenizer.json'],
    ['a tokenizer of an unknown kind', async (at: string) => { await writeSentenceModel(at); await writeFile(path.join(at, 'tokenizer.json'), '{"model": {"type": "Runes"}}'); }, 'invalid-input', /tokenizer/, 'tokenizer.json'],
    ['a model that answers in another shape', async (at: string) => writeSentenceModel(at, 'flat'), 'invalid-input', /shape \[\]/, 'model.onnx'],
    ['a model that wants pictures', async (at: string) => writeSentenceModel(at, 'unknown-input'), 'invalid-input', /pixel_values/, 'model.onnx'],
  ])('%s: the error names the file and says what to do', async (what, make, code, message, file) => {
    const at = path.join(folder, what);
    await make(at);
    const failure = (async () => {
      const model = await openSentenceModel(at);
      try {
        await model.embed(['robots']);
      } finally {
        await model.close();
      }
    })();
    await expect(failure).rejects.toMatchObject({ code, message: expect.stringMatching(message), file: path.join(at, file).replace(/\/$/, ''), hint: expect.stringContaining('tokenizer.json') });
  });

  it.each(['//server/share/model', String.raw`\\server\share\model`, 'https://example.org/model', 'models/mine'])('%s is refused before anything is looked at', async (elsewhere) => {
    await expect(openSentenceModel(elsewhere)).rejects.toMatchObject({ code: 'invalid-arguments' });
  });
});

describe('semantic with a sentence model', () => {
  it('films and questions lie where it puts them; another model in its place is noticed', async () => {
    const own = path.join(folder, 'own');
    await writeSentenceModel(own);
    const engine = await openDescribed([`recommenders.semantic.sentence_model=${own}`]);
    try {
      await train(engine, ['semantic']);
      const { items } = await engine.call('films.search', { text: 'android', top: 3 });
      expect(items.map(({ movieId }) => movieId)).toEqual(expect.arrayContaining([1, 2]));
      const list = await engine.call('recommend.list', { model: 'semantic', history: [{ movieId: 21, rating: 5 }, { movieId: 1, rating: 1 }], explain: true });
      expect(list.items[0]?.genres).toContain('Crime');
      expect(list.items[0]?.reasons[0]?.kind).toBe('because-you-rated');
      await writeFile(path.join(own, 'tokenizer.json'), '{}');
      engine.context.emit({ name: 'workspace.changed', data: { what: 'models' } });
      await expect(engine.call('films.search', { text: 'android' })).rejects.toMatchObject({ code: 'not-ready', hint: expect.stringContaining('Train semantic again') });
    } finally {
      await engine.close();
    }
  });

  it('a folder without a model fails the training, and nothing is trained', async () => {
    const engine = await openDescribed([`recommenders.semantic.sentence_model=${path.join(folder, 'nowhere')}`]);
    try {
      await expect(train(engine, ['semantic'])).rejects.toMatchObject({ code: 'not-found' });
      expect((await engine.call('models.list', {})).find(({ model }) => model === 'semantic')?.trained).toBe(false);
    } finally {
      await engine.close();
    }
  });
});
