import type { EvaluationWarning, Protocol } from '../../../shared/contract/index.ts';
import { tableExists } from '../workspace/catalog.ts';
import type { Workspace } from '../workspace/workspace.ts';
import type { Contests, Word } from './contest.ts';
import { filtered, type Fold, foldsOf } from './folds.ts';
import { type Interactions, readInteractions } from './interactions.ts';
import { readTags, termsWithout } from './tags.ts';

/** What is to be measured on. */
export interface Problem {
  /** All ratings, in training and test. */
  readonly interactions: Interactions;
  folds(): Iterable<Fold>;
  readonly foldCount: number;
  /** Genres and tags of the films, without what tells a fold's answers. */
  terms(fold: Fold): readonly (readonly Word[])[];
  readonly titles: ReadonlyMap<number, string>;
  /** For each user the films that alone are ranked. */
  readonly candidates?: ReadonlyMap<number, Int32Array>;
  readonly warnings: readonly EvaluationWarning[];
}

/** The workspace's cleaned ratings, divided as the protocol says. Position in the file counts where the rows as imported are there. */
export async function workspaceProblem(workspace: Workspace, contests: Pick<Contests<string>, 'terms'>, protocol: Protocol, signal: AbortSignal): Promise<Problem> {
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
    return {
      interactions, folds: () => foldsOf(interactions, protocol), foldCount: protocol.name === 'kfold' ? protocol.folds : 1,
      terms: (fold) => (tags === undefined ? genres : termsWithout(fold, genres, tags)),
      titles: new Map(titles.map(({ id, title }) => [id, title ?? `Film ${id}`])), warnings: [],
    };
  }, signal);
}
