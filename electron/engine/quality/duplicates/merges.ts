import type { Session } from '../../workspace/session.ts';
import { literal } from '../../workspace/sql.ts';

/** One film of a decision that stands: what it becomes, or, where `into` is null, that it is not one with the rest of its cluster. */
export interface DecidedFilm {
  readonly decision: number;
  readonly madeAt: string;
  readonly cluster: number;
  readonly film: number;
  readonly into: number | null;
  readonly score: number | null;
}

/** A film that becomes another, by which decision. */
export interface Merge {
  readonly from: number;
  readonly into: number;
  readonly score: number | null;
  readonly decision: number;
}

/** The decisions on films that stand, oldest first. */
export function standingDecisions(session: Session): Promise<DecidedFilm[]> {
  return session.all<DecidedFilm>(`SELECT d.id AS decision, d.made_at AS "madeAt", f.cluster, f.movie_id AS film, f.into_id AS into, f.score
    FROM journal.decision_films f JOIN journal.decisions d ON d.id = f.decision
    WHERE d.undone_at IS NULL AND d.kind IN ('merge', 'refuse') AND f.movie_id <= ${Number.MAX_SAFE_INTEGER} ORDER BY d.id, f.cluster, f.movie_id`);
}

export const pairName = (a: number, b: number) => (a < b ? `${a} ${b}` : `${b} ${a}`);

/** Each pair of films that a decision names together → the latest that does, and whether that refuses it. */
export function decidedPairs(decided: readonly DecidedFilm[]): Map<string, { decision: number; refused: boolean }> {
  const pairs = new Map<string, { decision: number; refused: boolean }>();
  for (const films of Map.groupBy(decided, ({ decision, cluster }) => `${decision} ${cluster}`).values()) {
    const [first] = films;
    if (!first) continue;
    const refused = first.into === null;
    const ids = [...new Set(films.flatMap(({ film, into }) => (into === null ? [film] : [film, into])))];
    for (const [i, a] of ids.entries()) for (const b of ids.slice(i + 1)) pairs.set(pairName(a, b), { decision: first.decision, refused });
  }
  return pairs;
}

/**
 * What each film becomes in the end. Decisions are taken in their order: a chain leads to its last film, a merge that would
 * close a circle says nothing, and neither does one that a later decision refuses or of a film that `there` does not have.
 */
export function resolveMerges(decided: readonly DecidedFilm[], there: (film: number) => boolean = () => true): Merge[] {
  const pairs = decidedPairs(decided);
  const moved = new Map<number, DecidedFilm & { into: number }>();
  const end = (film: number) => {
    let at = film;
    for (let next = moved.get(at); next !== undefined; next = moved.get(at)) at = next.into;
    return at;
  };
  for (const row of decided) {
    const { film, into } = row;
    if (into === null || !there(film) || !there(into) || pairs.get(pairName(film, into))?.refused) continue;
    const [from, to] = [end(film), end(into)];
    if (from !== to) moved.set(from, { ...row, into: to });
  }
  return [...moved].map(([from, { score, decision }]) => ({ from, into: end(from), score, decision })).sort((a, b) => a.from - b.from);
}

/**
 * Writes `merges`, for the transform to apply: one row a film that becomes another (from_id, into_id, score, decision), of
 * those that `films`, a query of film ids, has. `into_id` never becomes another itself.
 */
export async function writeMerges(session: Session, table: string, films: string | undefined): Promise<void> {
  await session.run(`CREATE OR REPLACE TABLE ${table} (from_id BIGINT NOT NULL, into_id BIGINT NOT NULL, score DOUBLE, decision INTEGER NOT NULL)`);
  const decided = await standingDecisions(session);
  if (films === undefined || decided.length === 0) return;
  const there = new Set((await session.all<{ id: number }>(`SELECT DISTINCT movie_id AS id FROM (${films}) WHERE movie_id IN (SELECT movie_id FROM journal.decision_films UNION SELECT into_id FROM journal.decision_films)`)).map(({ id }) => id));
  const merges = resolveMerges(decided, (film) => there.has(film));
  if (merges.length > 0) await session.run(`INSERT INTO ${table} VALUES ${merges.map((merge) => `(${[merge.from, merge.into, merge.score, merge.decision].map(literal).join(', ')})`).join(', ')}`);
}
