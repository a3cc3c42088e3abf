import type { Session } from '../../workspace/session.ts';
import { rawRows } from './fields.ts';
import { hasColumn, type Scope } from './scope.ts';

/** `genome_rows`: every row of the genome's scores. `genome_tag_ids`: the tags that a film should have a score for. */
export async function buildGenomeRows(session: Session, scope: Scope): Promise<void> {
  await session.run(`CREATE OR REPLACE TEMP VIEW genome_rows AS ${rawRows(scope, 'genome_scores', { movie_id: 'id', tag_id: 'id', relevance: 'number' })}`);
  // Without a file of tags they are those that any film has a score for.
  const tags = hasColumn(scope, 'genome_tags', 'tag_id') ? rawRows(scope, 'genome_tags', { tag_id: 'id' }) : 'SELECT tag_id FROM genome_rows';
  await session.run(`CREATE OR REPLACE TEMP TABLE genome_tag_ids AS SELECT DISTINCT tag_id FROM (${tags}) WHERE tag_id IS NOT NULL`);
}

/** `genome_films`: one row a film that has scores: of how many of the `tags` it has one (`scored`). A score that is missing or unreadable is none. */
export async function buildGenomeFilms(session: Session): Promise<void> {
  await session.run(`CREATE OR REPLACE TEMP TABLE genome_films AS
    SELECT movie_id, count(DISTINCT CASE WHEN relevance IS NOT NULL AND tag_id IN (SELECT tag_id FROM genome_tag_ids) THEN tag_id END) AS scored, (SELECT count(*) FROM genome_tag_ids) AS tags
    FROM genome_rows WHERE movie_id IS NOT NULL GROUP BY movie_id`);
}
