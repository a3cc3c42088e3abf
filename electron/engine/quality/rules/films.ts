import { isKnownCertificate, spelledCertificate } from '../relations/certificates.ts';
import { foldBlanks, hasStrayBlanks } from '../relations/titles.ts';
import { presentRule, typeRule } from './fields.ts';
import type { Rule } from './rule.ts';

const row = { table: 'movies', over: 'movie_facts', unit: 'row', key: ['movie_id', 'title'] } as const;

interface Fact {
  readonly column: string;
  readonly name: string;
  /** What a readable cell is, and the bounds that its value has; facts without are texts. */
  readonly expected?: string;
  readonly range?: readonly [least: number, most: number | null];
  /** Whether a film is expected to have it. */
  readonly present: boolean;
}

/** What files of films say besides title and genres, where they say it. */
const facts: readonly Fact[] = [
  { column: 'year', name: 'year', expected: 'a year', present: false },
  { column: 'certificate', name: 'certificate', present: true },
  { column: 'runtime', name: 'running time', expected: 'a number of minutes (“142”, “142 min”, “2h 22m”, “PT142M”)', range: [1, 1440], present: true },
  { column: 'average_rating', name: 'average rating', expected: 'a number', range: [0, 10], present: true },
  { column: 'votes', name: 'number of votes', expected: 'a whole number', range: [0, null], present: true },
  { column: 'meta_score', name: 'meta score', expected: 'a number', range: [0, 100], present: true },
  { column: 'gross', name: 'gross', expected: 'a sum in US dollars (“28,341,469”, “$1,200”, “$1.5M”)', range: [0, null], present: true },
  { column: 'budget', name: 'budget', expected: 'a sum in US dollars (“28,341,469”, “$1,200”, “$1.5M”)', range: [0, null], present: true },
  { column: 'overview', name: 'overview', present: true },
];

function rulesOf({ column, name, expected, range, present }: Fact): Rule[] {
  const about = { ...row, column, name };
  const requires = ['movies', `movies.${column}`];
  return [
    ...(present ? [presentRule(about, { severity: 'info' })] : []),
    ...(expected === undefined ? [] : [{ ...typeRule(about, expected), severity: 'warning', fix: { text: `Keep the film without its ${name}.`, action: { kind: 'keep' } } } satisfies Rule]),
    ...(range === undefined ? [] : [{
      ...row, id: `movies.${column}.range`, column, dimension: 'accuracy', severity: 'warning', title: `An impossible ${name}`, requires,
      fails: () => `${column} < ${range[0]}${range[1] === null ? '' : ` OR ${column} > ${range[1]}`}`, checked: `SELECT count(${column}) FROM movie_facts`, value: `${column}_text`,
      reason: () => `“{value}” is ${range[1] === null ? `below ${range[0]}` : `outside ${range[0]} to ${range[1]}`}.`,
      fix: { text: `Set the ${name} to NULL.`, action: { kind: 'set', column, to: () => 'NULL' } },
    } satisfies Rule]),
  ];
}

const certificate = { ...row, column: 'certificate', requires: ['movies', 'movies.certificate'], checked: 'SELECT count(certificate) FROM movie_facts', value: 'certificate' } as const;
const trimmed = foldBlanks('certificate');

/** The rules on what films have besides title and genres: years, certificates, running times, sums, scores, overviews. */
export const filmRules: readonly Rule[] = [
  ...facts.flatMap(rulesOf),
  {
    ...certificate, id: 'movies.certificate.known', dimension: 'accuracy', severity: 'warning', title: 'An unknown certificate',
    fails: () => `certificate IS NOT NULL AND NOT (${isKnownCertificate(trimmed)}) AND ${spelledCertificate('certificate')} IS NULL`, reason: () => '“{value}” is no certificate of a board that is known.',
  },
  {
    ...certificate, id: 'movies.certificate.spelling', dimension: 'consistency', severity: 'warning', title: 'Another spelling of a certificate',
    fails: () => `(NOT (${isKnownCertificate(trimmed)}) OR ${trimmed} <> certificate) AND ${spelledCertificate('certificate')} IS NOT NULL`, reason: () => '“{value}” is another spelling of a certificate.',
    fix: { text: 'Spell it as its board does.', action: { kind: 'set', column: 'certificate', to: () => `CASE WHEN ${isKnownCertificate(trimmed)} THEN ${trimmed} ELSE ${spelledCertificate('certificate')} END` } },
  },
  {
    ...row, id: 'movies.overview.whitespace', column: 'overview', dimension: 'consistency', severity: 'info', title: 'Leading, trailing or doubled blanks in the overview', requires: ['movies', 'movies.overview'],
    fails: () => hasStrayBlanks('overview'), checked: 'SELECT count(overview) FROM movie_facts', value: 'overview', reason: () => '“{value}” has leading, trailing or doubled blanks.',
    fix: { text: 'Trim the overview and fold doubled blanks.', action: { kind: 'set', column: 'overview', to: () => foldBlanks('overview') } },
  },
];
