import type { DuplicateReason } from '../../../../shared/contract/duplicates.ts';
import type { Film } from './films.ts';
import type { Pair } from './pairs.ts';
import type { Raters } from './score.ts';
import type { Vocabulary } from './vocabulary.ts';

/** What speaks for two films being one, and what against, in words. */
export function reasonsFor({ a, b, match }: Pair, { both, fewer }: Raters, words: Vocabulary): DuplicateReason[] {
  const said = (supports: boolean, text: string): DuplicateReason => ({ supports, text });
  const reasons: DuplicateReason[] = [];
  const [x, y] = match.forms;
  const another = words.otherWords({ a, b, match });
  if (another !== undefined) reasons.push(said(false, `other words: ${another.map(([one, other]) => `“${one}” and “${other}”`).join(', ')}`));
  else if (match.by === 'identifier') reasons.push(said(false, `the titles differ in ${match.slips} letters`));
  else if (match.by === 'words') reasons.push(said(true, 'the same words in another order'));
  else if (match.slips > 0) reasons.push(said(true, match.slips === 1 ? `one slip: ${slip(x.key, y.key)}` : `${match.slips} slips in ${Math.max(x.key.length, y.key.length)} letters`));
  else if (match.by === 'form') reasons.push(said(true, x.kind === y.kind ? 'Roman and Arabic numbers' : 'the title of one stands in brackets, or before them, in the other'));
  else if (a.name === b.name) reasons.push(said(true, 'the same title'));
  if (match.by === 'title' && a.name !== b.name) {
    const ways = writtenOtherwise(a.name, b.name);
    if (ways.length > 0) reasons.push(said(true, `${match.slips === 0 ? 'the same title but for' : 'besides'} ${ways.join(', ')}`));
  }
  if (a.year === null || b.year === null) {
    if (a.year !== b.year) reasons.push(said(false, 'only one has a year'));
  } else if (a.year !== b.year) reasons.push(said(false, Math.abs(a.year - b.year) === 1 ? 'the years are one apart' : 'other years'));
  for (const [name, one, other] of [['IMDb', a.imdb, b.imdb], ['TMDB', a.tmdb, b.tmdb]] as const) {
    if (one !== null && other !== null) reasons.push(said(one === other, `${one === other ? 'the same' : 'another'} ${name} id`));
  }
  const genres = genreWords(a, b);
  if (genres) reasons.push(genres);
  if (both > 0) reasons.push(said(false, `${both} of the ${fewer} users that rated one rated both`));
  return reasons;
}

function genreWords(a: Film, b: Film): DuplicateReason | undefined {
  if (a.genres.length === 0 || b.genres.length === 0) return undefined;
  const shared = a.genres.filter((genre) => b.genres.includes(genre)).length;
  const all = a.genres.length + b.genres.length - shared;
  if (shared === all) return { supports: true, text: 'the same genres' };
  return shared === 0 ? { supports: false, text: 'no genre in common' } : { supports: shared * 2 >= all, text: `${shared} of ${all} genres in common` };
}

/** Which slip lies between two keys that are one apart. */
export function slip(a: string, b: string): string {
  let at = 0;
  while (at < a.length && a[at] === b[at]) at++;
  if (a.length !== b.length) {
    const [longer, shorter] = a.length > b.length ? [a, b] : [b, a];
    const letter = longer[at] ?? '';
    const doubled = letter === longer[at - 1];
    const where = at === 0 ? ' at the start' : at === shorter.length ? ' at the end' : '';
    return doubled ? `“${letter}” doubled` : `“${letter}” more${where}`;
  }
  if (a[at] === b[at + 1] && a[at + 1] === b[at]) return `“${a.slice(at, at + 2)}” and “${b.slice(at, at + 2)}”`;
  return `“${a[at] ?? ''}” and “${b[at] ?? ''}”`;
}

const marks = /\p{M}/gu;
const articles = new Set('the a an le la les l il lo gli el los las der die das ein eine un une una uno det den de het een'.split(' '));

/** In what two titles with equal keys are written in other ways. */
export function writtenOtherwise(a: string, b: string): string[] {
  const sides = [a, b].map((name) => {
    const bare = name.normalize('NFD').replaceAll(marks, '');
    const words = bare.match(/[\p{L}\p{N}]+/gu) ?? [];
    const lower = words.map((word) => word.toLowerCase());
    const content = words.filter((word) => !articles.has(word.toLowerCase()) && word.toLowerCase() !== 'and');
    return {
      accents: name.normalize('NFD').match(marks)?.join('') ?? '',
      case: content.join(''),
      letters: content.join('').toLowerCase(),
      articles: lower.filter((word) => articles.has(word)).join(' '),
      order: articles.has(lower[0] ?? ''),
      and: lower.filter((word) => word === 'and').length,
      blanks: content.join(' ').toLowerCase(),
      punctuation: bare.replaceAll(/,\s*[\p{L}']+\s*$/gu, '').replaceAll(/[\p{L}\p{N}\s]/gu, ''),
    };
  });
  const [x, y] = sides;
  if (!x || !y) return [];
  const ways: string[] = [];
  if (x.accents !== y.accents) ways.push('accents');
  if (x.articles !== y.articles || x.order !== y.order) ways.push('articles');
  if (x.letters === y.letters && x.case !== y.case) ways.push('case');
  if (x.and !== y.and) ways.push('the word “and”');
  if (x.letters === y.letters && x.blanks !== y.blanks) ways.push('blanks');
  if (x.punctuation !== y.punctuation) ways.push('punctuation');
  return ways;
}
