/** The ids of the built-in quality rules, in the order of the report: what `quality.<rule id>.…` may name. */
export const builtInRules: readonly string[] = [
  'ratings.user_id.present', 'ratings.user_id.type', 'ratings.movie_id.present', 'ratings.movie_id.type', 'ratings.rating.present', 'ratings.rating.type', 'ratings.rating.range', 'ratings.rating.step', 'ratings.timestamp.present', 'ratings.timestamp.type', 'ratings.timestamp.unit', 'ratings.timestamp.future', 'ratings.timestamp.before_epoch', 'ratings.timestamp.before_release', 'ratings.duplicate.exact', 'ratings.duplicate.conflict', 'ratings.movie_id.orphan', 'ratings.user.sparse', 'ratings.movie.sparse', 'ratings.user.constant', 'ratings.user.burst', 'ratings.volume', 'ratings.freshness', 'ratings.distribution.drift',
  'movies.movie_id.present', 'movies.movie_id.type', 'movies.movie_id.unique', 'movies.title.present', 'movies.title.whitespace', 'movies.title.encoding', 'movies.title.year_present', 'movies.year.range', 'movies.genres.present', 'movies.genres.known', 'movies.genres.format', 'movies.duplicate.exact', 'movies.duplicate.fuzzy',
  'tags.user_id.present', 'tags.movie_id.present', 'tags.tag.present', 'tags.tag.length', 'tags.tag.normalised', 'tags.movie_id.orphan', 'tags.duplicate.exact', 'tags.timestamp.future',
  'links.movie_id.orphan', 'links.movie_id.missing', 'links.imdb_id.format', 'links.tmdb_id.present', 'links.tmdb_id.unique',
  'genome_scores.relevance.range', 'genome_scores.tag_id.orphan', 'genome_scores.movie_id.orphan', 'genome_scores.complete',
  'persons.name.present', 'persons.movie_id.orphan',
  'dataset.completeness', 'dataset.referential',
];
