import { type Evaluation, ReelbenchError, type segmentKinds, type Segments } from '../../../shared/contract/index.ts';
import { meansWithIntervals } from './intervals.ts';
import type { KeptCases, KeptEvaluations } from './kept.ts';
import { hitMeasure } from './measure.ts';
import type { Definitions } from './metrics.ts';

type Kind = (typeof segmentKinds)[number];

/** One segment: its users, and for each label a value a user (NaN: none). */
interface Segment {
  readonly name: string;
  readonly users: number;
  readonly values: ReadonlyMap<string, Float64Array>;
}

/**
 * A metric of an evaluation by segment. By users (`activity`, `cold-start`): the values of the users in it. By films (`popularity`,
 * `genre`): each user's list judged as if only the relevant films of the segment were relevant, of users who have any.
 */
export async function segmentsOf(kept: KeptEvaluations, { id, metric, by }: { id: string; metric: string; by: Kind }, signal: AbortSignal): Promise<Segments> {
  const evaluation = await kept.get(id);
  const cases = await kept.cases(id);
  const labels = evaluation.models.filter(({ error, metrics }) => error === null && metrics[metric]).map(({ label }) => label);
  if (labels.length === 0) throw new ReelbenchError('not-found', `Nothing was measured by ${metric} in this evaluation.`, { hint: `It has ${[...new Set(evaluation.models.flatMap(({ metrics }) => Object.keys(metrics)))].join(', ')}.` });
  const byUsers = by === 'activity' || by === 'cold-start';
  const segments = byUsers ? await ofUsers(kept, evaluation, cases, labels, metric, by) : await ofFilms(kept, evaluation, cases, labels, metric, by);
  const figures = [];
  for (const { name, users, values } of segments) {
    const own = [];
    for (const label of labels) {
      const column = values.get(label) ?? new Float64Array(0);
      const [interval] = await meansWithIntervals({ users: column.length, measures: 1, values: column }, evaluation.protocol.seed, signal);
      const none = interval === undefined || Number.isNaN(interval.value);
      own.push({ label, value: none ? null : interval.value, low: none ? null : interval.low, high: none ? null : interval.high });
    }
    figures.push({ name, users, figures: own });
  }
  return { by, metric, definition: definition(by, metric, evaluation), segments: figures };
}

function definition(by: Kind, metric: string, { protocol }: Evaluation): string {
  const folds = protocol.name === 'kfold' ? ' Lists are those of the first fold that asks a user.' : '';
  switch (by) {
    case 'activity':
      return 'Users by the number of ratings that the models were shown of them, in four parts of as many users as can be; the mean of each part.';
    case 'cold-start':
      return 'Users by the number of ratings that the models were shown of them; the mean of each group.';
    case 'popularity':
      return `Relevant films by their training ratings: head, the most rated films that have a third of all training ratings together; middle, the next third; tail, the rest. ${metric} as if only the films of the part were relevant, over users with a relevant film in it.${folds}`;
    default:
      return `Relevant films by genre; a film of several genres counts in each. ${metric} as if only the films of the genre were relevant, over users with a relevant film in it.${folds}`;
  }
}

async function ofUsers(kept: KeptEvaluations, { id }: Evaluation, cases: KeptCases, labels: readonly string[], metric: string, by: 'activity' | 'cold-start'): Promise<Segment[]> {
  const shown = new Map(Array.from(cases.users, (user, at) => [user, cases.shown[at] ?? 0] as const));
  const perUser = new Map<string, { users: Int32Array; values: Float64Array }>();
  for (const label of labels) perUser.set(label, await kept.perUser(id, label, metric));
  const users = perUser.get(labels[0] ?? '')?.users ?? new Int32Array(0);
  const sizes = Int32Array.from(users, (user) => shown.get(user) ?? 0);
  return (by === 'activity' ? quarters(sizes) : groups(sizes)).map(([name, rows]) => ({
    name, users: rows.length,
    values: new Map(labels.map((label) => [label, Float64Array.from(rows, (row) => perUser.get(label)?.values[row] ?? Number.NaN)])),
  }));
}

/** Four parts by size, cut where the quarters of the users end; users of one size stay together. */
function quarters(sizes: Int32Array): [string, number[]][] {
  const sorted = sizes.toSorted();
  const ends = [...new Set([0.25, 0.5, 0.75, 1].map((share) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0))];
  return ends.map((end, at) => {
    const from = at === 0 ? (sorted[0] ?? 0) : (ends[at - 1] ?? 0) + 1;
    return [from === end ? ratings(end) : `${counted(from)} to ${ratings(end)}`, rowsWhere(sizes, (size) => size >= from && size <= end)];
  });
}

function groups(sizes: Int32Array): [string, number[]][] {
  const bounds = [[1, 5], [6, 10], [11, 20], [21, 50], [51, Number.POSITIVE_INFINITY]] as const;
  return bounds.map(([from, to]): [string, number[]] => [to === Number.POSITIVE_INFINITY ? `more than ${ratings(from - 1)}` : `${counted(from)} to ${ratings(to)}`, rowsWhere(sizes, (size) => size >= from && size <= to)])
    .filter(([, rows]) => rows.length > 0);
}

function rowsWhere(sizes: Int32Array, holds: (size: number) => boolean): number[] {
  return Array.from(sizes.keys()).filter((row) => holds(sizes[row] ?? 0));
}

async function ofFilms(kept: KeptEvaluations, evaluation: Evaluation, cases: KeptCases, labels: readonly string[], metric: string, by: 'popularity' | 'genre'): Promise<Segment[]> {
  const [name = '', cutoff = ''] = metric.split('@');
  const measure = hitMeasure(name);
  if (!measure) throw new ReelbenchError('invalid-arguments', `${metric} cannot be told by ${by}: it is not about relevant films.`, { hint: 'Choose precision, recall, ndcg, map, mrr or hit-rate; or segments of users.' });
  const parts = by === 'popularity' ? thirds(cases) : genreParts(cases);
  const definitions: Definitions = { ndcg_ideal: evaluation.protocol.ndcgIdeal, recall_of: evaluation.protocol.recallOf };
  const values = parts.map(() => new Map<string, Float64Array>());
  const relevant = parts.map(({ holds }) => relevantIn(cases, holds));
  for (const label of labels) {
    const lists = await kept.lists(evaluation.id, label);
    parts.forEach(({ holds }, part) => {
      const column = new Float64Array(cases.users.length);
      for (let user = 0; user < column.length; user++) {
        const own = relevant[part]?.[user] ?? 0;
        column[user] = own === 0 ? Number.NaN : measure({ ranks: ranksIn(cases, lists, user, holds), relevant: own }, Number(cutoff), definitions);
      }
      values[part]?.set(label, column.filter((value) => !Number.isNaN(value)));
    });
  }
  return parts.map(({ name: part }, at) => ({ name: part, users: relevant[at]?.filter((own) => own > 0).length ?? 0, values: values[at] ?? new Map<string, Float64Array>() })).filter(({ users }) => users > 0);
}

interface Part {
  readonly name: string;
  readonly holds: (film: number) => boolean;
}

function thirds({ counts }: KeptCases): Part[] {
  const order = Int32Array.from(counts.keys()).sort((a, b) => (counts[b] ?? 0) - (counts[a] ?? 0) || a - b);
  const total = counts.reduce((sum, count) => sum + count, 0);
  const part = new Uint8Array(counts.length);
  let before = 0;
  for (const film of order) {
    part[film] = Math.min(2, Math.floor((3 * before) / Math.max(1, total)));
    before += counts[film] ?? 0;
  }
  return ['head', 'middle', 'tail'].map((name, at) => ({ name: `${name}: ${part.filter((own, film) => own === at && (counts[film] ?? 0) > 0).length.toLocaleString('en')} films`, holds: (film) => part[film] === at }));
}

function genreParts({ genres }: KeptCases): Part[] {
  if (!genres) throw new ReelbenchError('not-ready', 'The films of this evaluation have no genres.', { hint: 'Choose other segments.' });
  return genres.labels.map((name, genre) => ({ name, holds: (film) => genres.ids.subarray(genres.indptr[film], genres.indptr[film + 1]).includes(genre) }));
}

function relevantIn({ users, wantedFrom, wanted }: KeptCases, holds: Part['holds']): Int32Array {
  return Int32Array.from(users, (_, user) => wanted.subarray(wantedFrom[user], wantedFrom[user + 1]).reduce((sum, film) => sum + Number(holds(film)), 0));
}

function ranksIn({ wantedFrom, wanted, depth }: KeptCases, lists: Int32Array, user: number, holds: Part['holds']): Int32Array {
  const own = new Set(wanted.subarray(wantedFrom[user], wantedFrom[user + 1]));
  const ranks: number[] = [];
  for (let at = 0; at < depth; at++) {
    const film = lists[user * depth + at] ?? -1;
    if (film >= 0 && own.has(film) && holds(film)) ranks.push(at + 1);
  }
  return Int32Array.from(ranks);
}

const counted = (n: number): string => n.toLocaleString('en');
const ratings = (n: number): string => `${counted(n)} ${n === 1 ? 'rating' : 'ratings'}`;
