import type { EvaluationWarning, Protocol } from '../../../shared/contract/index.ts';
import type { Cases } from './cases.ts';
import { type Fold, role } from './folds.ts';
import { UNTIMED } from './interactions.ts';

/** Fewer users than this, and hardly any difference can be told from chance. */
const FEW_USERS = 100;
const number = (n: number) => n.toLocaleString('en');

/** What may flatter or spoil the figures of a fold. */
export function warningsOf(fold: Fold, counts: Int32Array, cases: Cases, protocol: Protocol): EvaluationWarning[] {
  const warnings: EvaluationWarning[] = [];
  const say = (kind: EvaluationWarning['kind'], count: number | null, message: string) => warnings.push({ kind, count, message });
  const { before, own, users, train } = futureOf(fold);
  if (own > 0) say('future-in-training', own, `For ${number(own)} of ${number(users)} users the models learn ratings that are newer than some they are asked for: they know what came later, as no recommender in use does.`);
  else if (before > 0) say('future-in-training', before, `${number(before)} of ${number(train)} training ratings are newer than the oldest test rating, if of other users: the models know of later fashions. Protocol time rules that out.`);
  if (cases.unknown > 0) say('unknown-users', cases.unknown, `${number(cases.unknown)} users with relevant test films are not measured: nothing is known of them.`);
  const missing = missingFilms(fold, counts);
  if (missing > 0) {
    const lists = `which no list can hold: they ${protocol.unknownFilms === 'misses' ? 'count as misses' : 'are left out'}`;
    say('unknown-films', missing, `${number(missing)} test ratings are of films without a training rating${protocol.measures.includes('ranking') ? `, ${lists}` : ': they are predicted from the user alone'}.`);
  }
  if (protocol.measures.includes('ranking') && cases.userIds.length < FEW_USERS) say('few-users', cases.userIds.length, `Only ${number(cases.userIds.length)} ${cases.userIds.length === 1 ? 'user is' : 'users are'} measured: intervals are wide, and most differences are chance.`);
  if (cases.userIds.length < cases.eligible) say('other', cases.userIds.length, `${number(cases.userIds.length)} users, drawn by the seed, of ${number(cases.eligible)} are measured.`);
  if (cases.candidates) say('sampled', null, 'Sampled metrics: only a few films are ranked for each user, which flatters all models and changes their order. Never compare these figures with those over all films (Krichene and Rendle 2020).');
  if (fold.interactions.repeated > 0) say('other', fold.interactions.repeated, `${number(fold.interactions.repeated)} rows are of a user and film that a later row has again: the later one counts.`);
  return warnings;
}

/** How many training ratings are newer than the oldest test rating, and of how many users some are newer than one of the user's own test ratings. */
function futureOf({ interactions, roles }: Fold): { before: number; own: number; users: number; train: number } {
  const { indptr, seconds, userIds } = interactions;
  let [oldest, own, users, train] = [Number.POSITIVE_INFINITY, 0, 0, 0];
  for (let row = 0; row < userIds.length; row++) {
    let [newestTrain, oldestTest] = [UNTIMED, Number.POSITIVE_INFINITY];
    for (let entry = indptr[row] ?? 0; entry < (indptr[row + 1] ?? 0); entry++) {
      const at = seconds[entry] ?? UNTIMED;
      if (roles[entry] === role.train || roles[entry] === role.shown) newestTrain = Math.max(newestTrain, at);
      if (roles[entry] === role.train) train++;
      if (roles[entry] === role.test && at !== UNTIMED) oldestTest = Math.min(oldestTest, at);
    }
    if (oldestTest === Number.POSITIVE_INFINITY) continue;
    users++;
    oldest = Math.min(oldest, oldestTest);
    if (newestTrain > oldestTest) own++;
  }
  let before = 0;
  roles.forEach((of, entry) => {
    if (of === role.train && (seconds[entry] ?? UNTIMED) > oldest) before++;
  });
  return { before, own, users, train };
}

function missingFilms({ interactions, roles }: Fold, counts: Int32Array): number {
  let missing = 0;
  roles.forEach((of, entry) => {
    if (of === role.test && counts[interactions.films[entry] ?? 0] === 0) missing++;
  });
  return missing;
}
