import path from 'node:path';
import { Argument, type Command, Option } from 'commander';
import { type GroupList, type GroupScale, groupScales, groupSeen, type GroupStrategy, groupStrategies, type HistoryItem, ModelName, type Precomputed, ReelbenchError, type SearchReason, type TrainResult, type WhyNot } from '../../../shared/contract/index.ts';
import { type Bench, withBench } from '../bench.ts';
import { command, type CommonOptions, repeat, wholeNumber } from '../options.ts';
import { table, type Terminal } from '../terminal.ts';

interface RecommendOptions extends CommonOptions {
  readonly user: readonly string[];
  readonly history?: string;
  readonly group?: string;
  readonly strategy: GroupStrategy;
  readonly scale: GroupScale;
  readonly seen: (typeof groupSeen)[number];
  readonly whyNot?: string;
  readonly model: ModelName;
  readonly top: string;
  readonly genre: readonly string[];
  readonly year?: string;
  readonly diversity: string;
  readonly explain: boolean;
}

/** `train`, `recommend`, `precompute`, `similar`, `search`. */
export function addRecommenderCommands(program: Command, terminal: Terminal): void {
  command(program, 'train', 'fits and saves recommenders')
    .addArgument(new Argument('<model...>', 'which ones').choices(ModelName.options))
    .option('--update', 'als: starts from the last model instead of anew, for ratings that were added (--set recommenders.als.update=true)', false)
    .option('--dry', 'says what time and memory each would take, and trains none', false)
    .action(async (models: ModelName[], { update, dry, ...given }: CommonOptions & { update: boolean; dry: boolean }) => {
      const options = update ? { ...given, set: [...given.set, 'recommenders.als.update=true'] } : given;
      if (dry) return estimate(models, options, terminal);
      const trained = await withBench(options, terminal, (bench) => bench.result<TrainResult>('models.train', { models }));
      const result = { models: trained.models.map((model) => ({ ...model, path: path.resolve(options.workspace, model.path) })) };
      terminal.result(result, () => table(['model', 'seconds', 'peak MB', 'saved as'], result.models.map((m) => [m.model, Number(m.seconds.toFixed(2)), Math.round(m.peakMemoryMB), m.path])));
    });

  command(program, 'recommend', 'films for a user, or for anyone with a history')
    .option('--user <id>', 'a user of the data; may be repeated', repeat, [])
    .option('--history <movie:rating,…>', 'a history instead, for instance 260:5,1196:5')
    .option('--group <ids>', 'one list for several users together, for instance 1,2,3')
    .addOption(new Option('--strategy <strategy>', 'how a group’s members become one score').choices(groupStrategies).default('average'))
    .addOption(new Option('--scale <scale>', 'how a group’s scores are made comparable').choices(groupScales).default('standardised'))
    .addOption(new Option('--seen <whom>', 'films that so many of a group rated are left out').choices(groupSeen).default('any'))
    .option('--why-not <movie>', 'why this film is not on the list, and which change of a rating would put it there')
    .addOption(new Option('--model <model>', 'which recommender').choices(ModelName.options).default('hybrid'))
    .option('--top <n>', 'how many films', '10')
    .option('--genre <genre>', 'only films of this genre; may be repeated', repeat, [])
    .option('--year <from-to>', 'only films of these years, for instance 1990-1999')
    .option('--diversity <0..1>', 'how much to avoid films like those already on the list', '0')
    .option('--explain', 'gives reasons', false)
    .action((options: RecommendOptions) => recommend(options, terminal));

  command(program, 'precompute', 'works out the lists of all users; plain questions are answered from them')
    .addOption(new Option('--model <model>', 'which recommender').choices(ModelName.options).default('hybrid'))
    .option('--top <n>', 'how many films a user', '20')
    .option('--status', 'says what there is, how old it is and whether it is used, and works nothing out', false)
    .action((options: CommonOptions & { model: ModelName; top: string; status: boolean }) => precompute(options, terminal));

  command(program, 'similar', 'films near a film')
    .requiredOption('--movie <id>', 'the film')
    .addOption(new Option('--by <what>', 'nearness in content or in who rated them').choices(['content', 'ratings']).default('content'))
    .option('--top <n>', 'how many films', '10')
    .action(async (options: CommonOptions & { movie: string; by: 'content' | 'ratings'; top: string }) => {
      const result = await withBench(options, terminal, async (bench) => {
        await train(bench, terminal, options.by === 'content' ? 'semantic' : 'item-knn');
        return bench.call('recommend.similar', { movieId: wholeNumber('--movie', options.movie), by: options.by, top: wholeNumber('--top', options.top) });
      });
      terminal.result(result, () => table(['film', 'title', 'score'], result.items.map((item) => [String(item.movieId), item.title, item.score])));
    });

  command(program, 'search', 'films in plain words')
    .argument('<words...>', 'what to look for: words of titles, tags, genres, keywords and overviews, or what is near them')
    .option('--top <n>', 'how many films', '10')
    .action(async (words: string[], options: CommonOptions & { top: string }) => {
      const result = await withBench(options, terminal, async (bench) => {
        await train(bench, terminal, 'semantic');
        return bench.call('films.search', { text: words.join(' '), top: wholeNumber('--top', options.top) });
      });
      terminal.result(result, () => [
        ...result.corrections.map(({ asked, took }) => `No film has ${asked}: looked for ${took}.`),
        result.items.length === 0 ? 'No film has these words, or is near them in meaning.'
          : table(['', 'film', 'title', 'year', 'score', 'because of'], result.items.map((film, i) => [i + 1, String(film.movieId), film.title, film.year === null ? '' : String(film.year), film.score, film.reasons.map(reasonText).join(', ')])),
      ]);
    });
}

function reasonText({ label, in: places }: SearchReason): string {
  return places.includes('meaning') ? `${label} (in meaning)` : `${label} (${places.join(', ')})`;
}

async function estimate(models: readonly ModelName[], options: CommonOptions, terminal: Terminal): Promise<void> {
  const estimates = await withBench(options, terminal, (bench) => bench.call('models.estimate', { models: [...models] }));
  terminal.result({ estimates }, () => [
    table(['model', 'seconds', 'MB', 'free MB', 'rests on'], estimates.map((each) => [each.model, Number(each.seconds.toPrecision(2)), Math.ceil(each.bytes / 1e6), Math.floor(each.available / 1e6), each.basis])),
    ...estimates.flatMap(({ model, advice }) => (advice === null ? [] : [`${model} does not fit: ${advice}`])),
  ]);
}

async function recommend(options: RecommendOptions, terminal: Terminal): Promise<void> {
  if ([options.user.length > 0, options.history !== undefined, options.group !== undefined].filter(Boolean).length !== 1) {
    throw new ReelbenchError('invalid-arguments', 'Give --user (once or more), --history or --group, one of the three.');
  }
  const wanted = {
    model: options.model,
    top: wholeNumber('--top', options.top),
    genres: [...options.genre],
    ...years(options.year),
    diversity: Number(options.diversity),
  };
  if (options.group !== undefined) {
    if (options.whyNot !== undefined) throw new ReelbenchError('invalid-arguments', '--why-not is about one user or history: leave --group out.');
    const members = userIds('--group', [options.group]);
    const list = await withBench(options, terminal, async (bench) => {
      await train(bench, terminal, options.model);
      return bench.call('recommend.group', { ...wanted, members, strategy: options.strategy, scale: options.scale, seen: options.seen, explain: options.explain });
    });
    terminal.result({ lists: [{ group: members.map(({ userId }) => userId), ...list }] }, () => groupWords(list));
    return;
  }
  const people = options.history === undefined ? userIds('--user', options.user) : [{ history: history(options.history) }];
  const { whyNot } = options;
  if (whyNot !== undefined) {
    const [person, another] = people;
    if (!person || another) throw new ReelbenchError('invalid-arguments', '--why-not is about one user: give --user once.');
    const answer = await withBench(options, terminal, async (bench) => {
      await train(bench, terminal, options.model);
      return bench.call('recommend.whyNot', { ...wanted, ...person, movieId: wholeNumber('--why-not', whyNot) });
    });
    terminal.result({ whyNot: answer }, () => whyNotWords(answer));
    return;
  }
  const lists = await withBench(options, terminal, async (bench) => {
    await train(bench, terminal, options.model);
    const made = [];
    for (const person of people) made.push(await bench.call('recommend.list', { ...wanted, explain: options.explain, ...person }));
    return made;
  });
  terminal.result({ lists: lists.map(({ user, ...list }) => (user === null ? list : { user, ...list })) }, () => lists.flatMap((list) => [
    `${list.user === null ? 'This history' : `User ${list.user}`}, ${list.model}: ${list.basis}${list.spread === null || wanted.diversity === 0 ? '' : ` Diversity ${list.spread.diversity.toFixed(3)}, without asking for it ${list.spread.plainDiversity.toFixed(3)}; mean score ${list.spread.score.toPrecision(3)} for ${list.spread.plainScore.toPrecision(3)}.`}`,
    table(['', 'film', 'title', 'score', ...(options.explain ? ['because'] : [])], list.items.map((item, i) => [i + 1, String(item.movieId), item.title, item.score, ...(options.explain ? [item.reasons.map(({ text }) => text).join('; ')] : [])])),
  ]));
}

function userIds(option: string, texts: readonly string[]): { userId: number }[] {
  return texts.flatMap((ids) => ids.split(',')).map((id) => ({ userId: wholeNumber(option, id.trim()) }));
}

function groupWords({ model, strategy, scale, members, items, fairness }: GroupList): string[] {
  return [
    `${members.map(({ name }) => name).join(', ')}, ${model}, ${strategy.replaceAll('-', ' ')} of ${scale === 'rank' ? 'ranks' : 'standardised scores'}`,
    table(['', 'film', 'title', 'score', ...members.map(({ name }) => `place for ${name}`)], items.map((item, i) => [i + 1, String(item.movieId), item.title, Number(item.score.toFixed(3)), ...item.members.map(({ rank }) => rank)])),
    table(['member', 'ratings', 'served (1 is the best)', 'films of the own best list', 'rests on'], members.map((member) => [member.name, member.ratings, Number(member.satisfaction.toFixed(3)), member.own, member.basis])),
    `Fairness: the least served has ${fairness.lowest.toFixed(3)}; Jain's index ${fairness.jain.toFixed(3)}.`,
  ];
}

function whyNotWords(answer: WhyNot): string[] {
  const rated = (rating: number | null) => (rating === null ? 'not rated' : String(rating));
  const changes = answer.changes.length > 0 ? answer.changes : answer.nearest === null ? [] : [answer.nearest];
  return [
    `${answer.title}: ${answer.text}`,
    ...answer.reasons.slice(0, 3).map(({ text }) => `  ${text}`),
    ...(changes.length === 0 ? [] : [table(['change', 'from', 'to', 'place then'], changes.map((change) => [change.title, rated(change.before), rated(change.after), change.rank]))]),
    ...(answer.search.tried > 0 ? [`${answer.search.tried} changes tried in ${Math.round(answer.search.milliseconds)} ms${answer.search.complete ? '' : ', then time was up'}.`] : []),
  ];
}

async function precompute(options: CommonOptions & { model: ModelName; top: string; status: boolean }, terminal: Terminal): Promise<void> {
  if (options.status) {
    const { lists } = await withBench(options, terminal, (bench) => bench.call('precompute.status', {}));
    terminal.result({ lists }, () => lists.length === 0 ? 'There are no lists of all users.' : table(['model', 'users', 'films', 'made', 'used', 'path'], lists.map((list) => [list.model, list.users, list.top, list.madeAt, list.why ?? 'yes', list.path])));
    return;
  }
  const made = await withBench(options, terminal, async (bench) => {
    await train(bench, terminal, options.model);
    return bench.result<Precomputed>('precompute.start', { model: options.model, top: wholeNumber('--top', options.top) });
  });
  const result = { ...made, path: path.resolve(options.workspace, made.path) };
  terminal.result(result, () => table(['model', 'users', 'films', 'seconds', 'peak MB', 'written to'], [[result.model, result.users, result.top, Number(result.seconds.toFixed(2)), Math.round(result.peakMemoryMB), result.path]]));
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
