import type { CoreType } from '../../workspace/core-values.ts';

/**
 * How the rows of a raw table become rows of core tables, as far as a single row's fate depends on it. The transform
 * decides for all rows at once; lineage retells it for a few. That both agree is tested row by row.
 */
export interface RawKind {
  /** `raw.<kind>`. */
  readonly kind: string;
  /** The core tables that its rows come to stand in. */
  readonly into: readonly string[];
  /** Columns of these tables that name what a row becomes there. */
  readonly key: readonly string[];
  readonly types: Readonly<Record<string, CoreType>>;
  /** Columns without which a row cannot be used. */
  readonly required: readonly string[];
  /** Columns of which the value must be in another core table, and which. */
  readonly references: readonly { readonly column: string; readonly table: string }[];
  /** Rows that agree in these are copies, of which one stays: the newest, or the first by its place. Empty where all stay. */
  readonly copies: readonly string[];
  readonly stays: 'newest' | 'first';
  /**
   * What the merging of films does: `joins` puts rows under the film that stays, copies among them are merged; `united` keeps
   * of each film that becomes one only the rows of one film; `ends` makes the row itself one with another film's.
   */
  readonly merging: 'joins' | 'united' | 'ends' | 'none';
  /** Rows that agree in these besides the film are united. */
  readonly unitedBy: readonly string[];
  /** Whether k-core limits can leave a row out. */
  readonly core: boolean;
  /** Those without a number (`id`) are told apart by their name, by which the core table `list` numbers them on. */
  readonly named?: { readonly id: string; readonly name: string; readonly list: string; readonly label: string };
}

const film = { column: 'movie_id', table: 'movies' } as const;
const defaults = { references: [film], copies: [], stays: 'first', merging: 'united', unitedBy: [], core: false } as const;

const kinds: readonly RawKind[] = [
  {
    ...defaults, kind: 'ratings', into: ['ratings'], key: ['user_id', 'movie_id'], types: { user_id: 'BIGINT', movie_id: 'BIGINT', rating: 'DOUBLE', timestamp: 'BIGINT' },
    required: ['user_id', 'movie_id', 'rating'], copies: ['user_id', 'movie_id'], stays: 'newest', merging: 'joins', core: true,
  },
  { ...defaults, kind: 'movies', into: ['movies'], key: ['movie_id'], types: { movie_id: 'BIGINT' }, required: ['movie_id'], references: [], copies: ['movie_id'], merging: 'ends' },
  { ...defaults, kind: 'links', into: ['movies'], key: ['movie_id'], types: { movie_id: 'BIGINT', tmdb_id: 'BIGINT' }, required: ['movie_id'], copies: ['movie_id'], merging: 'ends' },
  { ...defaults, kind: 'users', into: ['users'], key: ['user_id'], types: { user_id: 'BIGINT' }, required: ['user_id'], references: [], copies: ['user_id'], merging: 'none' },
  {
    ...defaults, kind: 'tags', into: ['tags'], key: ['user_id', 'movie_id', 'tag'], types: { user_id: 'BIGINT', movie_id: 'BIGINT', tag: 'VARCHAR', timestamp: 'BIGINT' },
    required: ['user_id', 'movie_id', 'tag'], unitedBy: ['user_id', 'tag'],
  },
  { ...defaults, kind: 'genome_tags', into: ['genome_tags'], key: ['tag_id'], types: { tag_id: 'BIGINT', tag: 'VARCHAR' }, required: ['tag_id', 'tag'], references: [], copies: ['tag_id'], merging: 'none' },
  {
    ...defaults, kind: 'genome_scores', into: ['genome_scores'], key: ['movie_id', 'tag_id'], types: { movie_id: 'BIGINT', tag_id: 'BIGINT', relevance: 'DOUBLE' },
    required: ['movie_id', 'tag_id', 'relevance'], references: [film, { column: 'tag_id', table: 'genome_tags' }], unitedBy: ['tag_id'],
  },
  {
    ...defaults, kind: 'persons', into: ['movie_cast', 'movie_crew'], key: ['movie_id', 'person_id'], types: { movie_id: 'BIGINT', person_id: 'BIGINT', name: 'VARCHAR', role: 'VARCHAR', department: 'VARCHAR', character: 'VARCHAR' },
    required: ['movie_id', 'name'], copies: ['movie_id', 'person_id', 'name', 'role', 'department', 'character'], unitedBy: ['person_id', 'name', 'role', 'department', 'character'],
    named: { id: 'person_id', name: 'name', list: 'people', label: 'name' },
  },
  {
    ...defaults, kind: 'keywords', into: ['movie_keywords'], key: ['movie_id', 'keyword_id'], types: { movie_id: 'BIGINT', keyword_id: 'BIGINT', keyword: 'VARCHAR' },
    required: ['movie_id', 'keyword'], copies: ['movie_id', 'keyword_id', 'keyword'], unitedBy: ['keyword_id', 'keyword'],
    named: { id: 'keyword_id', name: 'keyword', list: 'keywords', label: 'keyword' },
  },
];

/** The kind of a raw table by its name without the schema; undefined for a table that the pipeline does not read. */
export function rawKind(kind: string): RawKind | undefined {
  return kinds.find((known) => known.kind === kind);
}

/** Core tables whose rows stand for a raw kind and the columns by which they are found, or that sum rows of another table up. */
export interface RowSources {
  /** Raw kinds, and the columns of the asked key to look for. */
  readonly kinds: readonly { readonly kind: string; readonly by: readonly string[] }[];
  /** Core tables that are summed up, and the columns of the asked key that their rows share. */
  readonly sums: readonly { readonly table: string; readonly by: readonly string[] }[];
}

const direct = (kind: string, by: readonly string[]): RowSources => ({ kinds: [{ kind, by }], sums: [] });
const sources: Readonly<Record<string, RowSources>> = {
  ratings: direct('ratings', ['user_id', 'movie_id']),
  movies: { kinds: [{ kind: 'movies', by: ['movie_id'] }, { kind: 'links', by: ['movie_id'] }], sums: [] },
  movie_genres: direct('movies', ['movie_id']),
  genres: { kinds: [], sums: [{ table: 'movie_genres', by: ['genre_id'] }] },
  tags: direct('tags', ['user_id', 'movie_id', 'tag']),
  users: { kinds: [{ kind: 'users', by: ['user_id'] }], sums: [{ table: 'ratings', by: ['user_id'] }, { table: 'tags', by: ['user_id'] }] },
  genome_tags: direct('genome_tags', ['tag_id']),
  genome_scores: direct('genome_scores', ['movie_id', 'tag_id']),
  people: direct('persons', ['person_id']),
  movie_cast: direct('persons', ['movie_id', 'person_id']),
  movie_crew: direct('persons', ['movie_id', 'person_id']),
  keywords: direct('keywords', ['keyword_id']),
  movie_keywords: direct('keywords', ['movie_id', 'keyword_id']),
  user_profiles: { kinds: [], sums: [{ table: 'ratings', by: ['user_id'] }] },
  movie_features: { kinds: [{ kind: 'movies', by: ['movie_id'] }], sums: [{ table: 'ratings', by: ['movie_id'] }] },
  genre_features: { kinds: [], sums: [{ table: 'movie_genres', by: ['genre_id'] }] },
};

/** Where rows of a built table come from; of one that is not listed, by whether its key names a user, a film or both. */
export function sourcesOf(table: string, key: readonly string[]): RowSources {
  const known = sources[table];
  if (known) return known;
  if (key.includes('user_id') && key.includes('movie_id')) return direct('ratings', ['user_id', 'movie_id']);
  if (key.includes('user_id')) return { kinds: [], sums: [{ table: 'ratings', by: ['user_id'] }] };
  if (key.includes('movie_id')) return direct('movies', ['movie_id']);
  return { kinds: [], sums: [] };
}
