import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Fold, filtered, foldOfParts, foldsOf, role } from '../../../electron/engine/evaluation/folds.ts';
import { core, type Interactions, interactionsOf, UNTIMED } from '../../../electron/engine/evaluation/interactions.ts';
import { Protocol, type ProtocolName } from '../../../shared/contract/index.ts';

type Line = readonly [user: number, film: number, rating: number, time: number];
const of = (lines: readonly Line[]): Interactions => interactionsOf({
  users: Int32Array.from(lines, ([user]) => user), films: Int32Array.from(lines, ([, film]) => film),
  ratings: Float32Array.from(lines, ([, , rating]) => rating), seconds: Int32Array.from(lines, ([, , , time]) => time),
});
const protocol = (name: ProtocolName, more: object = {}) => Protocol.parse({ name, ...more });
const folds = (interactions: Interactions, name: ProtocolName, more: object = {}) => [...foldsOf(interactions, protocol(name, more))];
/** `user/film` of the entries with a role. */
function pairs({ interactions, roles }: Fold, wanted: number): string[] {
  const found: string[] = [];
  interactions.userIds.forEach((user, row) => {
    for (let entry = interactions.indptr[row] ?? 0; entry < (interactions.indptr[row + 1] ?? 0); entry++) {
      if (roles[entry] === wanted) found.push(`${user}/${interactions.movieIds[interactions.films[entry] ?? 0]}`);
    }
  });
  return found;
}

describe('ratings in order', () => {
  test('by user, then time, then line; ids ascend', () => {
    const { userIds, movieIds, films, places, indptr } = of([[7, 30, 4, 50], [3, 10, 5, 9], [7, 20, 3, 50], [7, 10, 2, 8], [3, 30, 1, UNTIMED]]);
    expect([...userIds]).toEqual([3, 7]);
    expect([...movieIds]).toEqual([10, 20, 30]);
    expect([...indptr]).toEqual([0, 2, 5]);
    expect(Array.from(films, (film) => movieIds[film])).toEqual([30, 10, 10, 30, 20]);
    expect([...places]).toEqual([4, 1, 3, 0, 2]);
  });

  test('of a pair that comes twice the later one counts', () => {
    const { films, ratings, repeated } = of([[1, 5, 4, 10], [1, 6, 2, 11], [1, 5, 1, 12]]);
    expect({ films: [...films], ratings: [...ratings], repeated }).toEqual({ films: [1, 0], ratings: [2, 1], repeated: 1 });
  });

  test('the core is taken until nothing more goes', () => {
    // Film 3 has one rating; without it user 2 has one, and without that film 2 has one.
    const left = core(of([[1, 1, 4, 1], [1, 2, 4, 2], [2, 2, 4, 1], [2, 3, 4, 2], [3, 1, 4, 1], [3, 4, 4, 2], [4, 1, 4, 1], [4, 4, 4, 1]]), 2, 2);
    expect([...left.userIds]).toEqual([3, 4]);
    expect(left.films.length).toBe(4);
  });

  test('a threshold for training too is taken before the core', () => {
    const all = of([[1, 1, 5, 1], [1, 2, 2, 2], [2, 1, 4, 1], [2, 2, 5, 2]]);
    expect([...filtered(all, protocol('random', { threshold: 4, thresholdTraining: true, minUser: 2 })).userIds]).toEqual([2]);
    expect([...filtered(all, protocol('random', { threshold: 4, minUser: 2 })).userIds]).toEqual([1, 2]);
    expect(() => filtered(all, protocol('random', { minUser: 9 }))).toThrow('leaves no rating');
  });
});

const grid = of(Array.from({ length: 12 }, (_, user) => Array.from({ length: 10 }, (_, i): Line => [user + 1, ((user * 7 + i * 3) % 20) + 1, 1 + ((user + i) % 5), 1000 * user + 10 * i])).flat());

describe('protocols', () => {
  test('leave-last-out: the newest, and of one moment the last in the file, whatever its id', () => {
    const [fold] = folds(of([[1, 9, 5, 100], [1, 8, 5, 200], [1, 2, 5, 200], [2, 4, 5, 7]]), 'leave-last-out');
    if (!fold) throw new Error('One fold.');
    expect(pairs(fold, role.test)).toEqual(['1/2']);
    // A user with one rating stays in training.
    expect(pairs(fold, role.train)).toEqual(['1/9', '1/8', '2/4']);
  });

  test('random: exactly the share, the same for a seed and another for another', () => {
    const tested = (seed: number) => folds(grid, 'random', { share: 0.3, seed }).flatMap((fold) => pairs(fold, role.test));
    expect(tested(1)).toHaveLength(36);
    expect(tested(1)).toEqual(tested(1));
    expect(tested(1)).not.toEqual(tested(2));
  });

  test('folds by row: the number in the file, from 0, modulo their number', () => {
    const parts = folds(grid, 'kfold', { foldsBy: 'row', folds: 5 });
    expect(parts).toHaveLength(5);
    parts.forEach(({ roles, interactions }, number) => roles.forEach((own, entry) => expect(own === role.test).toBe((interactions.places[entry] ?? -1) % 5 === number)));
  });

  test('shuffled folds: as many ratings in each, what is left over to the first', () => {
    const sizes = folds(grid, 'kfold', { folds: 7 }).map((fold) => pairs(fold, role.test).length);
    // 120 = 7 × 17 + 1.
    expect(sizes).toEqual([18, 17, 17, 17, 17, 17, 17]);
  });

  test('time: all test ratings are newer than all of training, and those of one moment stay together', () => {
    const [fold] = folds(of([[1, 1, 5, 10], [1, 2, 5, 20], [2, 1, 5, 20], [2, 2, 5, 20], [3, 1, 5, 30]]), 'time', { share: 0.5 });
    if (!fold) throw new Error('One fold.');
    // Half of five is two; three of them have the moment 20, so only the one after it is tested.
    expect(pairs(fold, role.test)).toEqual(['3/1']);
  });

  test('strong: users as a whole, a fifth of theirs asked for, others set aside', () => {
    const [fold] = folds(grid, 'strong', { heldOut: 3, setAside: 2 });
    if (!fold) throw new Error('One fold.');
    const users = (wanted: number) => new Set(pairs(fold, wanted).map((pair) => pair.split('/')[0]));
    expect(users(role.unused).size).toBe(2);
    expect(users(role.train).size).toBe(7);
    expect(users(role.test)).toEqual(users(role.shown));
    expect(pairs(fold, role.test)).toHaveLength(6);
    expect(pairs(fold, role.shown)).toHaveLength(24);
    expect(() => folds(grid, 'strong', { heldOut: 10, setAside: 2 })).toThrow('leaves none to learn from');
  });

  test('given files: a pair in both is learnt from, not asked for', () => {
    const { fold, both } = foldOfParts(of([[1, 1, 5, 1], [2, 2, 5, 1]]), of([[1, 1, 5, 9], [1, 3, 5, 9], [4, 4, 5, 9]]));
    expect(both).toBe(1);
    expect(pairs(fold, role.train)).toEqual(['1/1', '2/2']);
    expect(pairs(fold, role.test)).toEqual(['1/3', '4/4']);
  });
});

test('every rating has one role in each fold, and over the folds of one protocol is tested once at the most', () => {
  const line = fc.tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 5 }), fc.integer({ min: 0, max: 5 }));
  fc.assert(fc.property(fc.array(line, { minLength: 4, maxLength: 60 }), fc.constantFrom<ProtocolName>('random', 'kfold', 'leave-last-out', 'time'), fc.nat(9), (lines, name, seed) => {
    const all = of(lines);
    const tested = new Int32Array(all.films.length);
    for (const { roles } of folds(all, name, { seed, folds: 3 })) {
      expect(roles.length).toBe(all.films.length);
      roles.forEach((own, entry) => {
        expect([role.train, role.test]).toContain(own);
        if (own === role.test) tested[entry] = (tested[entry] ?? 0) + 1;
      });
    }
    expect(Math.max(0, ...tested)).toBeLessThanOrEqual(1);
    expect(Math.min(...tested)).toBeGreaterThanOrEqual(name === 'kfold' ? 1 : 0);
  }), { numRuns: 150 });
});
