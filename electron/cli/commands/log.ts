import { existsSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Argument, type Command, Option } from 'commander';
import { type Input, type LogEntry, ReelbenchError } from '../../../shared/contract/index.ts';
import { type LogLevel, logLevels } from '../../../shared/domain/log.ts';
import { withBench } from '../bench.ts';
import { command, type CommonOptions } from '../options.ts';
import { table, type Terminal } from '../terminal.ts';

interface LogOptions extends CommonOptions {
  readonly level?: LogLevel;
  readonly job?: string;
  readonly run?: string;
  readonly stage?: string;
  readonly text?: string;
  readonly since?: string;
  readonly until?: string;
  readonly lines: string;
  readonly follow: boolean;
}

const FOLLOW_MS = 250;

/** `log`: the workspace's log; `alerts`: where alerts go, consent, and a test. */
export function addLogCommands(program: Command, terminal: Terminal): void {
  command(program, 'log', 'the log of the workspace, also while another process writes it')
    .addOption(new Option('--level <level>', 'lines of this level and graver ones').choices(logLevels))
    .option('--run <id>', 'lines of this run')
    .option('--stage <name>', 'lines of this stage')
    .option('--job <id>', 'lines of this job')
    .option('--text <text>', 'lines that contain this in the message or a field')
    .option('--since <time>', 'from this time on: 2026-03-01, 2026-03-01T10:00, or 30m, 2h, 3d ago')
    .option('--until <time>', 'before this time')
    .option('--lines <count>', 'the last so many', '100')
    .option('--follow', 'goes on printing what is written, until it is stopped', false)
    .action(async (options: LogOptions) => printLog(options, terminal));

  command(program, 'alerts', 'where alerts of the workspace go: status, allow, forbid or test')
    .addArgument(new Argument('[action]', 'what to do').choices(['status', 'allow', 'forbid', 'test']).default('status'))
    .addArgument(new Argument('[channel]', 'which one is allowed or forbidden').choices(['webhook', 'command']))
    .option('--yes', 'allows without being asked', false)
    .action(async (action: 'status' | 'allow' | 'forbid' | 'test', channel: 'webhook' | 'command' | undefined, options: CommonOptions & { yes: boolean }) => alerts(action, channel, options, terminal));
}

async function printLog(options: LogOptions, terminal: Terminal): Promise<void> {
  const directory = path.resolve(options.workspace);
  if (!existsSync(path.join(directory, 'workspace.duckdb'))) throw new ReelbenchError('invalid-arguments', `There is no workspace in ${directory}.`, { hint: 'Name another folder with --workspace.' });
  const lines = Number(options.lines);
  if (!Number.isInteger(lines) || lines < 0) throw new ReelbenchError('invalid-arguments', `--lines ${options.lines}: expected a whole number from 0.`);
  const { readLog } = await import('../../engine/engine.ts');
  const from = options.level === undefined ? 0 : logLevels.indexOf(options.level);
  const filter: Omit<Input<'log.read'>, 'limit'> = {
    levels: logLevels.slice(from),
    ...(options.run === undefined ? {} : { run: options.run }),
    ...(options.stage === undefined ? {} : { stage: options.stage }),
    ...(options.job === undefined ? {} : { job: options.job }),
    ...(options.text === undefined ? {} : { text: options.text }),
    ...(options.since === undefined ? {} : { since: moment('--since', options.since) }),
    ...(options.until === undefined ? {} : { until: moment('--until', options.until) }),
  };

  const found: LogEntry[] = [];
  let newer: string | undefined;
  for (let cursor: string | null | undefined; cursor !== null && found.length < Math.max(1, lines); ) {
    const page = await readLog(directory, { ...filter, limit: Math.max(1, Math.min(2000, lines - found.length)), direction: 'older', ...(cursor === undefined ? {} : { cursor }) });
    newer ??= page.newer;
    found.unshift(...page.entries);
    cursor = page.older;
  }
  const last = lines === 0 ? [] : found.slice(-lines);
  if (!options.follow) {
    terminal.result({ lines: last.map(plain) }, () => last.map(words));
    return;
  }
  // Followed lines are printed one by one: with --json each is a document of its own.
  const print = (entries: readonly LogEntry[]) => entries.forEach((entry) => terminal.result(plain(entry), () => words(entry)));
  print(last);
  const stopped = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopped.abort());
  while (!stopped.signal.aborted) {
    const page = await readLog(directory, { ...filter, limit: 2000, direction: 'newer', ...(newer === undefined ? {} : { cursor: newer }) });
    newer = page.newer;
    print(page.entries);
    await wait(page.entries.length === 2000 ? 0 : FOLLOW_MS, undefined, { signal: stopped.signal }).catch(() => undefined);
  }
}

/** A time as it was typed: a date, a date and time (local unless it names its zone), or how long ago. */
function moment(option: string, text: string): string {
  const ago = /^(\d+(?:\.\d+)?)\s*(s|m|h|d)$/.exec(text.trim());
  const seconds: Record<string, number> = { s: 1, m: 60, h: 3600, d: 86_400 };
  // A date alone would be taken for UTC.
  const time = ago ? Date.now() - Number(ago[1]) * (seconds[ago[2] ?? 's'] ?? 1) * 1000 : Date.parse(/^\d{4}-\d\d-\d\d$/.test(text.trim()) ? `${text.trim()}T00:00` : text);
  if (Number.isNaN(time)) throw new ReelbenchError('invalid-arguments', `${option} ${text}: expected a time such as 2026-03-01T10:00, or how long ago, such as 30m, 2h, 3d.`);
  return new Date(time).toISOString();
}

function plain({ time, level, message, fields }: LogEntry): Record<string, unknown> {
  return { time, level, message, ...fields };
}

/** One line for a terminal, without characters that would steer it. */
function words({ time, level, message, fields }: LogEntry): string {
  const where = [fields['run'], fields['stage'] ?? fields['phase']].filter((value) => typeof value === 'string').join(' ');
  return `${time} ${level.toUpperCase().padEnd(5)} ${where === '' ? '' : `[${where}] `}${message}`.replaceAll(/\p{Cc}+/gu, ' ');
}

async function alerts(action: 'status' | 'allow' | 'forbid' | 'test', channel: 'webhook' | 'command' | undefined, options: CommonOptions & { yes: boolean }, terminal: Terminal): Promise<void> {
  if ((action === 'allow' || action === 'forbid') && channel === undefined) throw new ReelbenchError('invalid-arguments', `Which one: alerts ${action} webhook, or alerts ${action} command?`);
  await withBench(options, terminal, async (bench) => {
    if (action === 'test') {
      const deliveries = await bench.call('alerts.test', {});
      if (deliveries.some(({ state }) => state === 'failed')) terminal.status = 1;
      terminal.result({ deliveries }, () => table(['channel', 'state', 'ms', 'what came of it'], deliveries.map((delivery) => [delivery.channel, delivery.state, delivery.milliseconds, delivery.detail])));
      return;
    }
    const before = await bench.call('alerts.targets', {});
    const target = before.find((entry) => entry.channel === channel)?.target ?? null;
    if (action === 'allow' && channel !== undefined) {
      if (target === null) throw new ReelbenchError('not-ready', `The workspace names no ${channel}.`, { hint: `Set alerts.${channel} first.` });
      if (!options.yes) throw new ReelbenchError('invalid-arguments', `The workspace wants alerts to go to this ${channel}: ${target}`, { hint: 'If you know it, say so with --yes.' });
    }
    const targets = action === 'status' || channel === undefined ? before : action === 'allow' ? await bench.call('alerts.allow', { channel, target: target ?? '' }) : await bench.call('alerts.forbid', { channel });
    terminal.result({ targets }, () => table(['channel', 'goes to', 'allowed here', 'problem'], targets.map((entry) => [entry.channel, entry.target ?? '–', entry.allowed ? 'yes' : 'no', entry.problem ?? ''])));
  });
}
