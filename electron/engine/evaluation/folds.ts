import { type Protocol, ReelbenchError } from '../../../shared/contract/index.ts';
import { type Random, seededRandom } from '../workspace/random.ts';
import { core, type Interactions, kept, placesIn } from './interactions.ts';

/** What an entry is for: nothing, learning, showing without learning, asking. */
export const role = { unused: 0, train: 1, shown: 2, test: 3 } as const;

/** The ratings with what each is for. Several folds are several of these. */
export interface Fold {
  readonly interactions: Interactions;
  readonly roles: Uint8Array;
}

type Chosen = Pick<Protocol, 'name' | 'share' | 'given' | 'heldOut' | 'setAside' | 'folds' | 'foldsBy' | 'seed' | 'unknownFilms'>;

/** The ratings that a protocol is about: those of the threshold where it holds for training too, then the k-core. */
export function filtered(all: Interactions, { threshold, thresholdTraining, minUser, minItem }: Pick<Protocol, 'threshold' | 'thresholdTraining' | 'minUser' | 'minItem'>): Interactions {
  const high = threshold !== null && thresholdTraining ? kept(all, (entry) => (all.ratings[entry] ?? 0) >= threshold) : all;
  const left = minUser > 1 || minItem > 1 ? core(high, minUser, minItem) : high;
  if (left.films.length === 0) throw new ReelbenchError('invalid-arguments', 'The protocol leaves no rating.', { hint: 'Lower the threshold, or ask for fewer ratings of users and films.' });
  return left;
}

/** Divides ratings as the protocol says, one fold after another. Each is the same for the same seed. */
export function* foldsOf(interactions: Interactions, protocol: Chosen): Generator<Fold> {
  if (protocol.name === 'kfold') {
    const fold = protocol.foldsBy === 'row' ? interactions.places.map((place) => place % protocol.folds) : shuffledFolds(interactions.films.length, protocol.folds, seededRandom(protocol.seed));
    for (let number = 0; number < protocol.folds; number++) {
      yield { interactions, roles: Uint8Array.from(fold, (own) => (own === number ? role.test : role.train)) };
    }
    return;
  }
  const roles = { random, 'leave-last-out': leaveLastOut, time: byTime, strong, files: () => new Uint8Array(0) }[protocol.name](interactions, protocol);
  yield { interactions, roles };
}

/** Two parts that were given as files, united; a pair that is in both is learnt from and not asked for. */
export function foldOfParts(train: Interactions, test: Interactions): { fold: Fold; both: number } {
  const userIds = Int32Array.from(new Set([...train.userIds, ...test.userIds])).sort();
  const movieIds = Int32Array.from(new Set([...train.movieIds, ...test.movieIds])).sort();
  const parts = [train, test].map((of) => ({ of, films: placesIn(movieIds, of.movieIds), rows: new Map(Array.from(of.userIds, (id, row) => [id, row] as const)) }));
  const size = train.films.length + test.films.length;
  const [films, ratings, seconds, places, roles] = [new Int32Array(size), new Float32Array(size), new Int32Array(size), new Int32Array(size), new Uint8Array(size)];
  const indptr = new Int32Array(userIds.length + 1);
  const known = new Int32Array(movieIds.length).fill(-1);
  let [length, both] = [0, 0];
  userIds.forEach((id, row) => {
    parts.forEach(({ of, films: place, rows }, part) => {
      const own = rows.get(id);
      if (own === undefined) return;
      for (let entry = of.indptr[own] ?? 0; entry < (of.indptr[own + 1] ?? 0); entry++) {
        const film = place[of.films[entry] ?? 0] ?? 0;
        if (part === 1 && known[film] === row) {
          both++;
          continue;
        }
        known[film] = row;
        films[length] = film;
        ratings[length] = of.ratings[entry] ?? 0;
        seconds[length] = of.seconds[entry] ?? 0;
        places[length] = of.places[entry] ?? 0;
        roles[length++] = part === 0 ? role.train : role.test;
      }
    });
    indptr[row + 1] = length;
  });
  const cut = { films: films.subarray(0, length), ratings: ratings.subarray(0, length), seconds: seconds.subarray(0, length), places: places.subarray(0, length) };
  return { fold: { interactions: { userIds, movieIds, indptr, ...cut, repeated: train.repeated + test.repeated }, roles: roles.subarray(0, length) }, both };
}

/** `count` of 0…n-1 in an order by chance (Fisher and Yates, from the front). */
function drawn(n: number, count: number, random: Random): Int32Array {
  const order = Int32Array.from({ length: n }, (_, at) => at);
  for (let at = 0; at < Math.min(count, n - 1); at++) {
    const other = at + Math.floor(random() * (n - at));
    [order[at], order[other]] = [order[other] ?? 0, order[at] ?? 0];
  }
  return order.subarray(0, count);
}

/** Of a shuffled list of entries the first n/folds are fold 0, the next fold 1; what is left over goes to the first folds, one each. */
function shuffledFolds(n: number, folds: number, random: Random): Uint8Array {
  const order = drawn(n, n, random);
  const fold = new Uint8Array(n);
  let at = 0;
  for (let number = 0; number < folds; number++) {
    const size = Math.floor(n / folds) + (number < n % folds ? 1 : 0);
    for (const end = at + size; at < end; at++) fold[order[at] ?? 0] = number;
  }
  return fold;
}

/** A share of all ratings, each as likely as another, exactly so many (rounded). */
function random({ films }: Interactions, { share, seed }: Chosen): Uint8Array {
  const roles = new Uint8Array(films.length).fill(role.train);
  for (const entry of drawn(films.length, Math.round(share * films.length), seededRandom(seed))) roles[entry] = role.test;
  return roles;
}

/** Each user's newest rating; a user with one alone stays in training. */
function leaveLastOut({ indptr, films, userIds }: Interactions): Uint8Array {
  const roles = new Uint8Array(films.length).fill(role.train);
  for (let row = 0; row < userIds.length; row++) {
    const [from, to] = [indptr[row] ?? 0, indptr[row + 1] ?? 0];
    if (to - from >= 2) roles[to - 1] = role.test;
  }
  return roles;
}

/** One moment for all, after which no more than the share of the ratings lie, and as many as can; what was rated later is for testing. */
function byTime({ films, seconds }: Interactions, { share }: Chosen): Uint8Array {
  const cut = seconds.toSorted()[Math.max(0, films.length - Math.floor(share * films.length + 1e-9) - 1)] ?? 0;
  return Uint8Array.from(seconds, (at) => (at > cut ? role.test : role.train));
}

/**
 * Users as a whole: of those held out, `given` of the ratings are shown and the others asked for (at least one, of users with
 * two); none is learnt from. Users set aside are used for nothing.
 */
function strong(interactions: Interactions, { share, given, heldOut, setAside, seed, unknownFilms }: Chosen): Uint8Array {
  const { films, userIds, indptr } = interactions;
  const random = seededRandom(seed);
  const held = heldOut > 0 ? heldOut : Math.round(share * userIds.length);
  if (held + setAside >= userIds.length) throw new ReelbenchError('invalid-arguments', `There are ${userIds.length} users: holding out ${held}${setAside > 0 ? ` and setting ${setAside} aside` : ''} leaves none to learn from.`, { hint: 'Hold out fewer.' });
  const users = drawn(userIds.length, held + setAside, random);
  const roles = new Uint8Array(films.length).fill(role.train);
  users.subarray(held).forEach((row) => roles.fill(role.unused, indptr[row], indptr[row + 1]));
  const chosen = users.subarray(0, held).toSorted();
  for (const row of chosen) roles.fill(role.shown, indptr[row], indptr[row + 1]);
  const learnt = new Uint8Array(interactions.movieIds.length);
  for (let entry = 0; entry < films.length; entry++) if (roles[entry] === role.train) learnt[films[entry] ?? 0] = 1;
  for (const row of chosen) {
    const own = Array.from({ length: (indptr[row + 1] ?? 0) - (indptr[row] ?? 0) }, (_, at) => (indptr[row] ?? 0) + at).filter((entry) => unknownFilms === 'misses' || learnt[films[entry] ?? 0] === 1);
    if (own.length < 2) continue;
    const asked = Math.max(1, Math.floor((1 - given) * own.length + 1e-9));
    for (const at of drawn(own.length, asked, random)) roles[own[at] ?? 0] = role.test;
  }
  return roles;
}
