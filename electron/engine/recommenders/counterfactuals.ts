import type { HistoryItem, RecommendReason } from '../../../shared/contract/index.ts';
import { throwIfCancelled } from '../workspace/session.ts';
import type { Library } from './library.ts';
import type { LoadedModel } from './loaded-models.ts';
import { type Person, scoreMany } from './scoring.ts';
import { nearestByTerms, termCosine } from './terms.ts';

/** Where a film stands by some scores, and the list that they give. */
export interface Standing {
  readonly rank: number;
  readonly of: number;
  readonly score: number;
  readonly list: Int32Array;
  readonly listed: boolean;
}

/** One rating changed, added (no `before`) or removed (no `after`), and where the film stands then. */
export interface Change extends Pick<Standing, 'rank' | 'score' | 'listed'> {
  readonly position: number;
  readonly before: number | null;
  readonly after: number | null;
}
type Edit = Omit<Change, 'rank' | 'score' | 'listed'>;

interface Search {
  /** The film, as a position in the library. */
  readonly target: number;
  readonly person: Person;
  readonly loaded: LoadedModel;
  readonly library: Library;
  readonly standingOf: (scores: Float32Array, person: Pick<Person, 'items'>) => Standing;
  readonly reasons: (position: number) => RecommendReason[];
  readonly list: Int32Array;
  /** Milliseconds. */
  readonly budget: number;
  readonly signal: AbortSignal;
}

/** Edits that are tried of each kind, the most promising first, and as many at a time as one call scores well. */
const RAISED = 16;
const LOWERED = 12;
const ADDED = 30;
const AT_ONCE = 8;
const SHOWN = 3;

/**
 * Single changes of the history that list the film, found by trying them on the model: ratings raised that speak for it,
 * ratings lowered or removed that speak for the films before it, and films like it added with the best rating. Those that
 * do are then made as small as they can be. What is not tried is not claimed: `complete` says whether time sufficed.
 */
export async function findChanges(search: Search): Promise<{ changes: Change[]; nearest: Change | null; tried: number; complete: boolean; milliseconds: number }> {
  const began = performance.now();
  const late = () => performance.now() - began > search.budget;
  const edits = await promising(search);
  const tried: Change[] = [];
  for (let at = 0; at < edits.length && !late(); at += AT_ONCE) tried.push(...(await tryOut(edits.slice(at, at + AT_ONCE), search)));
  const complete = tried.length === edits.length;
  const enough = tried.filter(({ listed }) => listed).toSorted((a, b) => bySize(search.library)(a, b) || a.rank - b.rank);
  const smallest: Change[] = [];
  let more = 0;
  for (const change of differing(enough).slice(0, SHOWN)) {
    if (late()) smallest.push(change);
    else {
      const [least, attempts] = await lessened(change, search);
      more += attempts;
      smallest.push(least);
    }
  }
  return {
    changes: smallest.toSorted((a, b) => bySize(search.library)(a, b) || a.rank - b.rank),
    nearest: enough.length > 0 ? null : (tried.toSorted((a, b) => a.rank - b.rank)[0] ?? null),
    tried: tried.length + more, complete, milliseconds: performance.now() - began,
  };
}

/** One change a film of the history: the smallest. */
function differing(changes: readonly Change[]): Change[] {
  return changes.filter(({ position }, at) => changes.findIndex((other) => other.position === position) === at);
}

/** A changed rating is smaller than a film added or removed, and the smaller the less it moves. */
function bySize({ scale }: Library): (a: Change, b: Change) => number {
  const size = ({ before, after }: Change) => (before === null || after === null ? 2 : Math.abs(after - before) / (scale.max - scale.min || 1));
  return (a, b) => size(a) - size(b);
}

async function tryOut(edits: readonly Edit[], { person, loaded, library, standingOf, signal }: Search): Promise<Change[]> {
  throwIfCancelled(signal);
  const people = edits.map((edit) => ({ ...person, items: edited(person.items, edit, library) }));
  const scores = await scoreMany(people, loaded, library);
  return edits.map((edit, at) => {
    const { rank, score, listed } = standingOf(scores[at] ?? new Float32Array(), people[at] ?? person);
    return { ...edit, rank, score, listed };
  });
}

function edited(items: readonly HistoryItem[], { position, before, after }: Edit, library: Library): HistoryItem[] {
  const movieId = library.movieIds[position] ?? 0;
  const others = before === null ? [...items] : after === null ? items.filter((item) => item.movieId !== movieId) : items.map((item) => (item.movieId === movieId ? { ...item, rating: after } : item));
  return before === null && after !== null ? [...others, { movieId, rating: after, ratedAt: null }] : others;
}

/** The same change with the least rating that still lists the film, by halving; and how many were tried. */
async function lessened(change: Change, search: Search): Promise<[Change, number]> {
  const { min, step } = search.library.scale;
  if (change.after === null) return [change, 0];
  // Steps away from where it has no effect: the rating as it is, or the lowest for a film that is added.
  const from = change.before ?? min;
  const steps = Math.round(Math.abs(change.after - from) / step);
  const direction = Math.sign(change.after - from);
  let least = change;
  let [low, high, tried] = [change.before === null ? -1 : 0, steps, 0];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    const [attempt] = await tryOut([{ position: change.position, before: change.before, after: from + direction * middle * step }], search);
    tried++;
    if (attempt?.listed) {
      least = attempt;
      high = middle;
    } else low = middle;
  }
  return [least, tried];
}

async function promising(search: Search): Promise<Edit[]> {
  const { target, person, library } = search;
  const { min, max } = library.scale;
  const positionOf = (movieId: number) => library.position(movieId) ?? -1;
  const ratings = new Map(person.items.map(({ movieId, rating }) => [positionOf(movieId), rating]).filter(([position]) => (position ?? -1) >= 0) as [number, number][]);
  const own = ratings.get(target);
  // A film that was rated is listed only without its own rating.
  if (own !== undefined) return [{ position: target, before: own, after: null }];
  const known = [...ratings.keys()];
  const evidence = evidenceOf(search, known);
  const help = (film: number) => evidence.target.get(film) ?? 0;
  const harm = (film: number) => (evidence.others.get(film) ?? 0) - help(film);
  const raised = known.filter((film) => (ratings.get(film) ?? max) < max).toSorted((a, b) => help(b) - help(a) || a - b).slice(0, RAISED)
    .map((position): Edit => ({ position, before: ratings.get(position) ?? 0, after: max }));
  const lowered = known.filter((film) => harm(film) > 0).toSorted((a, b) => harm(b) - harm(a) || a - b).slice(0, LOWERED)
    .flatMap((position): Edit[] => {
      const before = ratings.get(position) ?? 0;
      return [...(before > min ? [{ position, before, after: min }] : []), { position, before, after: null }];
    });
  const added = (await filmsLike(search)).filter((film) => film !== target && !ratings.has(film)).slice(0, ADDED).map((position): Edit => ({ position, before: null, after: max }));
  return [...added.slice(0, AT_ONCE), ...raised, ...added.slice(AT_ONCE), ...lowered];
}

/** How much each film of the history speaks for the film asked about, and on average for the films of the list: by the model's reasons, or by content where these name no films. */
function evidenceOf({ target, list, library, reasons }: Search, known: readonly number[]): { target: Map<number, number>; others: Map<number, number> } {
  const positionIn = (movieId: number) => library.position(movieId) ?? -1;
  const byReasons = (film: number) => contributionsOf(reasons(film), positionIn);
  const byContent = (film: number) => new Map(known.map((rated) => [rated, termCosine(library.vectors(), film, rated)]));
  const forTarget = byReasons(target);
  const speaks = forTarget.size > 0 ? byReasons : byContent;
  const others = new Map<number, number>();
  for (const position of list) for (const [film, part] of speaks(position)) others.set(film, (others.get(film) ?? 0) + part / list.length);
  return { target: forTarget.size > 0 ? forTarget : byContent(target), others };
}

/** What each film of the history adds to a score, by what the reasons name; a blend's parts count too. */
function contributionsOf(reasons: readonly RecommendReason[], positionOf: (movieId: number) => number): Map<number, number> {
  const sums = new Map<number, number>();
  for (const { evidence } of reasons) {
    for (const { movieId, contribution } of evidence) if (movieId !== undefined) sums.set(positionOf(movieId), (sums.get(positionOf(movieId)) ?? 0) + contribution);
  }
  return sums;
}

/** Films that the model holds to be near the film, and those that are like it in genres and tags, by turns. */
async function filmsLike({ target, loaded: { model, inLibrary }, library }: Search): Promise<number[]> {
  const own = model.catalogue.position(library.movieIds[target] ?? Number.NaN);
  const byModel = own === undefined ? [] : (model.similar?.(own, 2 * ADDED) ?? []).map(({ position }) => inLibrary[position] ?? -1).filter((position) => position >= 0);
  const byContent = nearestByTerms(library.vectors(), target, 2 * ADDED).map(({ position }) => position).filter((position) => (library.counts[position] ?? 0) > 0);
  const turns = Array.from({ length: 2 * ADDED }, (_, at) => [byModel[at], byContent[at]]).flat().filter((position) => position !== undefined);
  return [...new Set(turns)];
}
