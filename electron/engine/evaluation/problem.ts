import { type EvaluationWarning, type Protocol, ReelbenchError } from '../../../shared/contract/index.ts';
import { tableExists } from '../workspace/catalog.ts';
import type { Workspace } from '../workspace/workspace.ts';
import type { Contests, Texts, Word } from './contest.ts';
import { dataPrint, filmsPrint, hashed, tablesPrint } from './data-print.ts';
import { filtered, type Fold, foldOfParts, foldsOf } from './folds.ts';
import { type Interactions, interactionsOf, kept, placesIn, readInteractions } from './interactions.ts';
import { readNegatives } from './negatives-file.ts';
import { readRatingsFile } from './ratings-file.ts';
import { readTags, termsWithout } from './tags.ts';

/** What is to be measured on. */
export interface Problem {
  /** All ratings, in training and test. */
  readonly interactions: Interactions;
  folds(): Iterable<Fold>;
  readonly foldCount: number;
  /** Genres and tags of the films, without what tells a fold's answers. */
  terms(fold: Fold): readonly (readonly Word[])[];
  /** Reads what else is written about the films. */
  readonly texts?: () => Promise<Texts>;
  readonly titles: ReadonlyMap<number, string>;
  /** For each user the films that alone are ranked. */
  readonly candidates?: ReadonlyMap<number, Int32Array>;
  readonly warnings: readonly EvaluationWarning[];
  /** A hash of all data that decides what the models are worth. */
  print(): Promise<string>;
}

/** The workspace's cleaned ratings, divided as the protocol says. Position in the file counts where the rows as imported are there. */
export async function workspaceProblem(workspace: Workspace, contests: Pick<Contests<string>, 'terms' | 'texts'>, protocol: Protocol, signal: AbortSignal): Promise<Problem> {
  return workspace.read(async (session) => {
    // One transaction, so that a run that ends meanwhile changes nothing under way.
    await session.run('BEGIN TRANSACTION READ ONLY');
    const main = async (table: string) => ((await tableExists(session, 'main', table)) ? `main.${table}` : undefined);
    const ratings = (await main('ratings')) ?? '(SELECT NULL::BIGINT AS user_id, NULL::BIGINT AS movie_id, NULL::DOUBLE AS rating, NULL::TIMESTAMP AS rated_at WHERE false)';
    const movies = await main('movies');
    const ordered = protocol.name === 'leave-last-out' || protocol.name === 'kfold' || protocol.name === 'strong';
    const raw = ordered && (await tableExists(session, 'raw', 'ratings')) ? 'raw.ratings' : undefined;
    const interactions = filtered(await readInteractions(session, { ratings, movies, raw }), protocol);
    const titles = movies === undefined ? [] : await session.all<{ id: number; title: string | null }>(`SELECT movie_id AS id, title FROM ${movies}`);
    const genres = await contests.terms(session, { movieGenres: await main('movie_genres'), tags: undefined }, interactions.movieIds);
    const tagged = await main('tags');
    const tags = tagged === undefined ? undefined : await readTags(session, tagged);
    const described = await tablesPrint(session);
    return {
      interactions, folds: () => foldsOf(interactions, protocol), foldCount: protocol.name === 'kfold' ? protocol.folds : 1,
      terms: (fold) => (tags === undefined ? genres : termsWithout(fold, genres, tags)),
      texts: () => workspace.read((reading) => contests.texts(reading, interactions.movieIds)),
      titles: new Map(titles.map(({ id, title }) => [id, title ?? `Film ${id}`])), warnings: [], print: () => Promise.resolve(dataPrint(interactions, described)),
    };
  }, signal);
}

/** Paths of what is given as files. */
export interface GivenFiles {
  readonly train: string;
  readonly test: string;
  readonly negatives?: string | undefined;
}

/** What is known of films, by id: genres, and titles. */
export interface Films {
  readonly titles: ReadonlyMap<number, string>;
  readonly genres: ReadonlyMap<number, readonly string[]>;
}

/** Ratings that are given as a training and a test file, and where only some films are to be ranked, their file. */
export async function filesProblem({ train: trainFile, test: testFile, negatives }: GivenFiles, protocol: Protocol, look: (movieIds: Int32Array) => Promise<Films | undefined>, signal: AbortSignal): Promise<Problem> {
  if (protocol.minUser > 1 || protocol.minItem > 1) throw new ReelbenchError('invalid-arguments', 'Training and test part are given, so users and films with few ratings cannot be left out.', { hint: 'Leave the least number of ratings out, or let the protocol divide one file.' });
  const read = async (file: string) => interactionsOf(await readRatingsFile(file, { signal }));
  const [given, test] = [await read(trainFile), await read(testFile)];
  const { threshold, thresholdTraining } = protocol;
  const train = threshold !== null && thresholdTraining ? kept(given, (entry) => (given.ratings[entry] ?? 0) >= threshold) : given;
  const { fold, both } = foldOfParts(train, test);
  const warnings: EvaluationWarning[] = [];
  if (both > 0) warnings.push({ kind: 'test-in-history', count: both, message: `${both.toLocaleString('en')} test ratings are in the training file too: they are left out of the test, since films of the history are never listed.` });
  const listed = negatives === undefined ? undefined : await readNegatives(negatives, signal);
  if (listed && listed.dropped > 0) warnings.push({ kind: 'sampled', count: listed.dropped, message: `${listed.dropped.toLocaleString('en')} listed films are the user’s own test film and are dropped.` });
  return problemOf(fold, await look(fold.interactions.movieIds), warnings, listed && candidatesOf(fold.interactions, test, listed.films));
}

function candidatesOf({ movieIds }: Interactions, test: Interactions, listed: ReadonlyMap<number, readonly number[]>): Map<number, Int32Array> {
  const candidates = new Map<number, Int32Array>();
  test.userIds.forEach((user, row) => {
    const films = listed.get(user);
    if (films === undefined) throw new ReelbenchError('invalid-input', `The file of films to be ranked has no line for user ${user}, who is in the test file.`, { hint: 'It needs a line for every test user.' });
    const own = Array.from(test.films.subarray(test.indptr[row], test.indptr[row + 1]), (film) => test.movieIds[film] ?? 0);
    const places = placesIn(movieIds, Int32Array.from(new Set([...own, ...films]))).filter((place) => place >= 0);
    candidates.set(user, places.sort());
  });
  return candidates;
}

/** One file of ratings, divided as the protocol says. */
export function dividedProblem(all: Interactions, protocol: Protocol, films: Films | undefined): Problem {
  const interactions = filtered(all, protocol);
  return {
    ...problemOf({ interactions, roles: new Uint8Array(0) }, films, []), folds: () => foldsOf(interactions, protocol), foldCount: protocol.name === 'kfold' ? protocol.folds : 1,
  };
}

function problemOf(fold: Fold, films: Films | undefined, warnings: readonly EvaluationWarning[], candidates?: ReadonlyMap<number, Int32Array>): Problem {
  const { interactions } = fold;
  const terms = Array.from(interactions.movieIds, (id) => (films?.genres.get(id) ?? []).map((label) => ({ kind: 'genre' as const, label, times: 1 })));
  const print = () => Promise.resolve(dataPrint(interactions, hashed([fold.roles, ...[...(candidates ?? [])].flatMap(([user, listed]) => [Int32Array.of(user), listed])], filmsPrint(films))));
  return {
    interactions, folds: () => [fold], foldCount: 1, terms: () => terms, titles: films?.titles ?? new Map<number, string>(), warnings, ...(candidates && { candidates }), print,
  };
}

/** Titles and genres of the workspace's films, where it has every one of these; else their ids may mean other films. */
export async function filmsOf(workspace: Workspace, movieIds: Int32Array): Promise<Films | undefined> {
  return workspace.read(async (session) => {
    if (!(await tableExists(session, 'main', 'movies'))) return undefined;
    const movies = await session.all<{ id: number; title: string | null }>('SELECT movie_id AS id, title FROM main.movies');
    const titles = new Map(movies.map(({ id, title }) => [id, title ?? `Film ${id}`]));
    if (!movieIds.every((id) => titles.has(id))) return undefined;
    const rows = (await tableExists(session, 'main', 'movie_genres')) ? await session.all<{ id: number; genre: string }>('SELECT movie_id AS id, genre FROM main.movie_genres ORDER BY ALL') : [];
    const genres = new Map<number, string[]>();
    for (const { id, genre } of rows) genres.set(id, [...(genres.get(id) ?? []), genre]);
    return { titles, genres };
  });
}
