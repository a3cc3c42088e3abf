import type { Command } from 'commander';
import { type Input, type ProtocolName, protocolNames, ReelbenchError } from '../../shared/contract/index.ts';
import { wholeNumber } from './options.ts';

/** Options that say what is asked of models and how it is counted; those left out are as the contract has them. */
export interface ProtocolOptions {
  readonly protocol: string;
  readonly share?: string;
  readonly given?: string;
  readonly folds?: string;
  readonly threshold?: string;
  readonly minUser?: string;
  readonly minItem?: string;
  readonly cutoffs?: string;
  readonly maxUsers?: string;
  readonly seed?: string;
}

/** Adds the options of a protocol to a command. */
export function withProtocol(command: Command, initial: ProtocolName): Command {
  return command
    .option('--protocol <name>', protocolNames.join(', '), initial)
    .option('--share <share>', 'share of the ratings (random, time) or users (strong) that is held out')
    .option('--given <share>', 'of a held-out user’s ratings, the share that a model is shown (strong)')
    .option('--folds <n>', 'folds (kfold)')
    .option('--threshold <rating>', 'test ratings of at least so much are relevant')
    .option('--min-user <n>', 'users with fewer ratings are left out')
    .option('--min-item <n>', 'films with fewer ratings are left out')
    .option('--cutoffs <list>', 'lengths of list, for instance 10,20')
    .option('--max-users <n>', 'at most so many users are measured')
    .option('--seed <n>', 'seed of all that is by chance');
}

/** The protocol that the options ask for. @throws invalid-arguments naming the option */
export function protocolOf(options: ProtocolOptions): Input<'evaluation.start'>['protocol'] {
  const name = protocolNames.find((known) => known === options.protocol);
  if (name === undefined) throw new ReelbenchError('invalid-arguments', `--protocol ${options.protocol}: there is no such protocol.`, { hint: `It is one of ${protocolNames.join(', ')}.` });
  const number = (option: string, text: string | undefined, allowed: (value: number) => boolean, what: string): number | undefined => {
    if (text === undefined) return undefined;
    const value = Number(text);
    if (text.trim() === '' || !Number.isFinite(value) || !allowed(value)) throw new ReelbenchError('invalid-arguments', `${option} ${text}: expected ${what}.`);
    return value;
  };
  const share = (option: string, text: string | undefined) => number(option, text, (value) => value > 0 && value < 1, 'a share between 0 and 1, for instance 0.2');
  const count = (option: string, text: string | undefined) => (text === undefined ? undefined : wholeNumber(option, text));
  const given = {
    share: share('--share', options.share), given: share('--given', options.given), folds: count('--folds', options.folds), threshold: number('--threshold', options.threshold, () => true, 'a rating'),
    minUser: count('--min-user', options.minUser), minItem: count('--min-item', options.minItem), cutoffs: options.cutoffs?.split(',').map((text) => wholeNumber('--cutoffs', text)),
    maxUsers: count('--max-users', options.maxUsers), seed: number('--seed', options.seed, Number.isInteger, 'a whole number'),
  };
  return { name, ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) };
}
