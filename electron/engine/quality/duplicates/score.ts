import type { Film } from './films.ts';
import type { Pair } from './pairs.ts';
import { reasonsFor } from './reasons.ts';
import type { Vocabulary } from './vocabulary.ts';
import type { DuplicateReason } from '../../../../shared/contract/duplicates.ts';

/** Who rated two films. */
export interface Raters {
  /** Users that rated the film that fewer users rated. */
  readonly fewer: number;
  readonly both: number;
}

export interface ScoredPair {
  readonly a: number;
  readonly b: number;
  readonly score: number;
  readonly reasons: readonly DuplicateReason[];
}

/** A year is four digits: it agrees or not, as a whole. */
const YEAR = 4;
/** A slip counts for the letter that is wrong and for the one beside it. */
const SLIP = 2;

/**
 * How much of what two films can be compared in agrees, from 0 to 1: `(compared − against) / (compared + 1)`.
 *
 * `compared` counts the letters of the longer title, four for the year where either film has one, and, where both have such
 * a thing, the digits of each identifier and the genres that either has; `against` counts two for each slip in the title, a
 * whole word where the slip makes it another that is as common, and all of what else does not agree. A user that rated both films is one thing compared that is against: who saw a film
 * has no need of its copy. The one that is added keeps little that agrees from proving much.
 */
export function scored({ a, b, match }: Pair, raters: Raters, words: Vocabulary): ScoredPair {
  const users: Field = { compared: raters.both, against: raters.both };
  const fields = [title({ a, b, match }, words), year(a, b), identifier(a.imdb, b.imdb), identifier(a.tmdb, b.tmdb), genres(a, b), users];
  const compared = fields.reduce((sum, field) => sum + field.compared, 0);
  const against = fields.reduce((sum, field) => sum + field.against, 0);
  return { a: a.id, b: b.id, score: Math.round(((compared - against) / (compared + 1)) * 1e4) / 1e4, reasons: reasonsFor({ a, b, match }, raters, words) };
}

interface Field {
  readonly compared: number;
  readonly against: number;
}

const unknown: Field = { compared: 0, against: 0 };

function title(pair: Pair, words: Vocabulary): Field {
  const { slips, forms } = pair.match;
  const compared = Math.max(forms[0].key.length, forms[1].key.length);
  const another = words.otherWords(pair);
  const against = another === undefined ? slips * SLIP : another.reduce((sum, [x, y]) => sum + Math.max(x.length, y.length), 0);
  return { compared, against: Math.min(against, compared) };
}

function year(a: Film, b: Film): Field {
  if (a.year === null && b.year === null) return unknown;
  return { compared: YEAR, against: a.year === b.year ? 0 : YEAR };
}

function identifier(a: string | null, b: string | null): Field {
  if (a === null || b === null) return unknown;
  const compared = Math.max(a.length, b.length);
  return { compared, against: a === b ? 0 : compared };
}

function genres(a: Film, b: Film): Field {
  if (a.genres.length === 0 || b.genres.length === 0) return unknown;
  const shared = a.genres.filter((genre) => b.genres.includes(genre)).length;
  const compared = a.genres.length + b.genres.length - shared;
  return { compared, against: compared - shared };
}
