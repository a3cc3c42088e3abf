import type { HistoryItem, ModelName, Recommendation, RecommendReason } from '../../../shared/contract/index.ts';
import { historyOf, type KnownUser, weightsOf } from './history.ts';
import type { Library } from './library.ts';
import type { LoadedModel } from './loaded-models.ts';
import { inWords, popularText } from './reasons.ts';
import type { FoldedIn, History, Model } from './recommender.ts';
import { recommenders } from './registry.ts';

/** Unknown films of a history that are named. */
const NAMED = 3;

/** Whom a list is for: a history, and the user whose own it is or whom it is an edit of. */
export interface Person {
  readonly id: number | null;
  readonly items: readonly HistoryItem[];
  readonly known: KnownUser | null;
  /** Whether the history was given rather than read. */
  readonly given: boolean;
}

/** What a model says to one history: a score for each film of the library, -Infinity where it has none. */
export interface Scored {
  /** The caller's own to change. */
  readonly scores: Float32Array;
  readonly coldStart: boolean;
  /** What it rests on, in a sentence. */
  readonly basis: string;
  /** Why the film at a position of the library scores as it does. */
  readonly because: (position: number) => RecommendReason[];
}

/** Scores the library for a person; where the model has nothing to go by, popularity answers, and the answer says so. */
export async function scoreFor(person: Person, loaded: LoadedModel, library: Library): Promise<Scored> {
  const { model } = loaded;
  const history = historyFor(person, model, library);
  const lacking = lacksEvidence(history, model);
  const coldStart = lacking || person.items.length === 0;
  const basis = basisOf(person, history, model, library, coldStart);
  if (lacking) return { scores: mostRated(library), coldStart, basis, because: (position) => [coldReason(library, position)] };
  const folded = await model.foldIn(history);
  return { scores: inLibraryOrder(folded.scores, loaded, library), coldStart, basis, because: reasonsOf(person, history, folded, model, library) };
}

/** The scores of `scoreFor` for each, at one go where the model has a way for that. */
export async function scoreMany(people: readonly Person[], loaded: LoadedModel, library: Library): Promise<Float32Array[]> {
  const { model } = loaded;
  const histories = people.map((person) => historyFor(person, model, library));
  const lacking = histories.map((history) => lacksEvidence(history, model));
  const asked = histories.filter((_, at) => !lacking[at]);
  const scores = await scoresOf(model, asked);
  let next = 0;
  return lacking.map((none) => (none ? mostRated(library) : inLibraryOrder(scores[next++] ?? new Float32Array(), loaded, library)));
}

/** The scores of each history over the model's catalogue. They may be the model's own: not to be changed. */
export async function scoresOf(model: Model, histories: readonly History[]): Promise<Float32Array[]> {
  if (model.scoreMany) return model.scoreMany(histories);
  const scores: Float32Array[] = [];
  for (const history of histories) scores.push((await model.foldIn(history)).scores);
  return scores;
}

function historyFor({ id, items, known }: Person, { catalogue }: Model, { scale }: Library): History {
  return historyOf(catalogue, items, weightsOf(items, scale, known), id);
}

/** Whether there is nothing in the history that the model could go by, though it goes by histories. */
export function lacksEvidence({ positions, weights }: Pick<History, 'positions' | 'weights'>, model: Model): boolean {
  return model.personal && !positions.some((position, i) => model.knows(position) && (weights[i] ?? 0) > 0);
}

function reasonsOf(person: Person, history: History, folded: FoldedIn, model: Model, library: Library): Scored['because'] {
  const mean = person.items.reduce((sum, { rating }) => sum + rating, 0) / Math.max(1, person.items.length);
  const ratings = new Map(Array.from(history.positions, (position, i) => [position, history.ratings[i] ?? 0]));
  const naming = {
    rating: (position: number) => ratings.get(position) ?? 0,
    liked: Math.min(mean, library.scale.mean),
    movieId: (position: number) => model.catalogue.movieIds[position] ?? 0,
    title: (position: number) => titleOf(library, model.catalogue.movieIds[position] ?? 0),
    modelTitle: (name: ModelName) => recommenders[name].title,
  };
  return (position) => {
    const reasons = inWords(folded.explain(model.catalogue.position(library.movieIds[position] ?? Number.NaN) ?? -1), naming);
    return model.personal && library.counts[position] === 0 ? [...reasons, newFilm] : reasons;
  };
}

/** What is said of a film that nobody rated: the model knows it by its content alone. */
const newFilm: RecommendReason = { kind: 'cold-start', text: 'Nobody has rated it yet: it is here for its genres and tags alone', evidence: [{ label: 'ratings', contribution: 0 }] };

function inLibraryOrder(scores: Float32Array, { inLibrary }: Pick<LoadedModel, 'inLibrary'>, library: Library): Float32Array {
  const ordered = new Float32Array(library.movieIds.length).fill(Number.NEGATIVE_INFINITY);
  for (let own = 0; own < inLibrary.length; own++) {
    const position = inLibrary[own] ?? -1;
    if (position >= 0) ordered[position] = scores[own] ?? Number.NEGATIVE_INFINITY;
  }
  return ordered;
}

/** What a cold start rests on: the number of ratings of each film. */
function mostRated(library: Library): Float32Array {
  return Float32Array.from(library.counts, (count) => (count > 0 ? count : Number.NEGATIVE_INFINITY));
}

function coldReason(library: Library, position: number): RecommendReason {
  const people = library.counts[position] ?? 0;
  return { kind: 'cold-start', text: `Cold start: ${popularText(people, library.means[position] ?? 0).toLowerCase()}`, evidence: [{ label: 'ratings', contribution: people }] };
}

function basisOf({ items, given }: Person, history: History, model: Model, library: Library, coldStart: boolean): string {
  const unknown = items.filter(({ movieId }) => {
    const position = model.catalogue.position(movieId);
    return position === undefined || !model.knows(position);
  });
  return basisText({ model, coldStart, given, rated: items.length, heard: history.positions.length, unknown: unknown.length, titles: unknown.slice(0, NAMED).map(({ movieId }) => titleOf(library, movieId)) });
}

export interface Basis {
  readonly model: Pick<Model, 'name' | 'personal'>;
  readonly coldStart: boolean;
  readonly given: boolean;
  /** Films of the history, those that the model's catalogue has, and those that the model knows nothing of. */
  readonly rated: number;
  readonly heard: number;
  readonly unknown: number;
  /** Of the first unknown ones; may be left empty. */
  readonly titles: readonly string[];
}

/** What a list rests on, in a sentence. */
export function basisText({ model, coldStart, given, rated, heard, unknown, titles }: Basis): string {
  const counted = (n: number) => n.toLocaleString('en');
  const films = (n: number) => `${counted(n)} ${n === 1 ? 'film' : 'films'}`;
  const named = titles.length === 0 ? '' : `: ${titles.join(', ')}${unknown > titles.length ? ` and ${counted(unknown - titles.length)} more` : ''}`;
  const left = unknown === 0 ? '' : ` The model does not know ${films(unknown)} of the history${named}.`;
  if (!model.personal) return `${model.name === 'random' ? 'A seeded shuffle' : 'How many people rated each film'}, the same whatever was rated; the history (${films(rated)}) only leaves out what was seen.`;
  const instead = 'the list shows the films that most people rated.';
  if (rated === 0) return `Cold start: there are no ratings to go by, so ${instead}`;
  if (!coldStart) return `Rests on ${counted(rated - unknown)} ${rated - unknown === 1 ? 'rating' : 'ratings'}${given ? ' as given' : ' of this user'}.${left}`;
  if (unknown === rated) return `Cold start: the model knows none of the rated films, so ${instead}${left}`;
  return `Cold start: the ${counted(heard)} known ${heard === 1 ? 'rating says' : 'ratings say'} only what is disliked, so ${instead}${left}`;
}

export function titleOf(library: Library, movieId: number): string {
  const position = library.position(movieId);
  return position === undefined ? `film ${movieId}` : (library.titles[position] ?? '');
}

/** A film of the library as it stands on a list. */
export function filmAt(library: Library, position: number): Pick<Recommendation, 'movieId' | 'title' | 'year' | 'genres'> {
  return { movieId: library.movieIds[position] ?? 0, title: library.titles[position] ?? '', year: library.years[position] ?? null, genres: [...(library.genres[position] ?? [])] };
}
