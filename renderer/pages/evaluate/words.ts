import type { Protocol, ProtocolName } from '../../../shared/contract/evaluation.ts';
import type { ModelInfo } from '../../../shared/contract/recommend.ts';
import { formatNumber } from '../../components/format.ts';

export const protocolTitles: Readonly<Record<ProtocolName, string>> = {
  random: 'Random hold-out', kfold: 'K-fold', 'leave-last-out': 'Leave last out', time: 'By time', strong: 'Unseen users', files: 'Files of your own',
};

/** What each protocol asks, and what is to be said for and against it. */
export const protocolAbout: Readonly<Record<ProtocolName, string>> = {
  random: 'A share of all ratings, drawn by chance, is the test. Usual in papers; training knows the future of what it is asked.',
  kfold: 'Each rating is tested once, by models that were trained on the other folds. Steady figures, at the price of training as often.',
  'leave-last-out': 'The last film of each user is the test, all before it training. What a sequence model is asked in use.',
  time: 'Everything after a moment is the test, everything before it training. Nearest to what happens in use.',
  strong: 'Some users are held out whole: models see a part of their ratings only when they are asked. How good a newcomer is served.',
  files: 'You bring the training and the test part, to stand beside other people’s figures on the very same ratings.',
};

export const share = (value: number): string => `${formatNumber(Number((value * 100).toPrecision(6)))} %`;

/** The protocol in a line, for lists. */
export function protocolWords(protocol: Pick<Protocol, 'name' | 'share' | 'folds' | 'threshold' | 'negatives'>): string {
  const { name, folds, threshold, negatives } = protocol;
  const first = name === 'kfold' ? `${folds} folds` : name === 'random' || name === 'time' ? `${protocolTitles[name]}, ${share(protocol.share)}` : protocolTitles[name];
  return [first, ...(threshold === null ? [] : [`relevant from ${formatNumber(threshold)}`]), ...(negatives === null ? [] : ['sampled films'])].join(', ');
}

/** What was set otherwise than it stands in the parameters: `lambda 250, top 20`. */
export const paramWords = (params: Readonly<Record<string, unknown>>): string => Object.entries(params).map(([name, value]) => `${name} ${typeof value === 'string' ? value : JSON.stringify(value)}`).join(', ');

const references: Readonly<Record<string, string>> = { 'global-mean': 'Mean of all ratings', baseline: 'Biases of users and films' };

/** A model as it is called on the screen, with what was set for this evaluation. */
export const modelTitle = (model: string, models: readonly Pick<ModelInfo, 'model' | 'title'>[]): string => references[model] ?? models.find((info) => info.model === model)?.title ?? model;

/** The title of each label: `EASE`, and with its parameters where a model competes more than once. */
export function labelTitle(label: string, models: readonly Pick<ModelInfo, 'model' | 'title'>[]): string {
  const [model = label, ...rest] = label.split(' ');
  return [modelTitle(model, models), ...rest].join(' ');
}

/** `popularity, ease and 2 others`. */
export function listWords(names: readonly string[], limit = 4): string {
  const shown = names.length <= limit + 1 ? names : names.slice(0, limit);
  const rest = names.length - shown.length;
  const last = rest > 0 ? `${rest} others` : shown.at(-1);
  const head = rest > 0 ? shown : shown.slice(0, -1);
  return head.length === 0 ? (last ?? '') : `${head.join(', ')} and ${last}`;
}
