import { hasOuterBlanks } from '../../workspace/sql.ts';
import { presentRule, quarantine } from './fields.ts';
import { instant } from './ratings.ts';
import type { Rule } from './rule.ts';

const row = { table: 'tags', over: 'tag_rows', unit: 'row', key: ['user_id', 'movie_id', 'tag'] } as const;
const movie = { ...row, column: 'movie_id', name: 'film id' } as const;
const tag = { ...row, column: 'tag', name: 'tag' } as const;
const tagged = { requires: ['tags', 'tags.tag'], checked: 'SELECT count(tag) FROM tag_rows', value: 'tag' } as const;

/** The rules on tags. */
export const tagRules: readonly Rule[] = [
  presentRule({ ...row, column: 'user_id', name: 'user id' }, { severity: 'error', fix: quarantine }),
  presentRule(movie, { severity: 'error', fix: quarantine }),
  presentRule(tag, { severity: 'error', fix: quarantine }),
  {
    // Characters, not bytes, blanks included.
    ...tag, ...tagged, id: 'tags.tag.length', dimension: 'accuracy', severity: 'warning', title: 'A tag as long as a text',
    fails: ({ quality }) => `length(tag) > ${quality.max_tag_length}`, reason: ({ quality }) => `The tag is longer than ${quality.max_tag_length} characters.`,
    fix: { text: 'Cut the tag and keep the original in quarantine.', action: { kind: 'set', column: 'tag', to: ({ quality }) => `left(tag, ${quality.max_tag_length})`, keepOriginal: true } },
  },
  {
    // Only informs: the tags of a run have a column tag_normalised beside the tag as it was typed.
    ...tag, ...tagged, id: 'tags.tag.normalised', dimension: 'consistency', severity: 'info', title: 'A tag with capitals or blanks around it',
    fails: () => `tag <> lower(tag) OR ${hasOuterBlanks('tag')}`, reason: () => '“{value}” differs from its trimmed lower-case form.',
  },
  {
    ...movie, id: 'tags.movie_id.orphan', dimension: 'consistency', severity: 'error', title: 'The film is not in movies', fix: quarantine,
    requires: ['tags', 'tags.movie_id', 'movies', 'movies.movie_id'], fails: () => 'movie_id IS NOT NULL AND movie_id NOT IN (SELECT known_id FROM films)', checked: 'SELECT count(movie_id) FROM tag_rows', value: 'movie_id_text',
    reason: () => 'There is no film {value} in movies.',
  },
  {
    // Whenever it was given: a tag once given to a film by a user says no more the second time. The case of letters counts.
    ...row, id: 'tags.duplicate.exact', column: null, dimension: 'uniqueness', severity: 'warning', title: 'An extra copy of a tag', over: 'tag_copies',
    requires: ['tags', 'tags.user_id', 'tags.movie_id', 'tags.tag'], fails: () => 'copy > 1', checked: 'SELECT count(*) FROM tag_rows WHERE user_id IS NOT NULL AND movie_id IS NOT NULL AND tag IS NOT NULL', value: 'tag',
    reason: () => 'The same user, film and tag were read before.',
    fix: { text: 'Keep one of the copies.', action: { kind: 'drop', from: 'tag_copies', by: ['user_id', 'movie_id', 'tag'], order: 'row_id NULLS LAST, text_row_id' } },
  },
  {
    ...row, id: 'tags.timestamp.future', column: 'timestamp', dimension: 'timeliness', severity: 'error', title: 'The time is after the import', fix: quarantine,
    requires: ['tags', 'tags.timestamp'], fails: () => 'seconds > imported_at', checked: 'SELECT count(seconds) FROM tag_rows', value: instant('seconds'), reason: () => 'Tagged at {value} (UTC), after the import.',
  },
];
