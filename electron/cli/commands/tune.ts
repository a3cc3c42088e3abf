import type { Command } from 'commander';
import { type Input, ModelName, modelNames, ReelbenchError, type SearchDimension, type Tuning } from '../../../shared/contract/index.ts';
import { metricWords } from '../../../shared/domain/metric-words.ts';
import { withBench } from '../bench.ts';
import { command, type CommonOptions, repeat } from '../options.ts';
import { protocolOf, type ProtocolOptions, withProtocol } from '../protocol.ts';
import { table, type Terminal } from '../terminal.ts';

interface TuneOptions extends CommonOptions, ProtocolOptions {
  readonly budget: readonly string[];
  readonly metric: string;
  readonly method: string;
  readonly space: readonly string[];
  readonly resume?: string;
  readonly apply: boolean;
  readonly list: boolean;
}

/** `tune`. */
export function addTuneCommands(program: Command, terminal: Terminal): void {
  withProtocol(command(program, 'tune [model]', 'a search for parameters, on a validation part of the training ratings'), 'leave-last-out')
    .option('--budget <amount>', '20 or "20 trials" for trials, 90s, 10m or 2h for time; may be repeated, and the first that is used up ends the search', repeat, [])
    .option('--metric <metric>', 'what is to become better, for instance ndcg@10 or rmse', 'ndcg@10')
    .option('--method <method>', 'random, or halving: many at a small share of users or epochs first', 'random')
    .option('--space <name=values>', 'what is searched, in place of what the model declares: lambda=10..1000, lambda=10..1000:log, factors=32,64,128; may be repeated', repeat, [])
    .option('--resume <id>', 'goes on with a search; --budget gives it more')
    .option('--apply', 'sets the parameters found', false)
    .option('--list', 'the searches that there are', false)
    .action(async (model: string | undefined, options: TuneOptions) => {
      if (options.list) return list(options, terminal);
      const tuning = await withBench(options, terminal, async (bench) => {
        const limits = budgetOf(options.budget);
        const done = options.resume === undefined
          ? await bench.result<Tuning>('tune.start', requestOf(model, options, limits))
          : await bench.result<Tuning>('tune.resume', { id: options.resume, ...limits });
        if (options.apply && done.best) await bench.call('tune.apply', { id: done.id });
        return { ...done, applied: options.apply && done.best !== null };
      });
      terminal.result(documentOf(tuning), () => words(tuning));
    });
}

async function list(options: TuneOptions, terminal: Terminal): Promise<void> {
  const tunings = await withBench(options, terminal, (bench) => bench.call('tune.list', {}));
  terminal.result({ tunings: tunings.map(documentOf) }, () => tunings.length === 0 ? ['There are no searches yet.'] : [
    table(['search', 'model', 'metric', 'state', 'trials', 'best', 'parameters'], tunings.map(({ id, request, state, trials, best }) => [id, request.model, request.metric, state, trials.length, best?.value ?? null, best ? paramsText(best.params) : ''])),
  ]);
}

function requestOf(model: string | undefined, options: TuneOptions, limits: { trials?: number; seconds?: number }): Input<'tune.start'> {
  const name = ModelName.safeParse(model);
  if (!name.success) throw new ReelbenchError('invalid-arguments', model === undefined ? 'Which model?' : `There is no model ${model}.`, { hint: `It is one of ${modelNames.join(', ')}.` });
  if (options.method !== 'random' && options.method !== 'halving') throw new ReelbenchError('invalid-arguments', `--method ${options.method}: expected random or halving.`);
  // With time alone, time decides.
  const trials = limits.trials ?? (limits.seconds === undefined ? 20 : 1000);
  const halving = options.method === 'halving' && limits.trials === undefined;
  return {
    model: name.data, metric: options.metric, method: options.method, protocol: protocolOf(options), space: options.space.map(dimensionOf),
    trials: halving ? 40 : trials, seconds: limits.seconds ?? null,
  };
}

/** `20`, `20 trials`, `90s`, `10m`, `10 min`, `2h`. */
function budgetOf(texts: readonly string[]): { trials?: number; seconds?: number } {
  const limits: { trials?: number; seconds?: number } = {};
  for (const text of texts) {
    const [, amount = '', unit = ''] = /^\s*([\d.]+)\s*([a-z]*)\s*$/i.exec(text) ?? [];
    const value = Number(amount);
    const seconds = { s: 1, sec: 1, seconds: 1, m: 60, min: 60, minutes: 60, h: 3600, hours: 3600 }[unit.toLowerCase()];
    if (amount === '' || !(value > 0)) throw budgetError(text);
    if (seconds !== undefined) limits.seconds = value * seconds;
    else if (['', 'trial', 'trials'].includes(unit.toLowerCase()) && Number.isInteger(value)) limits.trials = value;
    else throw budgetError(text);
  }
  return limits;
}

const budgetError = (text: string) => new ReelbenchError('invalid-arguments', `--budget ${text}: expected a number of trials (20, "20 trials") or a time (90s, 10m, 2h).`);

/** `lambda=10..1000`, `lambda=10..1000:log`, `factors=32,64,128`. */
function dimensionOf(text: string): SearchDimension {
  const [, path = '', what = ''] = /^([\w.-]+)=(.+)$/.exec(text) ?? [];
  const wrong = () => new ReelbenchError('invalid-arguments', `--space ${text}: expected NAME=LOW..HIGH, NAME=LOW..HIGH:log or NAME=VALUE,VALUE.`, { hint: 'For instance lambda=10..1000:log or factors=32,64,128.' });
  if (path === '') throw wrong();
  const range = /^(-?[\d.e+]+?)\.\.(-?[\d.e+]+?)(:log)?$/i.exec(what);
  if (range) {
    const [low, high] = [Number(range[1]), Number(range[2])];
    if (!Number.isFinite(low) || !Number.isFinite(high)) throw wrong();
    return { path, low, high, log: range[3] !== undefined, integer: [range[1], range[2]].every((end) => /^-?\d+$/.test(end ?? '')) };
  }
  if (what.includes('..')) throw wrong();
  return { path, values: what.split(',').map((value) => (value === 'true' || value === 'false' ? value === 'true' : value.trim() !== '' && Number.isFinite(Number(value)) ? Number(value) : value)), log: false, integer: false };
}

const paramsText = (params: Tuning['trials'][number]['params']) => Object.entries(params).map(([name, value]) => `${name}=${String(value)}`).join(' ');

function documentOf({ request, ...tuning }: Tuning) {
  return { ...tuning, model: request.model, metric: request.metric, method: request.method, protocol: request.protocol };
}

function words({ id, request, trials, best, verdict, basis, state, seconds, applied }: Tuning): string[] {
  const rows = trials.map((trial) => [
    trial.number + 1, trial.current ? `${paramsText(trial.params)} (as it stands)` : paramsText(trial.params), ...(request.method === 'halving' ? [`${(100 * trial.budget).toFixed(0)} %`] : []),
    trial.value, trial.low, trial.high, Number(trial.seconds.toFixed(1)), trial.state === 'done' ? (trial.number === best?.number ? 'best' : '') : `${trial.state}: ${trial.error ?? ''}`,
  ]);
  return [
    basis,
    table(['', 'parameters', ...(request.method === 'halving' ? ['budget'] : []), metricWords(request.metric), 'low', 'high', 's', ''], rows),
    ...(best ? [`Best: ${paramsText(best.params)}${applied ? ', now set' : ''}.`] : []),
    ...(verdict === null ? [] : [verdict]),
    `Search ${id}, ${state}, ${seconds.toFixed(1)} s.`,
  ];
}
