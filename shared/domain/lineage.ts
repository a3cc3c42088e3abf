/** What lineage is known of, in the order in which a bare name is looked up. */
export const thingKinds = ['table', 'model', 'metric', 'rule', 'parameter', 'file', 'run', 'output'] as const;

/** Columns that name a row of a built table. */
const keys: Readonly<Record<string, readonly string[]>> = {
  ratings: ['user_id', 'movie_id'], movies: ['movie_id'], users: ['user_id'], tags: ['user_id', 'movie_id', 'tag'],
  genres: ['genre_id'], movie_genres: ['movie_id', 'genre_id'], genome_tags: ['tag_id'], genome_scores: ['movie_id', 'tag_id'],
  people: ['person_id'], movie_cast: ['movie_id', 'person_id'], movie_crew: ['movie_id', 'person_id'], keywords: ['keyword_id'], movie_keywords: ['movie_id', 'keyword_id'],
  user_profiles: ['user_id'], movie_features: ['movie_id'], genre_features: ['genre_id'], quarantine: ['table_name', 'row_id', 'text_row_id'], fixes: ['table_name', 'row_id', 'text_row_id'],
};

/**
 * The columns that name a row of a table, of those that it has: for tables that are not listed, whichever of user and film
 * they are about. Empty where its rows are about neither. Rows of raw tables are named by all their cells.
 */
export function rowKey(table: string, columns: readonly string[]): readonly string[] {
  if (table.startsWith('raw.')) return columns;
  const known = keys[table] ?? ['user_id', 'movie_id'];
  return known.filter((column) => columns.includes(column));
}
