import { existsSync } from 'node:fs';
import path from 'node:path';
import { Argument, type Command, Option } from 'commander';
import { type Entrant, type Evaluation, type FileRef, type Input, ModelName, ReelbenchError, type UnfinishedEvaluation } from '../../../shared/contract/index.ts';
import { type Bench, withBench } from '../bench.ts';
import { evaluationPlaces, withEvaluationPlace } from '../evaluation-place.ts';
import { command, type CommonOptions, wholeNumber } from '../options.ts';
import { protocolOf, type ProtocolOptions, withProtocol } from '../protocol.ts';
import { table, type Terminal } from '../terminal.ts';

interface EvaluateOptions extends CommonOptions, ProtocolOptions {
  readonly train?: string;
  readonly test?: string;
  readonly negatives?: string;
  readonly thresholdTraining: boolean;
  readonly foldsBy?: 'shuffle' | 'row';
  readonly heldOut?: string;
  readonly ideal?: 'truncated' | 'full';
  readonly recallOf?: 'relevant' | 'reachable';
  readonly unknownFilms?: 'misses' | 'left out';
  readonly measure?: string;
  readonly title?: string;
  readonly preset?: string;
  readonly data?: string;
  readonly unfinished: boolean;
  readonly forget?: string;
}

/** `evaluate`: recommenders measured on ratings that were held out, or a published table made again. */
export function addEvaluateCommand(program: Command, terminal: Terminal): void {
  withProtocol(command(program, 'evaluate', 'measures recommenders on held-out ratings'), 'leave-last-out')
    .addArgument(new Argument('[model...]', 'which ones, those of train.models unless told; with parameters of its own as ease:lambda=500,max_items=2000'))
    .option('--train <file>', 'training ratings: user, item, rating, timestamp (protocol files)')
    .option('--test <file>', 'test ratings, in the same form')
    .option('--negatives <file>', 'only films that this file lists for a user are ranked: sampled metrics, marked as such')
    .option('--threshold-training', 'training ratings below the threshold are left out too', false)
    .addOption(new Option('--folds-by <how>', 'shuffled by the seed, or by the row of the file modulo the number of folds').choices(['shuffle', 'row']))
    .option('--held-out <n>', 'number of users held out (strong), instead of a share')
    .addOption(new Option('--ideal <which>', 'what NDCG is held against').choices(['truncated', 'full']))
    .addOption(new Option('--recall-of <what>', 'what recall divides by').choices(['relevant', 'reachable']))
    .addOption(new Option('--unknown-films <how>', 'test films without a training rating').choices(['misses', 'left out']))
    .option('--measure <what>', 'ranking, rating or both (ranking,rating)')
    .option('--title <text>', 'what the evaluation is called')
    .option('--preset <name>', 'makes a published table again, with the published figures beside ours; “list” lists them')
    .option('--data <dir>', 'folder with the data that the preset names')
    .option('--unfinished', 'lists evaluations that were cancelled, killed or failed; the same command goes on with one', false)
    .option('--forget <id>', 'removes what is kept of an unfinished evaluation; “all” of all')
    .action((models: string[], options: EvaluateOptions, self: Command) => run(models, options, self.getOptionValueSource('protocol') !== 'default', terminal));
}

/** `named`: whether the protocol was. */
async function run(models: readonly string[], options: EvaluateOptions, named: boolean, terminal: Terminal): Promise<void> {
  if (options.unfinished) return listUnfinished(options, terminal);
  if (options.forget !== undefined) return forget(options.forget, options, terminal);
  if (options.preset === 'list') return listPresets(options, terminal);
  if (options.data !== undefined && options.preset === undefined) throw new ReelbenchError('invalid-arguments', '--data goes with --preset.', { hint: 'Name the preset, or give --train and --test.' });
  const evaluation = await withPlace(options, terminal, (bench) => (options.preset === undefined ? evaluate(bench, models, options, named) : reproduce(bench, models, options, options.preset, named)));
  terminal.result(evaluation, () => words(evaluation));
}

/** Works in the workspace where there is one. Where none is needed, in a place of its own that is gone afterwards. */
async function withPlace<T>(options: EvaluateOptions, terminal: Terminal, work: (bench: Bench) => Promise<T>): Promise<T> {
  const { preset, data, train, test, negatives } = options;
  const needsNone = preset !== undefined || train !== undefined || test !== undefined;
  if (!needsNone || hasWorkspace(options)) return withBench(options, terminal, work);
  return withEvaluationPlace([data, train, test, negatives].flatMap((file) => file ?? []), options, terminal, work);
}

function hasWorkspace({ workspace }: CommonOptions): boolean {
  return existsSync(path.join(path.resolve(workspace), 'workspace.duckdb'));
}

/** Evaluations that did not end, of the workspace and of files without one, each with the work that removes it. */
async function eachUnfinished<T>(options: EvaluateOptions, terminal: Terminal, look: (found: UnfinishedEvaluation, bench: Bench, place: string | null) => Promise<T>): Promise<T[]> {
  const places = [...(hasWorkspace(options) ? [null] : []), ...(await evaluationPlaces())];
  const answers: T[] = [];
  for (const place of places) {
    await withBench(place === null ? options : { ...options, workspace: place }, terminal, async (bench) => {
      for (const found of await bench.call('evaluation.unfinished', {})) answers.push(await look(found, bench, place));
    });
  }
  return answers;
}

async function listUnfinished(options: EvaluateOptions, terminal: Terminal): Promise<void> {
  const unfinished = await eachUnfinished(options, terminal, (found, _bench, place) => Promise.resolve({ ...found, place: place === null ? 'workspace' : 'files' }));
  terminal.result({ unfinished }, () => unfinished.length === 0 ? ['No evaluation was broken off.'] : [
    table(['evaluation', 'begun', 'title', 'models', 'finished', 'kB', 'of'], unfinished.map(({ id, createdAt, title, models, done, total, bytes, place }) => [id, createdAt, title, models.join(', '), `${done} of ${total}`, Math.ceil(bytes / 1000), place])),
    '', 'The same command goes on with one; --forget ID removes what is kept of it.',
  ]);
}

async function forget(id: string, options: EvaluateOptions, terminal: Terminal): Promise<void> {
  const removed = (await eachUnfinished(options, terminal, async (found, bench) => {
    if (found.id !== id && id !== 'all') return [];
    await bench.call('evaluation.remove', { id: found.id });
    return [found.id];
  })).flat();
  if (removed.length === 0 && id !== 'all') throw new ReelbenchError('not-found', `No unfinished evaluation is called ${id}.`, { hint: 'evaluate --unfinished lists them.' });
  terminal.result({ removed }, () => removed.length === 0 ? ['There was none.'] : removed.map((one) => `Removed ${one}.`));
}

async function evaluate(bench: Bench, models: readonly string[], options: EvaluateOptions, named: boolean): Promise<Evaluation> {
  const entrants = models.length > 0 ? models.map(entrantOf) : await trained(bench);
  const files: Record<string, FileRef> = {};
  for (const name of ['train', 'test', 'negatives'] as const) {
    const file = options[name];
    if (file !== undefined) files[name] = await bench.engine.context.files.grant(path.resolve(file));
  }
  const given = options.train !== undefined || options.test !== undefined || options.negatives !== undefined;
  const said = chosen(options);
  const protocol: Input<'evaluation.start'>['protocol'] = { ...said, name: given && !named ? 'files' : said.name, ...files };
  return bench.result<Evaluation>('evaluation.start', { entrants, protocol, ...(options.title === undefined ? {} : { title: options.title }) });
}

async function reproduce(bench: Bench, models: readonly string[], options: EvaluateOptions, preset: string, named: boolean): Promise<Evaluation> {
  if (options.data === undefined) throw new ReelbenchError('invalid-arguments', `--preset ${preset} needs --data DIR.`, { hint: 'The folder with the data that it names: evaluate --preset list.' });
  const { name, seed, ...rest } = chosen(options);
  const own = [...Object.keys(rest), ...(named ? [name] : []), ...(['train', 'test', 'negatives'] as const).filter((file) => options[file] !== undefined)];
  if (own.length > 0) throw new ReelbenchError('invalid-arguments', `A preset has its protocol: leave out ${own.join(', ')}.`, { hint: '--seed may be given.' });
  const data = await bench.engine.context.files.grant(path.resolve(options.data));
  return bench.result<Evaluation>('evaluation.preset', { preset, data, models: [...models], ...(seed === undefined ? {} : { seed }) });
}

/** What of the protocol was said. */
function chosen(options: EvaluateOptions): Input<'evaluation.start'>['protocol'] {
  const { foldsBy, heldOut, ideal, recallOf, unknownFilms, measure, thresholdTraining } = options;
  return {
    ...protocolOf(options),
    ...(thresholdTraining ? { thresholdTraining: true } : {}),
    ...(foldsBy === undefined ? {} : { foldsBy }),
    ...(heldOut === undefined ? {} : { heldOut: wholeNumber('--held-out', heldOut) }),
    ...(ideal === undefined ? {} : { ndcgIdeal: ideal }),
    ...(recallOf === undefined ? {} : { recallOf }),
    ...(unknownFilms === undefined ? {} : { unknownFilms }),
    ...(measure === undefined ? {} : { measures: measure.split(',').map(kindOf) }),
  };
}

function kindOf(text: string): 'ranking' | 'rating' {
  if (text !== 'ranking' && text !== 'rating') throw new ReelbenchError('invalid-arguments', `--measure ${text}: expected ranking, rating or both.`);
  return text;
}

/** `ease:lambda=500` as a model with its parameters; values are JSON where they can be. */
function entrantOf(text: string): Entrant {
  const [name = '', ...rest] = text.split(':');
  const model = ModelName.safeParse(name);
  if (!model.success) throw new ReelbenchError('invalid-arguments', `There is no model ${JSON.stringify(name)}.`, { hint: `Models: ${ModelName.options.join(', ')}.` });
  const params = Object.fromEntries(rest.join(':').split(',').filter((part) => part !== '').map((part) => {
    const [key = '', ...value] = part.split('=');
    if (value.length === 0) throw new ReelbenchError('invalid-arguments', `${text}: ${part} is not NAME=VALUE.`, { hint: 'For instance ease:lambda=500.' });
    return [key.trim(), valueOf(value.join('='))];
  }));
  return { model: model.data, params };
}

function valueOf(text: string): unknown {
  if (text === 'true' || text === 'false') return text === 'true';
  return text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : text;
}

async function trained(bench: Bench): Promise<Entrant[]> {
  const models = (await bench.call('params.list', {})).find((parameter) => parameter.path === 'train.models')?.value;
  return (Array.isArray(models) ? models : []).map((model) => entrantOf(String(model)));
}

async function listPresets(options: EvaluateOptions, terminal: Terminal): Promise<void> {
  const presets = await withPlace(options, terminal, (bench) => bench.call('evaluation.presets', {}));
  terminal.result({ presets }, () => presets.flatMap(({ name, title, data, protocol }) => [`${name}: ${title}`, `  data: ${data}`, `  ${protocol}`, '']));
}

const SHOWN = ['ndcg', 'recall', 'precision', 'hit-rate', 'mrr', 'map'];
const digits = (value: number) => value.toFixed(4).replace(/^(-?)0\./, '$1.');

function words({ title, description, protocol, models, comparisons, warnings, seconds }: Evaluation): string[] {
  const measured = models.filter(({ error }) => error === null);
  const names = [
    ...protocol.cutoffs.flatMap((cutoff) => SHOWN.map((name) => `${name}@${cutoff}`)).filter((name) => measured.some(({ metrics }) => metrics[name])),
    ...['rmse', 'mae'].filter((name) => measured.some(({ metrics }) => metrics[name])),
  ];
  const cell = (metrics: Evaluation['models'][number]['metrics'], name: string) => {
    const figure = metrics[name];
    return figure === undefined ? '' : `${digits(figure.value)}${figure.low === null || figure.high === null ? '' : ` (${digits(figure.low)}–${digits(figure.high)})`}`;
  };
  const published = measured.flatMap(({ label, metrics, published: all }) => all.map(({ metric, value, source }) => {
    const ours = metrics[metric]?.value;
    return [label, metric, ours === undefined ? '' : digits(ours), digits(value), ours === undefined ? '' : digits(ours - value), source];
  }));
  const others = [...new Set(measured.flatMap(({ metrics }) => Object.keys(metrics)))].filter((name) => !names.includes(name));
  return [
    title, ...description, '',
    table(['model', ...names, 'fit s', 'score s', 'peak MB'], measured.map((model) => [model.label, ...names.map((name) => cell(model.metrics, name)), Number(model.fitSeconds.toFixed(2)), Number(model.scoreSeconds.toFixed(2)), Math.round(model.peakMemoryMB ?? 0)])),
    ...(others.length === 0 ? [] : ['', table(['model', ...others], measured.map((model) => [model.label, ...others.map((name) => cell(model.metrics, name))]))]),
    ...(published.length === 0 ? [] : ['', table(['model', 'metric', 'ours', 'published', 'difference', 'whose'], published)]),
    ...models.filter(({ error }) => error !== null).map(({ label, error }) => `${label} was left out: ${error}`),
    ...(comparisons.length === 0 ? [] : ['', ...comparisons.map(({ sentence }) => sentence)]),
    ...(warnings.length === 0 ? [] : ['', ...warnings.map(({ message }) => `Note: ${message}`)]),
    '', ...definitions(measured, names), `${seconds.toFixed(1)} s`,
  ];
}

function definitions(models: Evaluation['models'], names: readonly string[]): string[] {
  return names.flatMap((name) => {
    const figure = models.map(({ metrics }) => metrics[name]).find((one) => one !== undefined);
    return figure ? [`${name}: ${figure.definition}`] : [];
  });
}
