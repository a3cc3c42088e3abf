import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { usualSeconds } from '../../../electron/engine/alerts/slow.ts';
import { createEngine, type Engine } from '../../../electron/engine/engine.ts';
import type { JobOwner } from '../../../electron/engine/workspace/jobs.ts';
import { type Alert, type AnyEvent, type Job, LogRequest, ReelbenchError, type Run } from '../../../shared/contract/index.ts';

let folder: string;
let engine: Engine | undefined;
let server: Server;
let url: string;
let received: { body: Record<string, unknown>; headers: NodeJS.Dict<string | string[]> }[];
const events: AnyEvent[] = [];

beforeEach(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'reelbench-alerts-'));
  mkdirSync(path.join(folder, 'films'));
  events.length = 0;
  received = [];
  server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => (body += text)).on('end', () => {
      received.push({ body: JSON.parse(body) as Record<string, unknown>, headers: request.headers });
      response.writeHead(200).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  url = `http://127.0.0.1:${address !== null && typeof address === 'object' ? address.port : 0}/hooks/`;
  process.env['REELBENCH_TEST_TOKEN'] = 'tok-9f8e7d6c';
  process.env['REELBENCH_TEST_KEY'] = 'key-1a2b3c4d';
});
afterEach(async () => {
  await engine?.close();
  engine = undefined;
  server.closeAllConnections();
  server.close();
  delete process.env['REELBENCH_TEST_TOKEN'];
  delete process.env['REELBENCH_TEST_KEY'];
  rmSync(folder, { recursive: true, force: true });
});

/** An engine on the workspace `films` (or another folder) with these alerts in its file. */
async function open(alerts: string, workspace = path.join(folder, 'films')): Promise<Engine> {
  await engine?.close();
  if (alerts !== '') writeFileSync(path.join(workspace, 'reelbench.yaml'), `alerts:\n${alerts.split('\n').map((line) => `  ${line}\n`).join('')}`);
  engine = createEngine({ resources: path.resolve('resources'), home: path.join(folder, 'home'), version: 'test', random: () => 0.5, onEvent: (event) => events.push(event) });
  await engine.context.openWorkspace(workspace);
  return engine;
}

/** A run as the alerts see one: a job with stages, which ends as `end` says. */
async function run({ context }: Engine, end: (job: JobOwner) => unknown): Promise<Job> {
  const { jobId } = context.jobs.start('run', 'Run the pipeline', async (job) => {
    job.isRun('20260101T000000_abcdef');
    job.phase('transform');
    await end(job);
  });
  return context.jobs.ended(jobId);
}

const fail = () => {
  throw new ReelbenchError('invalid-input', 'ratings.csv, line 17: “Jane Doe, 12 Elm Street” is no rating.', { file: 'ratings.csv', line: 17 });
};
const raised = (): Alert[] => events.flatMap((event) => (event.name === 'alert.raised' ? [event.data] : []));
const webhook = (more = '') => `webhook: ${url}\${REELBENCH_TEST_TOKEN}\nwebhook_secret: \${REELBENCH_TEST_KEY}${more}`;
const allow = async (to: Engine, channel: 'webhook' | 'command') => {
  const target = (await to.call('alerts.targets', {})).find((entry) => entry.channel === channel)?.target ?? '';
  await to.call('alerts.allow', { channel, target });
};
const everything = () => readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile() && !entry.name.endsWith('.yaml')).map((entry) => readFileSync(path.join(entry.parentPath, entry.name), 'latin1')).join('\n');

describe('a run that fails', () => {
  test('is told of: to the desktop with what happened, to the webhook without anything out of the rows', async () => {
    const films = await open(webhook());
    await allow(films, 'webhook');
    await run(films, fail);
    await films.close();
    engine = undefined;
    expect(raised()).toEqual([expect.objectContaining({ kind: 'failed', title: 'Run the pipeline failed · films', message: expect.stringContaining('Jane Doe'), run: '20260101T000000_abcdef', shown: false })]);
    expect(received).toHaveLength(1);
    expect(received[0]?.body).toEqual({
      version: 1, id: raised()[0]?.id, event: 'failed', at: expect.any(String), program: 'test', workspace: 'films', title: 'Run the pipeline',
      text: expect.stringMatching(/^Run the pipeline in films failed after [\d.]+ s in transform \(invalid-input\)\.$/),
      run: { id: '20260101T000000_abcdef', status: 'failed', startedAt: expect.any(String), seconds: expect.any(Number), stages: [{ name: 'transform', state: 'failed', seconds: expect.any(Number) }] },
      error: { code: 'invalid-input', stage: 'transform' }, blockers: [], usualSeconds: null,
    });
    expect(JSON.stringify(received[0]?.body)).not.toMatch(/Jane|Elm|line 17/);
    expect(received[0]?.headers['x-reelbench-signature']).toMatch(/^t=\d+,v1=[0-9a-f]{64}$/);
  });

  test('is in the page’s hands before the job’s last news, so that it can be told once', async () => {
    const films = await open('');
    await run(films, fail);
    const names = events.flatMap((event) => (event.name === 'alert.raised' ? ['alert'] : event.name === 'job.changed' && event.data.status === 'failed' ? ['end'] : []));
    expect(names).toEqual(['alert', 'end']);
  });

  test('is told of when it is the real pipeline, and the log says what was sent', async () => {
    const films = await open('');
    const { jobId } = await films.call('pipeline.run', {});
    expect((await films.context.jobs.ended(jobId)).status).toBe('failed');
    expect(raised()).toEqual([expect.objectContaining({ kind: 'failed', job: jobId, message: expect.stringContaining('Nothing has been imported yet') })]);
    const { entries } = await films.call('log.read', { job: jobId });
    expect(entries.map(({ message }) => message)).toEqual(expect.arrayContaining(['Run the pipeline: started', expect.stringMatching(/^Run the pipeline: failed/), expect.stringMatching(/^Alert by desktop/)]));
  });
});

describe('which runs are told of', () => {
  const ends: Record<string, (job: JobOwner) => unknown> = {
    failed: fail,
    blocked: () => {
      throw new ReelbenchError('blocked', 'Blocked by ratings.rating.range (3).');
    },
    succeeded: () => undefined,
    cancelled: () => {
      throw new ReelbenchError('cancelled', 'Cancelled.');
    },
  };
  test.each([
    ['', ['failed', 'blocked']],
    ['on: [succeeded]', ['succeeded']],
    ['on: []', []],
    ['desktop: false', []],
  ])('with “%s”', async (alerts, told) => {
    const films = await open(alerts);
    for (const end of Object.values(ends)) await run(films, end);
    expect(raised().map(({ kind }) => kind)).toEqual(told);
  });

  test('an import or a check is none', async () => {
    const films = await open('on: [failed, succeeded]');
    const { jobId } = films.context.jobs.start('quality', 'Check the data', fail);
    await films.context.jobs.ended(jobId);
    expect(raised()).toEqual([]);
  });
});

describe('consent', () => {
  const touch = (file: string) => [process.execPath, '--eval', `require('fs').appendFileSync(${JSON.stringify(file)}, process.env.REELBENCH_EVENT + ' ' + process.env.REELBENCH_STATUS + ' ' + process.env.REELBENCH_RUN + '\\n')`];

  test('a workspace from a stranger runs and calls nothing until it is allowed here, and only what was allowed', async () => {
    const out = path.join(folder, 'out');
    const alerts = (file: string) => webhook(`\ncommand: ${JSON.stringify(touch(file))}`);
    let films = await open(alerts(out));
    await run(films, fail);
    expect((await films.call('alerts.test', {})).map(({ channel, state }) => [channel, state])).toEqual([['desktop', 'sent'], ['webhook', 'not allowed'], ['command', 'not allowed']]);
    await films.close();
    expect(existsSync(out)).toBe(false);
    expect(received).toEqual([]);

    films = await open('');
    await allow(films, 'command');
    await run(films, fail);
    await films.close();
    engine = undefined;
    expect(readFileSync(out, 'utf8')).toBe('failed failed 20260101T000000_abcdef\n');
    expect(received).toEqual([]);

    // Another command in the same workspace, and the same command in a copy of it, are not what was allowed.
    films = await open(alerts(path.join(folder, 'other')));
    expect((await films.call('alerts.test', {})).find(({ channel }) => channel === 'command')?.state).toBe('not allowed');
    films = await open(alerts(out));
    expect((await films.call('alerts.targets', {})).find(({ channel }) => channel === 'command')?.allowed).toBe(true);
    await films.close();
    engine = undefined;
    cpSync(path.join(folder, 'films'), path.join(folder, 'copy'), { recursive: true });
    films = await open('', path.join(folder, 'copy'));
    expect((await films.call('alerts.test', {})).find(({ channel }) => channel === 'command')?.state).toBe('not allowed');
    expect(readFileSync(out, 'utf8')).toBe('failed failed 20260101T000000_abcdef\n');
  });

  test('is given to what was shown, and can be taken back', async () => {
    const films = await open(`command: ${JSON.stringify(touch('x'))}`);
    await expect(films.call('alerts.allow', { channel: 'command', target: 'notify-send hello' })).rejects.toMatchObject({ code: 'not-ready' });
    await expect(films.call('alerts.allow', { channel: 'webhook', target: '' })).rejects.toMatchObject({ code: 'not-ready' });
    await allow(films, 'command');
    expect((await films.call('alerts.targets', {}))[1]).toMatchObject({ allowed: true });
    expect((await films.call('alerts.forbid', { channel: 'command' }))[1]).toMatchObject({ allowed: false });
  });

  test('a command that is a path inside the workspace is refused, allowed or not', async () => {
    const films = await open('command: ["./notify.sh"]');
    await allow(films, 'command');
    expect((await films.call('alerts.test', {})).find(({ channel }) => channel === 'command')).toMatchObject({ state: 'failed', detail: expect.stringContaining('./notify.sh must be') });
  });
});

describe('secrets', () => {
  test('are in no file, event or answer, whether they came by ${NAME} or stand in the address itself', async () => {
    const films = await open(`webhook: ${url}\${REELBENCH_TEST_TOKEN}/literal-t0ken\nwebhook_secret: \${REELBENCH_TEST_KEY}`);
    const answers: unknown[] = [await films.call('alerts.targets', {})];
    await allow(films, 'webhook');
    answers.push(await films.call('alerts.test', {}));
    expect(received).toHaveLength(1);
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    const { jobId } = films.context.jobs.start('run', 'Run the pipeline', (job) => {
      job.log('warn', `Posting to ${url}tok-9f8e7d6c/literal-t0ken failed`, { url: `${url}tok-9f8e7d6c/literal-t0ken`, key: 'key-1a2b3c4d' });
      throw new ReelbenchError('invalid-input', 'The key key-1a2b3c4d is wrong.');
    });
    await films.context.jobs.ended(jobId);
    answers.push(await films.call('log.read', {}), await films.call('params.list', {}).then((list) => list.filter(({ path: name }) => name === 'alerts.webhook_secret')));
    await films.close();
    engine = undefined;
    const logged = readFileSync(path.join(folder, 'films', 'logs', 'reelbench.log'), 'utf8');
    expect(logged).toContain('Posting to');
    for (const secret of ['tok-9f8e7d6c', 'key-1a2b3c4d']) {
      expect(everything()).not.toContain(secret);
      expect(JSON.stringify(answers)).not.toContain(secret);
      expect(JSON.stringify(events)).not.toContain(secret);
    }
    expect(logged).not.toContain('literal-t0ken');
  }, 30_000);
});

describe('a slow run', () => {
  const past = (seconds: number, stages: string[], status: Run['status'] = 'succeeded') => ({ status, seconds, stages: ['extract', 'transform', 'train-als'].map((name) => ({ name, state: stages.includes(name) ? 'ran' : 'cached' })) }) as Run;
  const job = (...phases: string[]) => ({ phases: phases.map((name) => ({ name, state: 'running' })) }) as Job;

  test('is held against runs that did as much: their median', () => {
    const runs = [past(10, ['transform', 'train-als']), past(1, []), past(12, ['transform', 'train-als']), past(90, ['transform', 'train-als'], 'failed'), past(20, ['transform', 'train-als']), past(2, ['transform'])];
    expect(usualSeconds(job('transform', 'train-als'), runs)).toBe(12);
    expect(usualSeconds(job('transform'), runs)).toBe(11);
    expect(usualSeconds(job('extract'), runs)).toBeUndefined();
    expect(usualSeconds(job(), runs)).toBeUndefined();
  });

  test('is told of while it runs, once, and not before it is old enough', async () => {
    const films = await open('slow_seconds: 1\nslow_factor: 1.5');
    await films.context.workspace().write(async (session) => {
      for (let n = 0; n < 3; n++) {
        await session.run(`INSERT INTO main.etl_runs BY NAME SELECT 'r${n}' AS run_id, 'succeeded' AS status, TIMESTAMP '2026-01-0${n + 1}' AS started_at, 0.4 AS seconds, '[]' AS blockers, '{}' AS request, '{}' AS parameters, '{}' AS files, 'test' AS version, '' AS report`);
        await session.run(`INSERT INTO main.etl_stages BY NAME SELECT 'r${n}' AS run_id, 0 AS position, 'transform' AS stage, 'ran' AS state, '[]' AS reasons, 0.4 AS seconds, 0 AS rows_in, 0 AS rows_out, 0 AS began, NULL AS built_by, false AS restored, 1 AS attempts, 0 AS peak_memory_mb, '{}' AS figures`);
      }
    });
    const during: number[] = [];
    await run(films, async () => {
      await wait(700);
      during.push(raised().length);
      await wait(3000);
      during.push(raised().length);
    });
    expect(during).toEqual([0, 1]);
    expect(raised()).toEqual([expect.objectContaining({ kind: 'slow', title: 'Run the pipeline takes unusually long · films', message: expect.stringMatching(/it usually takes 0 s/) })]);
  }, 20_000);
});

test('a run that goes down with the engine is told of by the next one', async () => {
  const films = await open('');
  const { jobId } = films.context.jobs.start('run', 'Run the pipeline', () => undefined as never);
  const lost: Job = { ...(await films.context.jobs.ended(jobId)), id: 'lost', status: 'cancelled', error: { code: 'engine-lost', message: 'The engine ended unexpectedly.' } };
  films.context.jobs.restore(lost);
  films.lost('The engine ended unexpectedly.', ['lost']);
  expect(raised()).toEqual([expect.objectContaining({ kind: 'failed', job: 'lost', message: 'The engine ended unexpectedly.' })]);
  expect((await films.call('log.read', LogRequest.parse({ levels: ['error'] }))).entries[0]?.message).toContain('The engine was started again');
});
