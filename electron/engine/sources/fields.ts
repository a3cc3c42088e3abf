import type { SourceKind } from '../../../shared/contract/index.ts';
import type { CellType } from './values.ts';

/** A column of a raw table that a source fills. */
export interface CoreField {
  readonly name: string;
  readonly cell: CellType;
  readonly required: boolean;
  /** Makes a column of the raw table only where a file has it. */
  readonly extra?: true;
  /** Names that such a column has in the wild, lower case, letters and digits only. */
  readonly synonyms: readonly string[];
}

type CoreKind = Exclude<SourceKind, 'table'>;
const field = (name: string, cell: CellType, required: boolean, ...synonyms: string[]): CoreField => ({ name, cell, required, synonyms: [name.replaceAll('_', ''), ...synonyms] });

const extra = (name: string, cell: CellType, ...synonyms: string[]): CoreField => ({ ...field(name, cell, false, ...synonyms), extra: true });

const userId = field('user_id', 'id', true, 'user', 'uid', 'member', 'memberid', 'customer', 'customerid', 'reviewerid', 'viewerid', 'subscriberid');
const movieId = field('movie_id', 'id', true, 'movie', 'film', 'filmid', 'item', 'itemid', 'mid', 'iid', 'productid');
const timestamp = field('timestamp', 'time', false, 'time', 'date', 'datetime', 'ts', 'ratedat', 'taggedat', 'createdat', 'ratingtimestamp', 'unixtime', 'unixreviewtime', 'when');

/** The core fields of each kind, in the order of the raw table's columns and of headerless files. */
export const coreFields: Readonly<Record<CoreKind, readonly CoreField[]>> = {
  ratings: [userId, movieId, field('rating', 'number', true, 'ratings', 'score', 'stars', 'ratingvalue', 'value', 'userrating'), timestamp],
  movies: [
    { ...movieId, synonyms: [...movieId.synonyms, 'id', 'imdbtitleid', 'tconst', 'titleid'] },
    field('title', 'text', true, 'name', 'seriestitle', 'movietitle', 'filmtitle', 'itemtitle', 'moviename', 'titleyear', 'primarytitle', 'originaltitle'),
    field('genres', 'text', false, 'genre', 'categories', 'category'),
    extra('original_title', 'text'),
    extra('year', 'year', 'releasedyear', 'releaseyear', 'startyear', 'movieyear'),
    extra('certificate', 'text', 'certification', 'mpaa', 'contentrating', 'ratedas'),
    extra('runtime', 'minutes', 'runtimeminutes', 'runningtime', 'duration'),
    extra('average_rating', 'number', 'imdbrating', 'voteaverage', 'avgvote'),
    extra('votes', 'count', 'noofvotes', 'numvotes', 'votecount', 'imdbvotes'),
    extra('meta_score', 'number', 'metascore'),
    extra('gross', 'money', 'revenue', 'worldwidegross', 'grossworldwide', 'boxoffice'),
    extra('budget', 'money'),
    extra('overview', 'text', 'description', 'plot', 'synopsis'),
  ],
  persons: [
    { ...movieId, synonyms: [...movieId.synonyms, 'imdbtitleid', 'tconst', 'titleid', 'tmdbid', 'id'] },
    field('person_id', 'id', false, 'actorid', 'castid', 'nconst', 'imdbnameid'),
    field('name', 'text', true, 'personname', 'person', 'actor', 'actorname', 'primaryname', 'castname'),
    field('role', 'text', false, 'job', 'category', 'profession', 'type'),
    field('department', 'text', false),
    field('character', 'text', false, 'characters', 'charactername'),
    field('ordering', 'whole', false, 'order', 'position', 'billing'),
  ],
  keywords: [
    { ...movieId, synonyms: [...movieId.synonyms, 'tmdbid', 'id'] },
    field('keyword_id', 'id', false),
    field('keyword', 'text', true, 'name'),
  ],
  tags: [userId, movieId, field('tag', 'text', true, 'tags', 'label', 'keyword'), timestamp],
  links: [movieId, field('imdb_id', 'text', false, 'imdb'), field('tmdb_id', 'id', false, 'tmdb')],
  genome_scores: [movieId, field('tag_id', 'id', true), field('relevance', 'number', true, 'relevancescore')],
  genome_tags: [field('tag_id', 'id', true), field('tag', 'text', true)],
  users: [
    userId, field('gender', 'text', false, 'sex'), field('age', 'whole', false), field('occupation', 'text', false, 'job'), field('zip_code', 'text', false, 'zip', 'postalcode', 'postcode'),
  ],
  genres: [field('genre', 'text', true, 'name'), field('genre_id', 'whole', false, 'id')],
};

/** Kinds whose other columns are kept as texts under their own names; of the others only the core fields are stored. */
export const keepsOtherColumns: ReadonlySet<SourceKind> = new Set(['movies', 'users', 'links']);

const plain = (name: string): string => name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');

/** A name as the raw tables write it: snake case. */
export function snakeCase(name: string): string {
  const words = name.trim().replace(/([\p{Ll}\p{N}])(\p{Lu})/gu, '$1_$2').toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '_').replace(/^_+|_+$/g, '');
  return words === '' ? 'column' : words;
}

/** Which column of the file fills each core field of a kind, by name; the first that fits wins. */
export function matchColumns(kind: CoreKind, columns: readonly string[]): Map<string, number> {
  const names = columns.map(plain);
  const matched = new Map<string, number>();
  for (const { name, synonyms } of coreFields[kind]) {
    for (const synonym of synonyms) {
      const index = names.indexOf(synonym);
      if (index >= 0 && ![...matched.values()].includes(index)) {
        matched.set(name, index);
        break;
      }
    }
  }
  return matched;
}

/** Whether a text is a name that a column of some kind has in the wild. */
export function isFieldName(text: string): boolean {
  const name = plain(text);
  return Object.values(coreFields).some((fields) => fields.some(({ synonyms }) => synonyms.includes(name)));
}

const byName: readonly (readonly [RegExp, CoreKind])[] = [
  [/^(?:u\.data|ratings?)$/, 'ratings'],
  [/^(?:u\.item|movies?|films?)$/, 'movies'],
  [/^tags?$/, 'tags'],
  [/^links?$/, 'links'],
  [/^genome[-_]scores?$/, 'genome_scores'],
  [/^genome[-_]tags?$/, 'genome_tags'],
  [/^(?:u\.user|users?)$/, 'users'],
  [/^u\.genre$/, 'genres'],
  [/^(?:persons?|people|credits|cast|crew|principals|title[._]principals)$/, 'persons'],
  [/^keywords?$/, 'keywords'],
];

/** The kind that a file's name says, if any. `stem` is the name without its ending, or the whole name of `u.data` and its like. */
export function kindOfName(stem: string): CoreKind | undefined {
  return byName.find(([form]) => form.test(stem.toLowerCase()))?.[1];
}

/** The kind that the columns of a file show, or `table`. */
export function kindOfColumns(columns: readonly string[]): SourceKind {
  const names = new Set(columns.map(plain));
  const has = (kind: CoreKind, ...fields: string[]) => {
    const matched = matchColumns(kind, columns);
    return fields.every((name) => matched.has(name));
  };
  if (has('ratings', 'user_id', 'movie_id', 'rating')) return 'ratings';
  if (has('tags', 'user_id', 'movie_id', 'tag')) return 'tags';
  if (has('genome_scores', 'movie_id', 'tag_id', 'relevance')) return 'genome_scores';
  if (columns.length === 2 && has('genome_tags', 'tag_id', 'tag')) return 'genome_tags';
  if (has('links', 'movie_id', 'imdb_id') || (has('links', 'movie_id', 'tmdb_id') && !has('movies', 'title'))) return has('movies', 'title') ? 'movies' : 'links';
  if (names.has('crew') && has('persons', 'movie_id')) return 'persons';
  if (has('persons', 'movie_id', 'name') && ['role', 'job', 'character', 'characters', 'department', 'personid', 'actorname', 'nconst'].some((name) => names.has(name))) return 'persons';
  if (has('movies', 'movie_id', 'title') && !names.has('cast')) return 'movies';
  // Without ids: what says several things about each title, as lists of the best films do.
  if (has('movies', 'title') && coreFields.movies.filter(({ name, extra: own }) => own && has('movies', name)).length >= 2) return 'movies';
  if (has('persons', 'movie_id') && (names.has('cast') || has('persons', 'name'))) return 'persons';
  if (names.has('keywords') && has('keywords', 'movie_id')) return 'keywords';
  if (has('users', 'user_id') && (has('users', 'age') || has('users', 'gender') || has('users', 'occupation'))) return 'users';
  return 'table';
}
