import { literal } from '../../workspace/sql.ts';

/** Titles in SQL: their parts, what is wrong with their characters, and when two of them are nearly the same. */

/** The year of `(YYYY)` at the end of a title, blanks after it allowed; NULL for '(2006–2007)', '(2010– )' and none. */
export function titleYear(title: string): string {
  return `TRY_CAST(regexp_extract(${title}, '\\(([0-9]{4})\\)\\s*$', 1) AS INTEGER)`;
}

/** The title without its `(YYYY)`, blanks trimmed and folded. */
export function titleName(title: string): string {
  return foldBlanks(`regexp_replace(${title}, '\\([0-9]{4}\\)\\s*$', '')`);
}

/** Leading, trailing and doubled blanks taken away. A blank is a space, a tab or an end of line. */
export function foldBlanks(text: string): string {
  return `trim(regexp_replace(${text}, '\\s+', ' ', 'g'))`;
}

export function hasStrayBlanks(text: string): string {
  return `regexp_matches(${text}, '^\\s|\\s$|\\s\\s')`;
}

// Bytes 0x80 to 0xBF as Latin-1 shows them, and as Windows-1252 shows those that it gives other characters.
const windows1252 = '€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ';
const windows1252Bytes = '80 82 83 84 85 86 87 88 89 8A 8B 8C 8E 91 92 93 94 95 96 97 98 99 9A 9B 9C 9E 9F';
const continuation = `[\\x{80}-\\x{BF}${windows1252}]`;
// Two-byte forms of Latin, Greek, Cyrillic, Hebrew and Arabic letters; the other lead bytes are letters of real titles ("CAFÉ»").
const misread = `È[˜™š›]|[ÂÃÄÅÎÏÐÑ×ØÙ]${continuation}|[à-ï]${continuation}{2}|[ðñòóô]${continuation}{3}`;
// Tabs and ends of line count here only where they do not count as stray blanks: alone between two words.
const control = '[\\x{00}-\\x{08}\\x{0E}-\\x{1F}\\x{7F}-\\x{9F}]|[^\\s][\\t-\\r][^\\s]';

/** U+FFFD, a control character, or UTF-8 that was read as Latin-1 or Windows-1252 (`Ã©` for `é`). */
export function hasBrokenCharacters(text: string): string {
  return `regexp_matches(${text}, ${literal(`\\x{FFFD}|${control}|${misread}`)})`;
}

/**
 * The text as it was meant: its characters taken as Windows-1252 bytes and read as UTF-8 where that works out, then
 * control characters taken away. U+FFFD stays, because what stood there is lost.
 */
export function repairCharacters(text: string): string {
  const place = `strpos(${literal(windows1252)}, c)`;
  const byte = `CASE WHEN ${place} > 0 THEN split_part(${literal(windows1252Bytes)}, ' ', CAST(${place} AS INTEGER)) WHEN unicode(c) < 256 THEN printf('%02X', unicode(c)) END`;
  const bytes = `list_transform(string_split(${text}, ''), lambda c: ${byte})`;
  const decoded = `CASE WHEN regexp_matches(${text}, ${literal(misread)}) AND NOT list_contains(list_transform(${bytes}, lambda b: b IS NULL), true) THEN TRY(decode(unhex(list_aggregate(${bytes}, 'string_agg', '')))) END`;
  return `regexp_replace(regexp_replace(coalesce(${decoded}, ${text}), '[\\t-\\r]', ' ', 'g'), '[\\x{00}-\\x{08}\\x{0E}-\\x{1F}\\x{7F}-\\x{9F}]', '', 'g')`;
}

const articles = "the|a|an|le|la|les|l'|il|lo|gli|el|los|las|der|die|das|ein|eine|un|une|una|uno|det|den|de|het|een";

/** A name in lower case without accents, articles (leading, or trailing after a comma) and the word "and". */
export function plainName(name: string): string {
  const lower = `lower(strip_accents(${name}))`;
  const trailing = `regexp_replace(${lower}, ${literal(`,\\s*(${articles})(\\s*\\(|\\)|\\s*$)`)}, '\\2', 'g')`;
  const leading = `regexp_replace(${trailing}, ${literal(`^((${articles.replace("|l'", '')})\\s+|l')`)}, '')`;
  return `regexp_replace(${leading}, '\\band\\b', ' ', 'g')`;
}

/** The letters and digits of a name, in order: what is left when case, accents, articles, punctuation and blanks do not count. */
export function nameKey(name: string): string {
  return `coalesce(nullif(regexp_replace(${plainName(name)}, '[^\\p{L}\\p{N}]+', '', 'g'), ''), lower(${name}))`;
}

/** The numbers in a name, Roman ones too: where they differ, two titles are parts of a series and not slips of each other. */
export function nameNumbers(name: string): string {
  return `array_to_string(regexp_extract_all(${plainName(name)}, '\\b[ivx]+\\b|[0-9]+'), ' ')`;
}
