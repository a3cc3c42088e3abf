/** Built tables that the pipeline can publish as files, in the order in which they are offered. */
export const publishableTables = [
  'movies', 'genres', 'movie_genres', 'users', 'ratings', 'tags', 'people', 'movie_cast', 'movie_crew', 'keywords', 'movie_keywords', 'genome_tags', 'genome_scores',
  'genre_features', 'movie_features', 'user_profiles', 'splits', 'sequences', 'evaluations',
  'data_quality_reports', 'data_quality_findings', 'quarantine', 'fixes', 'reconciliation',
] as const;
