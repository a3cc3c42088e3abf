import { timestampSql } from '../workspace/core-values.ts';
import { hasOuterBlanks, trimmed } from '../workspace/sql.ts';
import type { StageContext } from '../workspace/stage.ts';
import { cleanRows } from './clean.ts';
import { unitedRows } from './merges.ts';
import { type Classified, countOutcomes, kept } from './outcomes.ts';

/** `tags`: one row each time a user tagged a film, the tag as it was typed and in trimmed lower case. */
export async function buildTags(context: StageContext, movies: string | undefined): Promise<void> {
  const { session, write } = context;
  const source = await unitedRows(context, {
    rows: await cleanRows(context, 'tags', [{ name: 'user_id', type: 'BIGINT' }, { name: 'movie_id', type: 'BIGINT' }, { name: 'tag', type: 'VARCHAR' }, { name: 'timestamp', type: 'BIGINT' }]),
    removals: [['unusable', 'user_id IS NULL OR movie_id IS NULL OR tag IS NULL'], ...orphans(movies)],
  }, ['user_id', 'tag']);
  await session.run(`
    CREATE TABLE ${write('tags')} AS
    SELECT user_id, movie_id, tag, lower(CASE WHEN ${hasOuterBlanks('tag')} THEN ${trimmed('tag')} ELSE tag END) AS tag_normalised, ${timestampSql('timestamp')} AS tagged_at
    FROM (${kept(source)}) ORDER BY movie_id, user_id, tagged_at, source_row
  `);
  await countOutcomes(context, 'tags', source);
}

/** `genome_tags` and `genome_scores`: how much a film has of each tag of the tag genome, from 0 to 1. */
export async function buildGenome(context: StageContext, movies: string | undefined): Promise<void> {
  const { session, write } = context;
  const hasTags = await context.has('raw.genome_tags');
  if (hasTags) {
    const rows = await cleanRows(context, 'genome_tags', [{ name: 'tag_id', type: 'BIGINT' }, { name: 'tag', type: 'VARCHAR' }]);
    const source: Classified = {
      rows: `SELECT *, row_number() OVER (PARTITION BY tag_id ORDER BY source_row) AS copy FROM (${rows})`,
      removals: [['unusable', 'tag_id IS NULL OR tag IS NULL'], ['duplicate', 'copy > 1']],
    };
    await session.run(`CREATE TABLE ${write('genome_tags')} AS SELECT tag_id, tag FROM (${kept(source)}) ORDER BY tag_id`);
    await countOutcomes(context, 'genome_tags', source);
  }
  if (!(await context.has('raw.genome_scores'))) return;
  const source = await unitedRows(context, {
    rows: await cleanRows(context, 'genome_scores', [{ name: 'movie_id', type: 'BIGINT' }, { name: 'tag_id', type: 'BIGINT' }, { name: 'relevance', type: 'DOUBLE' }]),
    removals: [
      ['unusable', 'movie_id IS NULL OR tag_id IS NULL OR relevance IS NULL'],
      ...orphans(movies),
      ...(hasTags ? [['orphan', `tag_id NOT IN (SELECT tag_id FROM ${write('genome_tags')})`] as const] : []),
    ],
  }, ['tag_id']);
  await session.run(`CREATE TABLE ${write('genome_scores')} AS SELECT movie_id, tag_id, relevance FROM (${kept(source)}) ORDER BY movie_id, tag_id`);
  await countOutcomes(context, 'genome_scores', source);
}

function orphans(movies: string | undefined): Classified['removals'] {
  return movies === undefined ? [] : [['orphan', `movie_id NOT IN (SELECT movie_id FROM ${movies})`]];
}
