import { handOut, type Injection, pick, texts } from './set.ts';
import { films, users } from './world.ts';

const words = ['slow burn', 'heist', 'based on a book', 'été', '007', 'twist ending', 'noir, neo', '"quoted"', 'space opera', 'b&w'];

/** Two tags by each user, each pair of user and film with one tag only. */
export function makeTags({ tables, below, importedAt }: Injection): void {
  for (let user = 1; user <= users; user++) {
    for (const film of [1 + (user % films), 1 + ((user + 137) % films)]) tables.tags.push([String(user), String(film * 3), pick(words, user + film), String(importedAt - 86_400 * (1 + below(2000)))]);
  }
}

export function spoilTags(injection: Injection): void {
  const { tables, importedAt, below, inject } = injection;
  const takeRow = handOut(tables.tags, injection);
  // Every third row has an unreadable time, too, which no rule counts and no other rule minds.
  const cell = (rule: string, column: number, values: readonly string[]) => inject(rule, (i) => {
    const row = takeRow();
    row[column] = pick(values, i);
    if (i % 3 === 2) row[3] = pick(texts.noTime, i);
  });
  cell('tags.user_id.present', 0, texts.missing);
  cell('tags.movie_id.present', 1, texts.missing);
  cell('tags.tag.present', 2, texts.missing);
  cell('tags.tag.length', 2, ['x'.repeat(256), 'é'.repeat(300), '🎬'.repeat(256), `a long one, ${'on and '.repeat(500)}on`]);
  cell('tags.tag.normalised', 2, ['Heist', ' heist', 'heist ', 'ÉTÉ', '\u00a0heist', 'heist\t', 'b&W']);
  cell('tags.movie_id.orphan', 1, ['3000000001', '3000000002', '2']);
  inject('tags.duplicate.exact', (i) => {
    const row = takeRow();
    tables.tags.push([...row.slice(0, 3), i % 2 === 0 ? (row[3] as string) : i % 3 === 0 ? '' : String(Number(row[3]) + 5)]);
  });
  inject('tags.timestamp.future', (i) => { takeRow()[3] = [String(importedAt + 86_400 * (1 + below(1000))), '2999-01-01T00:00:00Z', `${importedAt + 86_400}000`][i % 3] as string; });
  // Not failures: the longest tag allowed, in letters of one to four bytes; milliseconds, a date and no time at all; two tags of a user on a film; unreadable ids.
  for (const letter of ['x', 'é', '🎬']) takeRow()[2] = letter.repeat(255);
  for (const time of [`${importedAt - 86_400}000`, '2020-02-29', '']) takeRow()[3] = time;
  { const row = takeRow(); tables.tags.push([...row.slice(0, 2), `${row[2]}s`, row[3] as string]); }
  takeRow()[0] = 'abc';
  takeRow()[1] = '1.5';
}
