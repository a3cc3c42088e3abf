import type { Protocol } from '../../../shared/contract/index.ts';

const number = (n: number) => n.toLocaleString('en');
const percent = (share: number) => `${Number((100 * share).toFixed(2))} %`;

export interface Counted {
  readonly train: number;
  readonly test: number;
  readonly users: number;
  readonly items: number;
  readonly measuredUsers: number;
  readonly candidates: number;
}

/** The protocol in sentences, for whoever reads the figures. */
export function descriptionOf(protocol: Protocol, counted: Counted): string[] {
  const { name, share, given, heldOut, setAside, folds, foldsBy, threshold, thresholdTraining, minUser, minItem, seed, train, test, negatives, unknownFilms, measures } = protocol;
  const split = {
    random: `${percent(share)} of all ratings are held out, each as likely as another (seed ${seed}).`,
    kfold: `${folds} folds: each rating is held out once. ${foldsBy === 'row' ? `Fold: number of the row in the file, from 0, modulo ${folds}` : `Shuffled (seed ${seed}) and cut into ${folds} parts`}. Figures are means over folds; of users in several folds, first over theirs.`,
    'leave-last-out': 'Each user’s newest rating is held out; of ratings of the same moment the last in the file, or where that is not known the film with the larger id. Users with one rating stay in training.',
    time: `The newest ${percent(share)} of the ratings are held out, all that came after one moment; ratings of that moment are learnt from.`,
    strong: `${heldOut > 0 ? `${number(heldOut)} users` : `${percent(share)} of the users`} are held out as a whole (seed ${seed}): ${percent(given)} of their ratings are shown, the others asked for, and none is learnt from.${setAside > 0 ? ` ${number(setAside)} more users are set aside unused.` : ''}`,
    files: train && test ? `Training and test part are given: ${train.name} and ${test.name}.` : 'Training and test part are given as files.',
  }[name];
  return [
    split,
    ...(minUser > 1 || minItem > 1 ? [`Before that, users with fewer than ${minUser} and films with fewer than ${minItem} ratings are left out, until none is left.`] : []),
    ...(!measures.includes('ranking') ? [] : [threshold === null ? 'Every test rating is relevant, however high.' : `Test ratings of at least ${threshold} are relevant; ${thresholdTraining ? 'lower ones are left out before anything else, from training too' : 'all ratings are learnt from'}.`]),
    `The models learn ${number(counted.train)} ratings of ${number(counted.users)} users and ${number(counted.items)} films${name === 'kfold' ? ' in the first fold' : ''}; ${number(counted.test)} are held out${name === 'kfold' ? ' there' : ''}.`,
    ...(measures.includes('ranking') ? [
      negatives === null
        ? `All ${number(counted.candidates)} films with a training rating are ranked, less those shown, for each of ${number(counted.measuredUsers)} users; equal scores go to the smaller id.`
        : `Sampled: only the films that ${negatives.name} lists for a user, and the test films, are ranked; listed films that are test films are dropped; equal scores go to the smaller id.`,
      `Test films without a training rating ${unknownFilms === 'misses' ? 'count as misses' : 'are left out'}. Users of whom nothing is known are not measured.`,
    ] : []),
    ...(measures.includes('rating') ? ['Ratings are predicted by the models that can, clipped to the lowest and highest rating there is.'] : []),
    'Intervals: 95 %, from 1,000 samples of as many users, drawn with replacement.',
  ];
}
