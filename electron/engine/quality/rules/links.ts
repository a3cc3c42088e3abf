import { trimmed } from '../../workspace/sql.ts';
import { quarantine } from './fields.ts';
import type { Rule } from './rule.ts';

const row = { table: 'links', over: 'link_rows', unit: 'row', key: ['movie_id'] } as const;

/** Seven digits of what is fewer; as it is where that cannot be, blanks around it taken away. `114709.0` is what pandas makes of a column with gaps. */
const padded = (() => {
  const text = trimmed('imdb_id');
  const part = (group: number) => `regexp_extract(${text}, '^(tt)?([0-9]{1,8})(?:[.]0)?$', ${group})`;
  return `CASE WHEN ${part(2)} <> '' THEN ${part(1)} || lpad(${part(2)}, greatest(7, length(${part(2)}))::INTEGER, '0') ELSE ${text} END`;
})();

/** The rules on links. */
export const linkRules: readonly Rule[] = [
  {
    ...row, id: 'links.movie_id.orphan', column: 'movie_id', dimension: 'consistency', severity: 'error', title: 'The film is not in movies', fix: quarantine,
    requires: ['links', 'links.movie_id', 'movies', 'movies.movie_id'], fails: () => 'movie_id IS NOT NULL AND movie_id NOT IN (SELECT known_id FROM films)', checked: 'SELECT count(movie_id) FROM link_rows', value: 'movie_id_text',
    reason: () => 'There is no film {value} in movies.',
  },
  {
    ...row, id: 'links.movie_id.missing', column: 'movie_id', unit: 'group', key: ['movie_id', 'title'], dimension: 'completeness', severity: 'info', title: 'A film without links', over: 'link_films',
    requires: ['links', 'links.movie_id', 'movies', 'movies.movie_id'], fails: () => 'NOT linked', checked: 'SELECT count(*) FROM link_films', value: 'movie_id', reason: () => 'Links has no row for film {value}.',
  },
  {
    ...row, id: 'links.imdb_id.format', column: 'imdb_id', dimension: 'accuracy', severity: 'warning', title: 'The IMDb id is not 7 or 8 digits',
    requires: ['links', 'links.imdb_id'], fails: () => `NOT regexp_full_match(imdb_id, '(tt)?[0-9]{7,8}')`, checked: 'SELECT count(imdb_id) FROM link_rows', value: 'imdb_id', reason: () => '“{value}” is not 7 or 8 digits, with or without tt before them.',
    fix: { text: 'Pad the id to 7 digits.', action: { kind: 'set', column: 'imdb_id', to: () => padded } },
  },
  {
    ...row, id: 'links.tmdb_id.present', column: 'tmdb_id', dimension: 'completeness', severity: 'info', title: 'No TMDB id',
    requires: ['links', 'links.tmdb_id'], fails: () => 'tmdb_id_missing', checked: 'SELECT count(*) FROM link_rows', value: 'NULL', reason: () => 'There is no TMDB id.',
  },
  {
    ...row, id: 'links.tmdb_id.unique', column: 'tmdb_id', unit: 'group', key: ['tmdb_id'], dimension: 'uniqueness', severity: 'warning', title: 'One TMDB id for several films', over: 'link_tmdb_ids',
    requires: ['links', 'links.movie_id', 'links.tmdb_id'], fails: () => 'films > 1', checked: 'SELECT count(*) FROM link_tmdb_ids', value: `array_to_string(ids, ', ')`, reason: () => 'The films {value} have the same TMDB id.',
  },
];
