import path from 'node:path';
import { Argument, type Command, Option } from 'commander';
import { type HistoryItem, ModelName, ReelbenchError, type TrainResult } from '../../../shared/contract/index.ts';
import { type Bench, withBench } from '../bench.ts';
import { command, type CommonOptions, repeat, wholeNumber } from '../options.ts';
import { table, type Terminal } from '../terminal.ts';

interface RecommendOptions extends CommonOptions {
  readonly user: readonly string[];
  readonly history?: string;
  readonly model: ModelName;
  readonly top: string;
  readonly genre: readonly string[];
  readonly year?: string;
  readonly diversity: string;
  readonly explain: boolean;
}

/** `train`, `recommend`, `similar`. */
export function addRecommenderCommands(program: Command, terminal: Terminal): void {
  command(program, 'train', 'fits and saves recommenders')
    .addArgument(new Argument('<model...>', 'which ones').choices(ModelName.options))
    .action(async (models: ModelName[], options: CommonOptions) => {
      const trained = await withBench(options, terminal, (bench) => bench.result<TrainResult>('models.train', { models }));
      const result = { models: trained.models.map((model) => ({ ...model, path: path.resolve(options.workspace, model.path) })) };
      terminal.result(result, () => table(['model', 'seconds', 'peak MB', 'saved as'], result.models.map((m) => [m.model, Number(m.seconds.toFixed(2)), Math.round(m.peakMemoryMB), m.path])));
    });

  command(program, 'recommend', 'films for a user, or for anyone with a history')
    .option('--user <id>', 'a user of the data; may be repeated', repeat, [])
    .option('--history <movie:rating,…>', 'a history instead, for instance 260:5,1196:5')
    .addOption(new Option('--model <model>', 'which recommender').choices(ModelName.options).default('hybrid'))
    .option('--top <n>', 'how many films', '10')
    .option('--genre <genre>', 'only films of this genre; may be repeated', repeat, [])
    .option('--year <from-to>', 'only films of these years, for instance 1990-1999')
    .option('--diversity <0..1>', 'how much to avoid films like those already on the list', '0')
    .option('--explain', 'gives reasons', false)
    .action((options: RecommendOptions) => recommend(options, terminal));

  command(program, 'similar', 'films near a film')
    .requiredOption('--movie <id>', 'the film')
    .addOption(new Option('--by <what>', 'nearness in content or in who rated them').choices(['content', 'ratings']).default('content'))
    .option('--top <n>', 'how many films', '10')
    .action(async (options: CommonOptions & { movie: string; by: 'content' | 'ratings'; top: string }) => {
      const result = await withBench(options, terminal, async (bench) => {
        await train(bench, terminal, options.by === 'content' ? 'content' : 'item-knn');
        return bench.call('recommend.similar', { movieId: wholeNumber('--movie', options.movie), by: options.by, top: wholeNumber('--top', options.top) });
      });
      terminal.result(result, () => table(['film', 'title', 'score'], result.items.map((item) => [String(item.movieId), item.title, item.score])));
    });
}

async function recommend(options: RecommendOptions, terminal: Terminal): Promise<void> {
  if (options.user.length > 0 === (options.history !== undefined)) throw new ReelbenchError('invalid-arguments', 'Give --user (once or more) or --history, one of the two.');
  const wanted = {
    model: options.model,
    top: wholeNumber('--top', options.top),
    genres: [...options.genre],
    ...years(options.year),
    diversity: Number(options.diversity),
    explain: options.explain,
  };
  const people = options.history === undefined ? options.user.flatMap((ids) => ids.split(',')).map((id) => ({ userId: wholeNumber('--user', id) })) : [{ history: history(options.history) }];
  const lists = await withBench(options, terminal, async (bench) => {
    await train(bench, terminal, options.model);
    const made = [];
    for (const person of people) made.push(await bench.call('recommend.list', { ...wanted, ...person }));
    return made;
  });
  terminal.result({ lists: lists.map(({ user, ...list }) => (user === null ? list : { user, ...list })) }, () => lists.flatMap((list) => [
    `${list.user === null ? 'This history' : `User ${list.user}`}, ${list.model}: ${list.basis}`,
    table(['', 'film', 'title', 'score', ...(options.explain ? ['because'] : [])], list.items.map((item, i) => [i + 1, String(item.movieId), item.title, item.score, ...(options.explain ? [item.reasons.map(({ text }) => text).join('; ')] : [])])),
  ]));
}

/** Fits the model first when that has not been done, so that the first question of a newcomer gets an answer. */
async function train(bench: Bench, terminal: Terminal, model: ModelName): Promise<void> {
  const known = (await bench.call('models.list', {})).find((info) => info.model === model);
  if (known?.trained) return;
  if (bench.inUse) throw new ReelbenchError('workspace-in-use', `${model} has not been trained yet, and training writes. ${bench.inUse.message}`, { hint: bench.inUse.hint });
  terminal.note(`${model} has not been trained yet: training it now.`);
  await bench.result('models.train', { models: [model] });
}

function history(text: string): HistoryItem[] {
  return text.split(',').map((part) => {
    const [movie = '', rating = ''] = part.split(':');
    const item = { movieId: Number(movie), rating: Number(rating), ratedAt: null };
    if (!Number.isInteger(item.movieId) || item.movieId < 1 || rating.trim() === '' || !Number.isFinite(item.rating)) {
      throw new ReelbenchError('invalid-arguments', `--history: ${JSON.stringify(part)} is not MOVIE:RATING.`, { hint: 'For instance --history "260:5,1196:4.5".' });
    }
    return item;
  });
}

function years(text: string | undefined): { yearFrom?: number; yearTo?: number } {
  if (text === undefined) return {};
  const match = /^(\d{4})?-(\d{4})?$|^(\d{4})$/.exec(text);
  if (!match || text === '-') throw new ReelbenchError('invalid-arguments', `--year ${text}: expected FROM-TO, for instance 1990-1999.`);
  const [, from = match[3], to = match[3]] = match;
  return { ...(from === undefined ? {} : { yearFrom: Number(from) }), ...(to === undefined ? {} : { yearTo: Number(to) }) };
}
