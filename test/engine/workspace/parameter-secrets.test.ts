import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ReelbenchError } from '../../../shared/contract/index.ts';
import { Secrets } from '../../../electron/engine/workspace/environment-text.ts';
import { redactError } from '../../../electron/engine/workspace/failures.ts';
import { openParameters } from '../../../electron/engine/workspace/parameters.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'reelbench-secrets-'));
});
afterEach(() => rm(directory, { recursive: true }));

const yaml = () => path.join(directory, 'reelbench.yaml');
const GENRE = 'genre-nobody/may "see"';
const open = async (text: string, environment: NodeJS.ProcessEnv = { GENRE, SINCE: '2001-02-03' }, overrides: readonly string[] = []) => {
  await writeFile(yaml(), text);
  return openParameters(directory, { environment, overrides });
};
const file = 'quality:\n  earliest: ${SINCE} # from the vault\n  genres: [Drama, "x-${GENRE}-y"]\n';

describe('a variable of the environment', () => {
  test('is filled in for use, and stays as written in all that is listed, recorded and hashed', async () => {
    const store = await open(file);
    expect(store.values.quality).toMatchObject({ earliest: '2001-02-03', genres: ['Drama', `x-${GENRE}-y`] });
    expect(store.shown.quality).toMatchObject({ earliest: '${SINCE}', genres: ['Drama', 'x-${GENRE}-y'] });
    const list = store.list();
    expect(list.find(({ path: name }) => name === 'quality.earliest')).toMatchObject({ value: '${SINCE}', source: 'file', line: 2 });
    expect(list.find(({ path: name }) => name === 'quality.fixes')).toMatchObject({ source: 'default' });
    for (const shown of [list, store.shown, store.keyed, store.history()]) {
      expect(JSON.stringify(shown)).not.toContain('2001-02-03');
      expect(JSON.stringify(shown)).not.toContain('nobody');
    }
  });

  test('may be a part of a text: the token of a webhook is never shown', async () => {
    const store = await open('alerts:\n  webhook: https://hooks.example.org/${TOKEN}?v=1\n  webhook_secret: ${KEY}\n', { TOKEN: 't0ken-nobody', KEY: 'k3y-nobody' });
    expect(store.values.alerts).toMatchObject({ webhook: 'https://hooks.example.org/t0ken-nobody?v=1', webhook_secret: 'k3y-nobody' });
    expect(store.shown.alerts).toMatchObject({ webhook: 'https://hooks.example.org/${TOKEN}?v=1', webhook_secret: '${KEY}' });
    expect(JSON.stringify([store.list(), store.keyed, store.redact(JSON.stringify(store.values))])).not.toContain('nobody');
  });

  test('may stand in --set', async () => {
    const store = await open('', undefined, ['quality.earliest=${SINCE}']);
    expect(store.values.quality.earliest).toBe('2001-02-03');
    expect(store.list().find(({ path: name }) => name === 'quality.earliest')).toMatchObject({ value: '${SINCE}', source: 'override' });
  });

  test('with another value gives another key to what reads it, and to nothing else', async () => {
    const before = (await open(file)).keyed;
    const again = (await open(file)).keyed;
    const after = (await open(file, { GENRE, SINCE: '2001-02-04' })).keyed;
    expect(again).toEqual(before);
    expect(after.quality.earliest).not.toBe(before.quality.earliest);
    expect(before.quality.earliest).toMatch(/^\$\{SINCE\} #[0-9a-f]{12}$/);
    expect({ ...after.quality, earliest: '' }).toEqual({ ...before.quality, earliest: '' });
    expect(after.engine).toEqual(before.engine);
  });

  test('is kept as written when other parameters are set, and when it is set itself', async () => {
    const store = await open(file);
    await store.set('quality.fixes', false);
    expect(await readFile(yaml(), 'utf8')).toBe(`${file}  fixes: false\n`);
    await store.set('quality.earliest', '${OLD}').then(() => expect.unreachable(), (error: unknown) => expect(error).toMatchObject({ message: expect.stringContaining('names the environment variable OLD, which is not set') }));
    await store.set('quality.genres', ['${GENRE}']);
    expect(store.values.quality.genres).toEqual([GENRE]);
    expect(await readFile(yaml(), 'utf8')).toContain('genres: ["${GENRE}"]');
    expect(JSON.stringify(store.history())).not.toContain('nobody');
  });
});

describe('no message holds a value', () => {
  test('neither plain, nor encoded for the web, nor inside JSON, nor after the parameter was taken away', async () => {
    const store = await open(file);
    const said = `POST https://h/${encodeURIComponent(GENRE)}?q=${GENRE} ${JSON.stringify({ GENRE })} since 2001-02-03`;
    expect(store.redact(said)).toBe('POST https://h/${GENRE}?q=${GENRE} {"GENRE":"${GENRE}"} since ${SINCE}');
    await store.reset('quality.genres');
    expect(store.redact(said)).not.toContain('nobody');
    expect(store.redact('nothing of that kind')).toBe('nothing of that kind');
  });

  test('of an error and of what caused it', async () => {
    const store = await open(file);
    const cause = new Error(`connect ${GENRE}`);
    const error = redactError(new ReelbenchError('internal', `It failed at ${GENRE}.`, { hint: `Try ${GENRE}`, file: 'a.yaml', line: 3, cause }), (text) => store.redact(text));
    expect(error.toData()).toEqual({ code: 'internal', message: 'It failed at ${GENRE}.', hint: 'Try ${GENRE}', file: 'a.yaml', line: 3 });
    expect(`${error.stack} ${error.cause instanceof Error ? error.cause.stack : ''}`).not.toContain('nobody');
    const plain = new ReelbenchError('internal', 'nothing');
    expect(redactError(plain, (text) => store.redact(text))).toBe(plain);
  });

  test('the longer of two values first, so that none is left in half; very short values are words', () => {
    const secrets = new Secrets();
    secrets.add('A', 'abcd');
    secrets.add('B', 'abcdefgh');
    secrets.add('C', 'a');
    expect(secrets.redact('abcdefgh abcd a')).toBe('${B} ${A} a');
  });
});
