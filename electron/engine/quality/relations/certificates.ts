import { listOf, literal } from '../../workspace/sql.ts';

/**
 * Certificates by the board that gives them, as written today or once; the closed vocabulary of `movies.certificate.known`.
 * One text may be a certificate of several boards (`U` of India and the United Kingdom).
 */
export const certificates: Readonly<Record<string, readonly string[]>> = {
  'India (CBFC)': ['U', 'UA', 'UA 7+', 'UA 13+', 'UA 16+', 'A', 'S'],
  'United States (MPA)': ['G', 'PG', 'PG-13', 'R', 'NC-17', 'Approved', 'Passed', 'M', 'GP', 'X'],
  'United States (television)': ['TV-Y', 'TV-Y7', 'TV-Y7-FV', 'TV-G', 'TV-PG', 'TV-14', 'TV-MA'],
  'United Kingdom (BBFC)': ['U', 'PG', '12', '12A', '15', '18', 'R18', 'AA'],
  'Germany (FSK), Spain, France, Brazil and others by age': ['0', '6', '7', '10', '11', '12', '13', '14', '16', '17', '18', 'L'],
  Australia: ['G', 'PG', 'M', 'MA15+', 'R18+', 'X18+'],
  'None': ['Unrated', 'Not Rated'],
};

const known = [...new Set(Object.values(certificates).flat())];
/** Letters and digits alone, in capitals, and the spelling of the vocabulary; `U/A` and `NR` are spellings of their own. */
const spellings: readonly (readonly [string, string])[] = [...known.map((name) => [name.toUpperCase().replace(/[^A-Z0-9+]/g, ''), name] as const), ['NR', 'Not Rated'], ['UR', 'Unrated'], ['NC17A', 'NC-17']];

export const isKnownCertificate = (column: string): string => `list_contains(${listOf(known)}, ${column})`;

/** The certificate that a text is another spelling of (`pg13`, `U/A`), else NULL. */
export function spelledCertificate(column: string): string {
  const plain = `regexp_replace(upper(${column}), '[^A-Z0-9+]', '', 'g')`;
  return `CASE ${plain} ${[...new Map(spellings)].map(([letters, name]) => `WHEN ${literal(letters)} THEN ${literal(name)}`).join(' ')} END`;
}
