import { presentRule, quarantine } from './fields.ts';
import type { Rule } from './rule.ts';

const row = { table: 'persons', over: 'person_rows', unit: 'row', key: ['movie_id', 'name'] } as const;

/** The rules on cast and crew. */
export const personRules: readonly Rule[] = [
  presentRule({ ...row, column: 'name', name: 'name' }, { severity: 'error', fix: quarantine }),
  {
    ...row, id: 'persons.movie_id.orphan', column: 'movie_id', dimension: 'consistency', severity: 'error', title: 'The film is not in movies', fix: quarantine,
    requires: ['persons', 'persons.movie_id', 'movies', 'movies.movie_id'], fails: () => 'movie_id IS NOT NULL AND movie_id NOT IN (SELECT known_id FROM films)', checked: 'SELECT count(movie_id) FROM person_rows', value: 'movie_id_text',
    reason: () => 'There is no film {value} in movies.',
  },
];
