import type { Rule } from './rule.ts';

const whole = { table: 'dataset', column: null, unit: 'table', key: [], severity: 'warning' } as const;

/** The rules on all tables together. Their figures are per cent. */
export const datasetRules: readonly Rule[] = [
  {
    ...whole, id: 'dataset.completeness', dimension: 'completeness', title: 'Required cells are empty', over: 'dataset_cells', requires: [],
    fails: ({ quality }) => `cells > 0 AND 100.0 * filled <= ${quality.min_completeness}::DOUBLE * cells`, checked: 'SELECT count(*) FROM dataset_cells WHERE cells > 0',
    value: 'round(100.0 * filled / cells, 2)', figure: () => 'max(CASE WHEN cells > 0 THEN 100.0 * filled / cells END)',
    reason: ({ quality }) => `{value} % of the required cells are filled, no more than ${quality.min_completeness} %.`,
    note: () => 'Filled cells of the required columns of all tables, in per cent; it has no failing rows.',
  },
  {
    ...whole, id: 'dataset.referential', dimension: 'consistency', title: 'Many films have no rating', over: 'dataset_films',
    requires: ['movies', 'movies.movie_id', 'ratings', 'ratings.movie_id'],
    fails: ({ quality }) => `100.0 * unrated > ${quality.max_unrated_films}::DOUBLE * films`, checked: 'SELECT count(*) FROM dataset_films WHERE films > 0',
    value: 'round(100.0 * unrated / films, 2)', figure: () => 'max(CASE WHEN films > 0 THEN 100.0 * unrated / films END)',
    reason: ({ quality }) => `{value} % of the films in movies have no rating, more than ${quality.max_unrated_films} %.`,
    note: () => 'Films in movies without a rating, in per cent; it has no failing rows.',
  },
];
