import { type DuplicateCluster, ReelbenchError } from '../../../../shared/contract/index.ts';
import type { Calls, EngineContext } from '../../workspace/context.ts';
import { recordDecision } from '../../workspace/journal.ts';
import type { Session } from '../../workspace/session.ts';
import { listOf, literal } from '../../workspace/sql.ts';
import { Relations } from '../relations/index.ts';
import { hasTable, readScope } from '../relations/scope.ts';
import { standingDecisions } from './merges.ts';
import { type Found, readFound, searchDuplicates, searchPrint, storeFound } from './search.ts';
import { byOrder, countAbove, mentions, viewClusters } from './view.ts';

/** Films that may be one: looking for them, and deciding. */
export function duplicateCalls(engine: EngineContext) {
  const asThingsStand = async (signal?: AbortSignal) => {
    const workspace = engine.workspace();
    const found = await readFound(workspace);
    const { decided, print } = await workspace.read(async (session) => ({ decided: await standingDecisions(session), print: await searchPrint(session) }), signal);
    return { found, current: found?.print === print, clusters: viewClusters(found, decided) };
  };
  const decided = <T>(answer: T): T => {
    engine.emit({ name: 'workspace.changed', data: { what: 'quality' } });
    return answer;
  };

  return {
    'duplicates.find': () => {
      const workspace = engine.workspace();
      const { quality } = engine.parameters().values;
      const { jobId } = engine.jobs.start('duplicates', 'Look for duplicate films', async (job) => {
        const found = await workspace.read(async (session) => {
          const scope = await readScope(session, quality, engine.clock(), null);
          if (!hasTable(scope, 'movies')) throw new ReelbenchError('not-ready', 'There is no table of films to look at.', { hint: 'Import a file of films first.' });
          return searchDuplicates(new Relations(session, scope), engine.clock, job);
        }, job.signal);
        await storeFound(workspace, found);
        engine.emit({ name: 'workspace.changed', data: { what: 'quality' } });
        return searchWords(found, true);
      });
      return { jobId };
    },

    'duplicates.list': async ({ state, minScore, text, sort, limit, offset }, { signal }) => {
      const { found, current, clusters } = await asThingsStand(signal);
      const count = (of: DuplicateCluster['state']) => clusters.filter((cluster) => cluster.state === of).length;
      const chosen = clusters.filter((cluster) => cluster.state === state && (cluster.score ?? 1) >= minScore && mentions(cluster, text)).sort(byOrder(sort));
      return {
        search: found && searchWords(found, current),
        counts: { open: count('open'), merged: count('merged'), refused: count('refused') },
        above: countAbove(clusters), total: chosen.length, clusters: chosen.slice(offset, offset + limit),
      };
    },

    'duplicates.decide': async (input) => {
      const films = [...new Set(input.films)];
      if (films.length < 2) throw new ReelbenchError('invalid-arguments', 'A decision is about two films or more.');
      if (input.kind === 'merge' && !films.includes(input.into)) throw new ReelbenchError('invalid-arguments', `Film ${input.into} is not one of those to merge.`);
      const { found, current } = await asThingsStand();
      const scores = new Map((found?.pairs ?? []).filter(({ a, b }) => films.includes(a) && films.includes(b)).flatMap(({ a, b, score }) => [[`${a} ${b}`, score], [`${b} ${a}`, score]] as const));
      const lowest = scores.size === 0 ? null : Math.min(...scores.values());
      return engine.workspace().write(async (session) => {
        const names = new Map([...(current ? (found?.paired ?? []).map(({ id, title }) => [id, title] as const) : []), ...(await titlesOf(session, films))]);
        const missing = films.find((film) => !names.has(film));
        if (missing !== undefined) throw new ReelbenchError('not-found', `There is no film ${missing} in the data.`);
        const title = films.map((film) => names.get(film) ?? film).join(' = ');
        if (input.kind === 'refuse') {
          const decision = await recordDecision(session, engine.clock, { kind: 'refuse', title: `Not one film: ${title.replaceAll(' = ', ', ')}`, reason: null, rule: 'movies.duplicate.fuzzy' });
          await recordFilms(session, decision, films.map((film) => ({ cluster: 0, film, into: null, score: lowest })));
          return { decision, clusters: 1, films: films.length };
        }
        const others = films.filter((film) => film !== input.into);
        const decision = await recordDecision(session, engine.clock, { kind: 'merge', title: `One film: ${title}`, reason: null, rule: 'movies.duplicate.fuzzy' });
        await recordFilms(session, decision, others.map((film) => ({ cluster: 0, film, into: input.into, score: scores.get(`${film} ${input.into}`) ?? lowest })));
        return { decision, clusters: 1, films: others.length };
      }).then(decided);
    },

    'duplicates.acceptAbove': async ({ score }, { signal }) => {
      const { found, current, clusters } = await asThingsStand(signal);
      if (found === null || !current) throw new ReelbenchError('not-ready', 'Files were imported since the last search for duplicates.', { hint: 'Look for duplicates again.' });
      const chosen = clusters.filter((cluster) => cluster.state === 'open' && (cluster.score ?? 0) >= score);
      if (chosen.length === 0) throw new ReelbenchError('invalid-arguments', `No open cluster has a score of ${score} or more.`);
      const films = chosen.flatMap(({ survivor, films: members, score: lowest }, cluster) =>
        members.filter(({ id }) => id !== survivor).map((film) => ({ cluster, film: film.id, into: survivor, score: film.score ?? lowest })));
      return engine.workspace().write(async (session) => {
        const title = `Merge all ${chosen.length} clusters of films with a score of ${score} or more`;
        const decision = await recordDecision(session, engine.clock, { kind: 'merge', title, reason: null, rule: 'movies.duplicate.fuzzy' });
        await recordFilms(session, decision, films);
        return { decision, clusters: chosen.length, films: films.length };
      }, signal).then(decided);
    },
  } satisfies Calls;
}

const searchWords = ({ madeAt, seconds, films, pairs }: Found, current: boolean) => ({ madeAt, seconds, films, pairs: pairs.length, current });

/** Titles of films of raw.movies by id. */
async function titlesOf(session: Session, films: readonly number[]): Promise<Map<number, string>> {
  const known = await session.first(`SELECT 1 FROM duckdb_tables() WHERE schema_name = 'raw' AND table_name = 'movies' AND database_name = current_database()`);
  if (!known) return new Map();
  const rows = await session.all<{ id: number; title: string | null }>(`SELECT movie_id AS id, any_value(title) AS title FROM raw.movies WHERE list_contains(${listOf(films)}, movie_id) GROUP BY movie_id`);
  return new Map(rows.map(({ id, title }) => [id, title ?? String(id)]));
}

async function recordFilms(session: Session, decision: number, films: readonly { cluster: number; film: number; into: number | null; score: number | null }[]): Promise<void> {
  await session.run(`INSERT INTO journal.decision_films VALUES ${films.map(({ cluster, film, into, score }) => `(${[decision, cluster, film, into, score].map(literal).join(', ')})`).join(', ')}`);
}
