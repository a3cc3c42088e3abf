import type { ColumnProfile } from '../../../../shared/contract/index.ts';
import type { Session } from '../../workspace/session.ts';
import { literal } from '../../workspace/sql.ts';
import { VALUES } from './values.ts';

const PATTERNS = 10;

/** Each replaces all matches in turn; what the letters stand for is in docs/quality.md. */
const steps: readonly (readonly [search: string, by: string])[] = [
  [String.raw`\p{Lu}+`, 'A'],
  [String.raw`[\p{Ll}\p{Lt}\p{Lm}\p{Lo}\p{M}]+`, 'a'],
  [String.raw`\p{Nd}`, '9'],
  [String.raw`[\s\p{Z}]+`, ' '],
  // Words that follow one another, then entries of a list.
  [String.raw`([Aa]+)(?:[ '’-]+[Aa]+)+`, String.raw`\1 …`],
  [String.raw`([Aa]+(?: …)?)(?:\|[Aa]+(?: …)?)+`, String.raw`\1|…`],
];
const pattern = (value: string): string => steps.reduce((sql, [search, by]) => `regexp_replace(${sql}, ${literal(search)}, ${literal(by)}, 'g')`, value);

const blank = String.raw`regexp_full_match(value, '[\s\p{Z}]*')`;
// A number with a leading zero is a code: read as a number it would lose it.
const asNumber = String.raw`regexp_full_match(value, '\s*[+-]?(?:(?:0|[1-9]\d*)(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?\s*')`;
const dateFormats = ['%Y-%m-%d', '%Y/%m/%d', '%d.%m.%Y', '%d/%m/%Y', '%m/%d/%Y', '%d-%m-%Y', '%d %b %Y', '%d-%b-%Y', '%b %d, %Y', '%d %B %Y', '%B %d, %Y'];
const dateLike = String.raw`length(value) BETWEEN 6 AND 40 AND regexp_matches(value, '^\s*(?:\d{1,4}[-/. ]|[A-Z][a-z]{2,8} \d)')`;
const asDate = `CASE WHEN ${dateLike} THEN TRY_CAST(trim(value) AS TIMESTAMP) IS NOT NULL OR try_strptime(trim(value), [${dateFormats.map(literal).join(', ')}]) IS NOT NULL ELSE false END`;

/** What can be said of texts alone, from `profile_measured`. */
export async function describeTexts(session: Session): Promise<NonNullable<ColumnProfile['texts']>> {
  const count = (condition: string) => `coalesce(sum(count) FILTER (${condition}), 0)::BIGINT`;
  const { shortest, average, longest, ...counts } = await session.one<{ blank: number; padded: number; asNumber: number; asDate: number; shortest: number | null; average: number | null; longest: number | null }>(`
    SELECT ${count(blank)} AS blank, ${count(String.raw`NOT ${blank} AND regexp_matches(value, '^[\s\p{Z}]|[\s\p{Z}]$')`)} AS padded,
      ${count(asNumber)} AS "asNumber", ${count(asDate)} AS "asDate",
      min(length(value)) AS shortest, sum(length(value) * count)::DOUBLE / sum(count) AS average, max(length(value)) AS longest FROM ${VALUES}`);
  const patterns = await session.all<{ pattern: string; count: number; example: string; patterns: number }>(`
    SELECT pattern, sum(count)::BIGINT AS count, min(value) AS example, count(*) OVER () AS patterns
    FROM (SELECT ${pattern('value')} AS pattern, value, count FROM ${VALUES} WHERE NOT ${blank}) GROUP BY pattern ORDER BY count DESC, pattern LIMIT ${PATTERNS}`);
  return {
    ...counts,
    lengths: shortest === null || average === null || longest === null ? null : { min: shortest, mean: average, max: longest },
    patterns: patterns.map(({ patterns: _all, ...entry }) => entry),
    patternCount: patterns[0]?.patterns ?? 0,
  };
}
