import { expect, test } from 'vitest';
import { array, constantFrom, sample } from 'fast-check';
import { idFromText, numberFromText, presentText, timestampFromText } from '../../../electron/engine/quality/relations/readable.ts';
import { hasBrokenCharacters, hasStrayBlanks, nameKey, nameNumbers, repairCharacters, titleName, titleYear } from '../../../electron/engine/quality/relations/titles.ts';
import { readText } from '../../../electron/engine/sources/values.ts';
import { temporaryWorkspace } from '../../support/raw-tables.ts';

async function evaluated(expressions: readonly string[], texts: readonly string[]): Promise<unknown[][]> {
  const { workspace, close } = await temporaryWorkspace();
  try {
    return await workspace.read(async (session) => {
      await session.run('CREATE TEMP TABLE texts (place INTEGER, t VARCHAR)');
      for (const [i, text] of texts.entries()) await session.run('INSERT INTO texts VALUES (?, ?)', [i, text]);
      return (await session.table(`SELECT ${expressions.join(', ')} FROM texts ORDER BY place`)).rows;
    });
  } finally {
    await close();
  }
}

const plain = (value: unknown) => (value === undefined ? null : typeof value === 'bigint' ? Number(value) : value);

test('a cell of a row with another unreadable cell is read as the import reads it', async () => {
  const digits = constantFrom('0', '1', '9', '12', '.', '-', '+', 'e', 'E3', ' ', ':', 'T', 'Z', '2020-01-01', '+02:00', '10:20', ':30', '.5', ',5', '_', 'x', '٣', '\u00a0', '99999999999', '24:00', '-02');
  const texts = [
    '12', '12.0', '12.', '1.5', '1e3', '-1', '+1', '0', '007', '9223372036854775807', '9223372036854775808', 'NaN', 'inf', '-.5', '.', '4,5', '0x10', '1_000', '99999999999999', '100000000000000', '-5', '-99999999999999999',
    '2020-02-30', '2020-02-29', '2020-01-01T24:00', '2020-01-01 10:20:30.999', '2020-01-01 10:20:30,5Z', '2020-01-01T10:20+02:30', '2020-01-01T10:20-0230', '2020-01-01T10:20+02', '1969-12-31T23:59:59.5Z', '2020-01-01T10:20:60Z', '20200101', '2020-1-1',
    ...sample(array(digits, { minLength: 1, maxLength: 5 }).map((parts) => parts.join('')), { numRuns: 300, seed: 5 }),
  ];
  const rows = await evaluated([presentText('t'), ...[idFromText, numberFromText, timestampFromText].map((read) => read(`(${presentText('t')})`))], texts);
  for (const [i, text] of texts.entries()) {
    const trimmed = text.trim();
    const expected = trimmed === '' ? [null, null, null, null] : [trimmed, plain(readText('id', trimmed)), plain(readText('number', trimmed)), plain(readText('time', trimmed))];
    expect([text, (rows[i] ?? []).map((cell, column) => (column > 0 && typeof cell === 'string' ? Number(cell) : cell))]).toEqual([text, expected]);
  }
});

test('titles: year, name and what is wrong with their characters', async () => {
  const titles: [title: string, year: number | null, name: string, stray: boolean, broken: boolean, repaired: string][] = [
    ['Heat (1995)', 1995, 'Heat', false, false, 'Heat (1995)'],
    ['Heat (1995)  ', 1995, 'Heat', true, false, 'Heat (1995)  '],
    ['Babylon 5', null, 'Babylon 5', false, false, 'Babylon 5'],
    ['Nikita (2010– )', null, 'Nikita (2010– )', false, false, 'Nikita (2010– )'],
    ['Death Note (2006–2007)', null, 'Death Note (2006–2007)', false, false, 'Death Note (2006–2007)'],
    ['1984 (1956) (Extended)', null, '1984 (1956) (Extended)', false, false, '1984 (1956) (Extended)'],
    ['"11\'09""01 - September 11" (2002)', 2002, '"11\'09""01 - September 11"', false, false, '"11\'09""01 - September 11" (2002)'],
    ['AmÃ©lie (2001)', 2001, 'AmÃ©lie', false, true, 'Amélie (2001)'],
    ['Donâ€™t (2001)', 2001, 'Donâ€™t', false, true, 'Don’t (2001)'],
    ['VoilÃ\u00A0 (2001)', 2001, 'VoilÃ', false, true, 'Voilà (2001)'],
    ['BucureÈ™ti (2001)', 2001, 'BucureÈ™ti', false, true, 'București (2001)'],
    ['ä¸ƒäºº (2001)', 2001, 'ä¸ƒäºº', false, true, '七人 (2001)'],
    ['Caf\u{FFFD} (2001)', 2001, 'Caf\u{FFFD}', false, true, 'Caf\u{FFFD} (2001)'],
    ['Bell\u0007 (2001)', 2001, 'Bell\u0007', false, true, 'Bell (2001)'],
    ['Two\tWords (2001)', 2001, 'Two Words', false, true, 'Two Words (2001)'],
    ['\tTwo  Words (2001)', 2001, 'Two Words', true, false, ' Two  Words (2001)'],
    ['Amélie, à côté, CAFÉ», Ça, Ñandú – “É…” (2001)', 2001, 'Amélie, à côté, CAFÉ», Ça, Ñandú – “É…”', false, false, 'Amélie, à côté, CAFÉ», Ça, Ñandú – “É…” (2001)'],
    ['Сталкер 七人の侍 (1979)', 1979, 'Сталкер 七人の侍', false, false, 'Сталкер 七人の侍 (1979)'],
  ];
  const rows = await evaluated([titleYear('t'), titleName('t'), hasStrayBlanks('t'), hasBrokenCharacters('t'), repairCharacters('t')], titles.map(([title]) => title));
  expect(rows).toEqual(titles.map(([, ...expected]) => expected));
});

test('names that differ in articles, accents, case, punctuation or the word "and" have one key; numbers are kept apart', async () => {
  const same = ['Misérables, Les', 'Les Misérables', 'LES MISERABLES', 'Miserables , les'];
  const groups = [same, ['Matrix, The', 'The Matrix', 'the  matrix'], ['Romeo & Juliet', 'Romeo and Juliet'], ['Spider-Man', 'Spider Man', 'SpiderMan'], ['L\'Avventura', 'Avventura, L\''], ['Theory', 'theory'], ['Part II', 'part ii'], ['!!!'], ['$']];
  const rows = await evaluated([nameKey('t'), nameNumbers('t')], groups.flat());
  let at = 0;
  const keys = groups.map((group) => new Set(group.map(() => JSON.stringify(rows[at++]))));
  expect(keys.map((set) => set.size)).toEqual(groups.map(() => 1));
  expect(new Set(keys.flatMap((set) => [...set])).size).toBe(groups.length);
});
