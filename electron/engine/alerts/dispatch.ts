import { basename } from 'node:path';
import type { AlertDelivery, AlertTarget } from '../../../shared/contract/index.ts';
import type { Parameters } from '../../../shared/domain/parameters.ts';
import type { EngineContext } from '../workspace/context.ts';
import type { Random } from '../workspace/random.ts';
import { webhookAddress } from './address.ts';
import { commandProblem, runCommand } from './command.ts';
import type { Consents } from './consent.ts';
import { body, type News, sentence, statusOf } from './message.ts';
import { patience as usualPatience, type Patience, post } from './webhook.ts';

const COMMAND_MS = 30_000;

type Settings = Parameters['alerts'];
type Outcome = Pick<AlertDelivery, 'state' | 'detail'>;

export interface DispatchOptions {
  readonly random: Random;
  readonly patience?: Patience;
  readonly commandMs?: number;
}

/** The text that consent is given to: whatever of it changes asks for consent again. */
export function consentText(channel: 'webhook' | 'command', { webhook, command }: Settings): string | null {
  return channel === 'webhook' ? (webhook ?? null) : command.length === 0 ? null : JSON.stringify(command);
}

/** What consent is asked for, as a person is shown it: the whole command, of a webhook its origin, for tokens follow. */
export function shownTarget(channel: 'webhook' | 'command', { webhook, command }: Settings): string | null {
  if (channel === 'command') return command.length === 0 ? null : command.map((word) => (/^[\w./:=@%+,-]+$/.test(word) ? word : JSON.stringify(word))).join(' ');
  if (webhook === undefined) return null;
  const url = URL.parse(webhook);
  return url ? `${url.protocol}//${url.host}` : 'an address that cannot be read';
}

/** Where alerts of the open workspace go, and whether they may. */
export async function targets(engine: EngineContext, consents: Consents): Promise<AlertTarget[]> {
  const settings = engine.parameters().values.alerts;
  const { directory } = engine.workspace();
  return Promise.all((['webhook', 'command'] as const).map(async (channel) => {
    const text = consentText(channel, settings);
    const problem = channel === 'command' ? commandProblem(settings.command) : settings.webhook === undefined ? undefined : problemOf(settings.webhook);
    const target = shownTarget(channel, settings);
    return { channel, target: target === null ? null : engine.parameters().redact(target), allowed: text !== null && (await consents.allows(directory, channel, text)), problem: problem ?? null };
  }));
}

function problemOf(address: string): string | undefined {
  const parsed = webhookAddress(address);
  return 'problem' in parsed ? parsed.problem : undefined;
}

/** Sends the news on every channel that the workspace names and this computer allows; answers what came of each, and writes it to the log. */
export async function dispatch(engine: EngineContext, consents: Consents, news: News, signal: AbortSignal, { random, patience = usualPatience, commandMs = COMMAND_MS }: DispatchOptions): Promise<AlertDelivery[]> {
  const settings = engine.parameters().values.alerts;
  const { directory } = engine.workspace();
  const json = body(news, engine.version);
  const allowed = async (channel: 'webhook' | 'command', send: () => Promise<Outcome>): Promise<Outcome> => {
    const text = consentText(channel, settings);
    if (text === null) return { state: 'off', detail: `No ${channel} is set.` };
    if (!(await consents.allows(directory, channel, text))) return { state: 'not allowed', detail: `This computer has not allowed the workspace's ${channel}. Allow it in Settings, or with: reelbench alerts allow ${channel}` };
    return send();
  };
  const ways = {
    desktop: async (): Promise<Outcome> => {
      if (!settings.desktop) return { state: 'off', detail: 'Notifications are turned off (alerts.desktop).' };
      const { id, kind, title, detail, job, run } = news;
      engine.emit({ name: 'alert.raised', data: { id, kind, title: titleOf(news, title), message: detail, job, run, shown: false } });
      return { state: 'sent', detail: 'Shown while the app is open.' };
    },
    webhook: () => allowed('webhook', async () => {
      const { ok, detail } = await post({ address: settings.webhook ?? '', key: settings.webhook_secret, allowPrivate: settings.webhook_private }, json, { id: news.id, clock: engine.clock, random, signal, patience });
      return { state: ok ? 'sent' : 'failed', detail };
    }),
    command: () => allowed('command', async () => {
      const problem = commandProblem(settings.command);
      if (problem !== undefined) return { state: 'failed', detail: problem };
      const environment = { REELBENCH_EVENT: news.kind, REELBENCH_RUN: news.run ?? '', REELBENCH_STATUS: statusOf(news.kind), REELBENCH_WORKSPACE: directory, REELBENCH_TITLE: news.title, REELBENCH_TEXT: sentence(news) };
      const { ok, detail } = await runCommand(settings.command, { json, environment, folder: engine.home, timeoutMs: commandMs, signal });
      return { state: ok ? 'sent' : 'failed', detail };
    }),
  };
  const told = (channel: AlertDelivery['channel'], { state, detail }: Outcome, milliseconds: number): AlertDelivery => {
    const fields = { alert: news.id, event: news.kind, channel, state, milliseconds, ...(news.job === null ? {} : { job: news.job }), ...(news.run === null ? {} : { run: news.run }) };
    if (state === 'sent') engine.log.info(`Alert by ${channel}: ${detail}`, fields);
    else if (state !== 'off') engine.log.warn(`Alert by ${channel} was not sent: ${detail}`, fields);
    return { channel, state, detail, milliseconds };
  };
  return Promise.all((['desktop', 'webhook', 'command'] as const).map(async (channel) => {
    const began = engine.clock().getTime();
    const { state, detail } = await ways[channel]();
    return told(channel, { state, detail: engine.parameters().redact(detail) }, engine.clock().getTime() - began);
  }));
}

function titleOf({ kind, workspace }: News, title: string): string {
  const words = { failed: 'failed', blocked: 'is blocked by a quality rule', slow: 'takes unusually long', succeeded: 'is done', test: '' };
  return kind === 'test' ? `Test alert from ${workspace}` : `${title} ${words[kind]} · ${workspace}`;
}

/** What a workspace is called in an alert. */
export function workspaceName(engine: EngineContext): string {
  return basename(engine.workspace().directory);
}
