import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { editsBetween, wordsOf } from '../../../electron/engine/recommenders/meaning/words.ts';
import { openDescribed } from '../../support/described-films.ts';
import { train } from '../../support/small-world.ts';

type Described = Awaited<ReturnType<typeof openDescribed>>;

describe('words', () => {
  it.each([
    ['Children’s Stories', ['children', 'storie']],
    ['Amélie, ÅNGSTRÖM & Straße', ['amelie', 'angstrom', 'strasse']],
    ['Sci-Fi; WALL·E', ['sci', 'fi', 'wall', 'e']],
    ['boxes, wishes, glasses, movies, zombie, heroes, trees, bus, chess, aliens', ['box', 'wish', 'glass', 'movie', 'zombie', 'hero', 'tree', 'bus', 'chess', 'alien']],
    ['ｆｕｌｌ ｗｉｄｔｈ', ['full', 'width']],
    ['千と千尋', ['千と', 'と千', '千尋']],
    ['…!? 😀', []],
  ])('%s', (text, stems) => expect(wordsOf(text).map(({ stem }) => stem)).toEqual(stems));

  it('edits between words: an exchange of neighbours is one, and no more are counted than asked for', () => {
    expect([editsBetween('robot', 'robto', 2), editsBetween('robot', 'robt', 2), editsBetween('robot', 'robots', 2), editsBetween('robot', 'robot', 2), editsBetween('robot', 'planet', 2)]).toEqual([1, 1, 1, 0, 3]);
    const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 7 });
    fc.assert(fc.property(word, word, (a, b) => {
      expect(editsBetween(a, b, 9)).toBe(editsBetween(b, a, 9));
      expect(editsBetween(a, b, 1)).toBe(Math.min(2, editsBetween(a, b, 9)));
    }));
  });
});

describe('search in plain words', () => {
  let engine: Described;
  beforeAll(async () => {
    // Fewer dimensions than films, so that words which go together come to lie together.
    engine = await openDescribed(['recommenders.semantic.dimensions=8']);
    await train(engine, ['semantic']);
  });
  afterAll(() => engine.close());
  const found = async (text: string, top = 10) => engine.call('films.search', { text, top });
  const first = async (text: string) => (await found(text)).items[0]?.movieId;

  it.each([
    ['a title', 'the vault', 21],
    ['a title without its accent', 'nandu', 15],
    ['a title in capitals', 'ROBOT DAWN', 1],
    ['the original title', 'pluie sur paris', 11],
    ['a title of a word that says nothing', 'it', 26],
    ['letters of another script', '千尋', 25],
    ['a tag', 'dystopia robots', 90],
    ['a tag of two words', 'bank robbery', 21],
    ['a genre', 'animation', 25],
    ['a keyword', 'wormhole', 4],
    ['a tag of the genome', 'family bonds', 22],
    ['words of an overview', 'umbrella strangers', 11],
    ['a singular for a plural', 'letter to a stranger', 12],
    ['a sentence', 'a film about a soldier in love with a nurse', 14],
    ['a year', 'heist 1999', 23],
    ['a word that is still being typed', 'umbr', 11],
    ['a slip of the fingers', 'godfahter', 22],
    ['two slips in a long word', 'artifical inteligence dystopia trial', 2],
    ['two words written as one', 'spiderman', 24],
  ])('finds a film by %s', async (_what, text, movieId) => expect(await first(text)).toBe(movieId));

  it('says what it looked for in place of a word that no film has', async () => {
    expect((await found('godfahter')).corrections).toEqual([{ asked: 'godfahter', took: 'godfather' }]);
    expect((await found('spiderman')).corrections).toEqual([{ asked: 'spiderman', took: 'spider man' }]);
    expect((await found('godfather')).corrections).toEqual([]);
  });

  it('says why each film is there', async () => {
    const { items, by } = await found('robots');
    expect(by).toBe('words and meaning');
    expect(items.find(({ movieId }) => movieId === 1)?.reasons).toEqual([{ label: 'robot', in: ['title', 'tag'] }]);
    expect(items.find(({ movieId }) => movieId === 4)?.reasons).toEqual([{ label: 'robot', in: ['tag'] }]);
    // The Iron Mind has no robots, but what goes with them.
    const near = items.find(({ movieId }) => movieId === 2);
    expect(near?.reasons.length).toBeGreaterThan(0);
    expect(near?.reasons.every((reason) => reason.in.join() === 'meaning')).toBe(true);
  });

  it.each([[''], ['   '], ['?!'], ['qqzzxxyy'], ['😀']])('finds nothing for %j', async (text) => expect((await found(text)).items).toEqual([]));

  it('any text has an answer: no more than asked for, sorted, no film twice, and the same each time', async () => {
    await fc.assert(fc.asyncProperty(fc.oneof(fc.string({ maxLength: 60 }), fc.string({ unit: 'grapheme', maxLength: 30 }), fc.lorem()), fc.integer({ min: 1, max: 30 }), async (text, top) => {
      const { items } = await found(text, top);
      expect(items.length).toBeLessThanOrEqual(top);
      expect(new Set(items.map(({ movieId }) => movieId)).size).toBe(items.length);
      expect(items).toEqual(items.toSorted((a, b) => b.score - a.score || a.movieId - b.movieId));
      expect((await found(text, top)).items).toEqual(items);
    }), { numRuns: 40 });
  });

  it('refuses a text of more than a thousand letters and a list of none', async () => {
    await expect(found('x'.repeat(1001))).rejects.toMatchObject({ code: 'invalid-arguments' });
    await expect(found('x', 0)).rejects.toMatchObject({ code: 'invalid-arguments' });
  });

  it('films near a film are those of its kind, though nobody rated one of them', async () => {
    const { items } = await engine.call('recommend.similar', { movieId: 1, top: 3 });
    expect(items.map(({ movieId }) => movieId).toSorted((a, b) => a - b)).toEqual([2, 4, 90]);
    expect(items.every(({ score }) => score > 0 && score <= 1.0001)).toBe(true);
  });
});

it('before the model is trained it searches by words alone, and says so', async () => {
  const engine = await openDescribed();
  try {
    const { items, by } = await engine.call('films.search', { text: 'robots' });
    expect(by).toBe('words');
    expect(items.map(({ movieId }) => movieId).toSorted((a, b) => a - b)).toEqual([1, 4, 90]);
    expect((await engine.call('recommend.similar', { movieId: 1, top: 3 })).items.map(({ movieId }) => movieId)).toContain(90);
  } finally {
    await engine.close();
  }
});
