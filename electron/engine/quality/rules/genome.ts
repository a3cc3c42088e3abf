import { quarantine } from './fields.ts';
import type { Rule } from './rule.ts';

const row = { table: 'genome_scores', over: 'genome_rows', unit: 'row', key: ['movie_id', 'tag_id'] } as const;

/** The rules on the scores of the tag genome. */
export const genomeRules: readonly Rule[] = [
  {
    ...row, id: 'genome_scores.relevance.range', column: 'relevance', dimension: 'accuracy', severity: 'error', title: 'The relevance is outside 0 to 1', fix: quarantine,
    requires: ['genome_scores', 'genome_scores.relevance'], fails: () => 'relevance < 0 OR relevance > 1', checked: 'SELECT count(relevance) FROM genome_rows', value: 'relevance_text', reason: () => '“{value}” lies outside 0 to 1.',
  },
  {
    ...row, id: 'genome_scores.tag_id.orphan', column: 'tag_id', dimension: 'consistency', severity: 'error', title: 'The tag is not in genome_tags', fix: quarantine,
    requires: ['genome_scores', 'genome_scores.tag_id', 'genome_tags', 'genome_tags.tag_id'], fails: () => 'tag_id IS NOT NULL AND tag_id NOT IN (SELECT tag_id FROM genome_tag_ids)', checked: 'SELECT count(tag_id) FROM genome_rows', value: 'tag_id_text',
    reason: () => 'There is no tag {value} in genome_tags.',
  },
  {
    ...row, id: 'genome_scores.movie_id.orphan', column: 'movie_id', dimension: 'consistency', severity: 'error', title: 'The film is not in movies', fix: quarantine,
    requires: ['genome_scores', 'genome_scores.movie_id', 'movies', 'movies.movie_id'], fails: () => 'movie_id IS NOT NULL AND movie_id NOT IN (SELECT known_id FROM films)', checked: 'SELECT count(movie_id) FROM genome_rows', value: 'movie_id_text',
    reason: () => 'There is no film {value} in movies.',
  },
  {
    ...row, id: 'genome_scores.complete', column: null, unit: 'group', key: ['movie_id'], dimension: 'completeness', severity: 'warning', title: 'A film that lacks scores for some tags', over: 'genome_films',
    requires: ['genome_scores', 'genome_scores.movie_id', 'genome_scores.tag_id', 'genome_scores.relevance'], fails: () => 'scored < tags', checked: 'SELECT count(*) FROM genome_films', value: `scored || ' of ' || tags`,
    reason: () => 'The film has scores for {value} tags.',
  },
];
