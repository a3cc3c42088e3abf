import { BY_HAND, type RowLineage } from '../../../../shared/contract/index.ts';
import type { Candidate } from './candidates.ts';
import { cellText } from './cell-text.ts';
import type { RawKind } from './kinds.ts';
import type { Fate } from './outcome.ts';

interface About {
  /** The film that this row's film became. */
  readonly film: string | undefined;
  readonly importedSince: boolean;
  readonly built: boolean;
  readonly parameter: (path: string) => string | null;
}

const plural = (count: number, one: string): string => `${count.toLocaleString('en')} ${one}${count === 1 ? '' : 's'}`;

/** Where a row stands, for a sentence. */
export function placeOf({ file, line, place }: { readonly file: string | null; readonly line: number | null; readonly place?: number }): string {
  if (file === null) return 'another row';
  return line === null ? `${place === undefined ? 'a row' : `row ${place.toLocaleString('en')}`} of ${file}` : `line ${line.toLocaleString('en')} of ${file}`;
}

/** What became of an imported row, in a sentence. */
export function whyOf(kind: RawKind, row: Candidate, { outcome, instead, columns, rule }: Fate, { film, importedSince, built, parameter }: About): string {
  const table = kind.into.join(' or ');
  const aside = row.setAside.find((entry) => entry.rule === rule);
  switch (outcome) {
    case 'loaded': {
      const changed = new Set(row.fixes.flatMap(({ column }) => column ?? [])).size;
      const joined = film === undefined ? '' : ` as film ${film}, which its film became`;
      return `It stands in ${table}${joined}${changed === 0 ? ', no cell changed by a fix' : `, ${plural(changed, 'cell')} changed by fixes`}.`;
    }
    case 'set aside': return `The rule ${rule ?? ''} set it aside: ${aside?.reason ?? ''}`;
    case 'set aside by hand': return `It was set aside ${BY_HAND}: ${aside?.reason ?? ''}`;
    case 'dropped': return `The rule ${rule ?? ''} left it out${instead === null ? '' : `: ${placeOf(instead)} stays`}.`;
    case 'unusable': return `It has no ${columns.join(' and no ')} that can be read, so it stands in no table.`;
    case 'orphan': return `Its ${columns.map((column) => `${column} ${cellText(row.clean[column] ?? '')}`).join(' and its ')} is in no row of ${kind.references.filter(({ column }) => columns.includes(column)).map((reference) => reference.table).join(' or ')}.`;
    case 'duplicate': return `${sentence(placeOf(instead ?? { file: null, line: null }))} stands for the same ${kind.key.join(' and ')}: ${kind.stays === 'newest' ? 'the newest one stays' : 'the first one stays'}.`;
    case 'merged': return film === undefined && instead === null ? 'Its film became another one.' : `Films that are one have one row: ${instead === null ? `that of film ${film ?? ''}` : placeOf(instead)} stands for it.`;
    case 'k-core': return `Its user or its film has too few ratings: a user needs ${parameter('transform.min_ratings_per_user') ?? '1'}, a film ${parameter('transform.min_ratings_per_movie') ?? '1'} among those that are left.`;
    default:
      if (importedSince) return 'Files were imported after the tables were built: what becomes of it, the next run will show.';
      if (kind.into.length === 0) return `The pipeline does not read raw.${kind.kind}.`;
      return built ? 'It is not in the tables as they were built.' : 'Nothing is built from it yet.';
  }
}

const sentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** A row's story in one sentence. */
export function aboutRow({ table, row, sources, total, computed, importedSince }: Omit<RowLineage, 'about' | 'rejected'>, rejected: number): string {
  const here = sources.filter(({ outcome }) => outcome === 'loaded');
  const [first] = here;
  const [only] = sources;
  if (table.startsWith('raw.')) return only === undefined ? 'There is no such imported row.' : `${sentence(placeOf(only))}. ${only.why}`;
  const summed = computed.filter(({ rows }) => rows > 0).map((part) => `${plural(part.rows, 'row')} of ${part.table}`);
  if (row !== null) {
    const from = [...(first === undefined ? [] : [here.length === 1 ? placeOf(first) : `${plural(here.length, 'imported row')}, the first ${placeOf(first)}`]), ...(summed.length === 0 ? [] : [summed.join(' and ')])];
    if (from.length > 0) return `It comes from ${from.join(', and sums up ')}.`;
    if (only === undefined) return 'No imported row has its key.';
    return `${sentence(placeOf(only))} has its key; ${importedSince ? 'files were imported after the table was built' : 'what the table was built from is not recorded'}.`;
  }
  if (only !== undefined) return `It is not in ${table}. ${total === 1 ? `${sentence(placeOf(only))}: ${only.why}` : `${plural(total, 'imported row')} would be it; see what became of each.`}`;
  return `It is not in ${table}, and no imported row has its key.${rejected > 0 ? ` ${plural(rejected, 'line')} of the files could not be read as rows; see Import.` : ''}`;
}
