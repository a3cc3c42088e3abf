import type { Session } from '../../workspace/session.ts';
import { rawRows } from './fields.ts';
import { MILLISECONDS_FROM, TIMESTAMP_LIMIT } from './readable.ts';
import { perFile, type Scope } from './scope.ts';

/** `tag_rows`: every row of tags, the tag as it came, `seconds` its time in Unix seconds, `imported_at` that of its import. */
export async function buildTagRows(session: Session, scope: Scope): Promise<void> {
  const rows = rawRows(scope, 'tags', { user_id: 'id', movie_id: 'id', tag: 'text', timestamp: 'time' }, (by) => [`${perFile(scope.tagFiles, (f) => Math.floor(f.importedAt / 1000), by)}::BIGINT AS imported_at`]);
  await session.run(`CREATE OR REPLACE TEMP VIEW tag_rows AS
    SELECT *, CASE WHEN timestamp >= ${TIMESTAMP_LIMIT} THEN NULL WHEN timestamp >= ${MILLISECONDS_FROM} THEN timestamp // 1000 ELSE timestamp END AS seconds FROM (${rows})`);
}

/** `tag_copies`: the rows of each (user, film, tag) that comes more than once, `copy` counting them from 1. */
export async function buildTagCopies(session: Session): Promise<void> {
  // Hashes first: grouping them takes a fraction of the memory that grouping the texts would.
  const complete = 'SELECT row_id, text_row_id, user_id, movie_id, tag FROM tag_rows WHERE user_id IS NOT NULL AND movie_id IS NOT NULL AND tag IS NOT NULL';
  await session.run(`CREATE OR REPLACE TEMP TABLE tag_copies AS
    SELECT * FROM (
      SELECT *, row_number() OVER (PARTITION BY user_id, movie_id, tag ORDER BY row_id NULLS LAST, text_row_id) AS copy, count(*) OVER (PARTITION BY user_id, movie_id, tag) AS copies
      FROM (${complete}) WHERE hash(user_id, movie_id, tag) IN (SELECT hash(user_id, movie_id, tag) AS h FROM (${complete}) GROUP BY h HAVING count(*) > 1))
    WHERE copies > 1`);
}
