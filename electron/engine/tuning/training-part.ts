import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { type Protocol, ReelbenchError } from '../../../shared/contract/index.ts';
import { type Asked, casesOf, trainingOf } from '../evaluation/fold-data.ts';
import type { Cases } from '../evaluation/cases.ts';
import type { Training } from '../evaluation/contest.ts';
import { type Fold, foldsOf, role } from '../evaluation/folds.ts';
import { type Interactions, kept } from '../evaluation/interactions.ts';
import type { Problem } from '../evaluation/problem.ts';

/** Users whose validation ratings trials are measured on, and those that are kept for the check at the end. */
export type Half = 'trials' | 'check';

/**
 * The training part of a protocol, divided once more the same way: what a search works on. The ratings of the test part are
 * left out when it is made, and nothing in it leads back to them.
 */
export interface TrainingPart {
  readonly users: number;
  readonly ratings: number;
  /** Ratings of the test part, which were left out. */
  readonly test: number;
  /** Lowest and highest rating. */
  readonly scale: readonly [number, number];
  /** Names the content: ratings, their times, and how they are divided. */
  readonly fingerprint: string;
  /** What models learn from: all users, or a share of them. */
  training(share: number): Training;
  /** What is asked of a model, of one half of the users, or of those of them that learn. */
  cases(half: Half, counts: Int32Array, share: number): Cases;
  /** The same as a fold, for predicted ratings. */
  fold(half: Half, share: number): Fold;
  /** How it is divided, in a sentence. */
  readonly about: string;
}

/** Leaves the test part out and divides the rest. @throws invalid-arguments where the rest is too little */
export function trainingPart(problem: Problem, protocol: Protocol): TrainingPart {
  const [outer] = problem.folds();
  if (!outer) throw new ReelbenchError('internal', 'A protocol made no fold.');
  const own = kept(outer.interactions, (entry) => outer.roles[entry] === role.train);
  const inner = innerProtocol(protocol);
  const [divided] = own.films.length === 0 ? [] : foldsOf(own, inner);
  const asked = divided?.roles.reduce((sum, of) => sum + Number(of === role.test), 0) ?? 0;
  if (!divided || asked === 0) throw new ReelbenchError('invalid-arguments', 'The training part is too small to hold ratings out of it for the search.', { hint: 'Hold out less in the test part, or choose another protocol.' });
  // Tags by users who are asked for the film would tell the answer, in either part.
  const terms = problem.terms({ interactions: outer.interactions, roles: withInner(outer, divided) });
  const draws = own.userIds.map((id) => mixed(id ^ Math.imul(protocol.seed + 1, 0x85ebca6b)));
  const fold = (half: Half | undefined, share: number): Fold => {
    const roles = divided.roles.slice();
    draws.forEach((draw, row) => {
      const [from = 0, to = 0] = [own.indptr[row], own.indptr[row + 1]];
      // Whole users learn or do not; of those who do, every other is kept for the check.
      if ((draw >>> 1) >= share * 2 ** 31) roles.fill(role.unused, from, to);
      else if (half !== undefined && ((draw & 1) === 0) !== (half === 'trials')) for (let entry = from; entry < to; entry++) if (roles[entry] === role.test) roles[entry] = role.unused;
    });
    return { interactions: own, roles };
  };
  const question: Asked = { threshold: protocol.threshold, maxUsers: protocol.maxUsers, seed: protocol.seed, unknownFilms: protocol.unknownFilms };
  return {
    users: own.userIds.length, ratings: own.films.length, test: outer.roles.reduce((sum, of) => sum + Number(of === role.test), 0),
    scale: own.ratings.reduce<readonly [number, number]>(([low, high], rating) => [Math.min(low, rating), Math.max(high, rating)], [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]),
    fingerprint: fingerprintOf(own, divided, inner),
    training: (share) => trainingOf(fold(undefined, share), terms),
    cases: (half, counts, share) => casesOf(fold(half, share), counts, question),
    fold,
    about: aboutOf(inner, asked),
  };
}

/** The protocol as it divides the training part: the same again. Users are held out by share, where their number was given for all the data. */
function innerProtocol(protocol: Protocol): Protocol {
  if (protocol.name === 'kfold') return { ...protocol, name: 'random', share: 1 / protocol.folds, seed: protocol.seed + 1 };
  return { ...protocol, heldOut: 0, setAside: 0, seed: protocol.seed + 1 };
}

function withInner(outer: Fold, inner: Fold): Uint8Array {
  let at = 0;
  return outer.roles.map((of) => (of === role.train ? (inner.roles[at++] ?? role.unused) : role.test));
}

function aboutOf({ name, share, given }: Protocol, asked: number): string {
  const percent = (of: number) => `${Number((100 * of).toFixed(1))} %`;
  const how = {
    random: `${percent(share)} of its ratings`, kfold: '', files: '', 'leave-last-out': 'each user’s newest rating in it', time: `the newest ${percent(share)} of its ratings`,
    strong: `${percent(1 - given)} of the ratings of ${percent(share)} of its users`,
  }[name];
  return `the training part, out of which ${how} (${asked.toLocaleString('en')}) are held out for validation`;
}

function fingerprintOf({ userIds, movieIds, indptr, films, ratings, seconds }: Interactions, { roles }: Fold, protocol: Protocol): string {
  const parts = [userIds, movieIds, indptr, films, ratings, seconds, roles].map(({ buffer, byteOffset, byteLength }) => crc32(new Uint8Array(buffer, byteOffset, byteLength)));
  return createHash('sha256').update(JSON.stringify([parts, protocol])).digest('hex').slice(0, 16);
}

/** A number from -2³¹ that follows from another (lowbias32, C. Wellons 2018). */
function mixed(value: number): number {
  let x = value | 0;
  x = Math.imul(x ^ (x >>> 16), 0x7feb352d);
  x = Math.imul(x ^ (x >>> 15), 0x846ca68b);
  return x ^ (x >>> 16);
}
