/** What a person's own rule can be, for the engine, the form and the reference in docs. Free of zod: the page loads it. */

export const ruleKinds = ['missing', 'type', 'range', 'set', 'pattern', 'unique', 'reference', 'sql', 'group', 'table', 'volume', 'freshness'] as const;
export type RuleKind = (typeof ruleKinds)[number];

/** Keys that every kind takes. */
export const commonKeys = ['id', 'kind', 'table', 'where', 'title', 'reason', 'dimension', 'severity', 'threshold', 'enabled'] as const;

interface KindFacts {
  /** What the rule asks, in a line. */
  readonly about: string;
  readonly unit: 'row' | 'group' | 'table';
  readonly dimension: 'completeness' | 'accuracy' | 'consistency' | 'timeliness' | 'uniqueness';
  /** Keys besides the common ones: those without which it says nothing, and those that it may have. */
  readonly needs: readonly string[];
  readonly takes: readonly string[];
}

const row = ['key', 'fix'] as const;

export const kindFacts: Record<RuleKind, KindFacts> = {
  missing: { about: 'These columns are never empty', unit: 'row', dimension: 'completeness', needs: ['columns'], takes: row },
  type: { about: 'Every cell of the column can be read as its type', unit: 'row', dimension: 'accuracy', needs: ['column'], takes: row },
  range: { about: 'Values lie between a lowest and a highest one', unit: 'row', dimension: 'accuracy', needs: ['column'], takes: ['min', 'max', ...row] },
  set: { about: 'Values, or the parts of a list in a cell, are among these', unit: 'row', dimension: 'accuracy', needs: ['column', 'values'], takes: ['separator', 'ignore_case', ...row] },
  pattern: { about: 'The whole text matches a regular expression', unit: 'row', dimension: 'accuracy', needs: ['column', 'pattern'], takes: ['ignore_case', ...row] },
  unique: { about: 'No two rows agree in these columns', unit: 'row', dimension: 'uniqueness', needs: ['columns'], takes: row },
  reference: { about: 'Every value is found in a column of another table', unit: 'row', dimension: 'consistency', needs: ['column', 'to'], takes: row },
  sql: { about: 'A condition in SQL holds on every row', unit: 'row', dimension: 'consistency', needs: ['must'], takes: ['column', ...row] },
  group: { about: 'A condition in SQL holds on every group of rows', unit: 'group', dimension: 'consistency', needs: ['by', 'must'], takes: [] },
  table: { about: 'A figure of the whole table lies within bounds', unit: 'table', dimension: 'accuracy', needs: ['figure'], takes: ['min', 'max'] },
  volume: { about: 'The table has so many rows', unit: 'table', dimension: 'completeness', needs: [], takes: ['min', 'max'] },
  freshness: { about: 'The newest time is not older than this', unit: 'table', dimension: 'timeliness', needs: ['column', 'max_age'], takes: [] },
};

/** What may stand at each key, in words. */
export const keyWords: Record<string, string> = {
  id: 'a name such as ratings.half_stars: lower-case letters, digits and _, in two or more parts with dots between them',
  kind: `one of ${ruleKinds.join(', ')}`,
  table: 'the name of an imported table',
  column: 'the name of a column',
  columns: 'a list of names of columns',
  where: 'a condition in SQL',
  must: 'a condition in SQL',
  figure: 'an aggregate in SQL such as avg(rating)',
  by: 'a list of names of columns',
  min: 'a number, or a date such as 1995-01-31',
  max: 'a number, or a date such as 1995-01-31',
  values: 'a list of texts, numbers, or true and false, with one at least',
  separator: 'a text of 1 to 5 characters',
  ignore_case: 'true or false',
  pattern: 'a regular expression of at most 500 characters',
  to: 'TABLE.COLUMN, for instance movies.movie_id',
  max_age: 'a number of hours, days, weeks or years, for instance 30 days',
  key: 'a list of names of columns',
  fix: 'quarantine or none',
  title: 'a text of 1 to 200 characters',
  reason: 'a text of 1 to 500 characters, in which {value} stands for the value',
  dimension: 'one of completeness, accuracy, consistency, timeliness, uniqueness',
  severity: 'one of error, warning, info',
  threshold: 'a count such as 10 or a share such as 0.5%',
  enabled: 'true or false',
};
