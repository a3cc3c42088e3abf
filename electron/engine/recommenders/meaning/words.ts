/** A word as it is compared, without case, accents and plural, and as it was written. */
export interface Word {
  readonly stem: string;
  readonly label: string;
}

/** Letters that Unicode does not take apart into a plain one and a mark. */
const plain: Readonly<Record<string, string>> = { ß: 'ss', ø: 'o', æ: 'ae', œ: 'oe', ł: 'l', đ: 'd', ð: 'd', þ: 'th', ı: 'i' };
const special = new RegExp(`[${Object.keys(plain).join('')}]`, 'g');
/** Scripts that put no space between words. */
const unspaced = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u;

/** Words that say nothing about a film; as a title they still count. */
const empty = new Set(`a an and are as at be been but by can could did do does for from had has have he her here him his how i if in into is it its just like
  me more most my no nor not of off on one only or other our out over own s she should so some such t than that the their them then there these they this those
  through to too under up very was we were what when where which while who whom why will with would you your about after again against all am any because before
  being below between both down during each few further having himself herself itself myself once ours same theirs until yourself also get gets film movie want something`.split(/\s+/).map(stemOf));

/** The words of a text in their order. Texts in scripts without spaces go by pairs of letters. */
export function wordsOf(text: string): Word[] {
  const words: Word[] = [];
  for (const [label] of folded(text).matchAll(/[\p{L}\p{N}]+/gu)) {
    if (!unspaced.test(label) || label.length < 3) words.push({ stem: stemOf(label), label });
    else for (let at = 0; at + 1 < label.length; at++) words.push({ stem: label.slice(at, at + 2), label: label.slice(at, at + 2) });
  }
  return words;
}

/** Without case, accents and apostrophes. */
export function folded(text: string): string {
  return text.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase().replaceAll(/['’ʼ`]/g, '').replaceAll(special, (letter) => plain[letter] ?? letter);
}

/** What an English singular and its plural have in common, after Harman (1991); other words as they are. It begins as the word does, but for a y. */
function stemOf(word: string): string {
  if (/[^aeiou]y$/.test(word) && word.length > 2) return `${word.slice(0, -1)}ie`;
  if (word.length < 4) return word;
  if (/(ss|sh|ch|x|z|..o)es$/.test(word)) return word.slice(0, -2);
  return /[^us]s$/.test(word) ? word.slice(0, -1) : word;
}

export function isEmptyWord(stem: string): boolean {
  return empty.has(stem);
}

/**
 * Edits from one word to another, an exchange of neighbours being one (Damerau and Levenshtein), where there are at most
 * `most`; otherwise `most` + 1.
 */
export function editsBetween(a: string, b: string, most: number): number {
  if (Math.abs(a.length - b.length) > most) return most + 1;
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    let least = i;
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let edits = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + Number(!same));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) edits = Math.min(edits, (before[j - 2] ?? 0) + 1);
      row.push(edits);
      least = Math.min(least, edits);
    }
    if (least > most) return most + 1;
    [before, last] = [last, row];
  }
  return Math.min(most + 1, last[b.length] ?? 0);
}
