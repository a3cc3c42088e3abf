import { ReelbenchError } from '../../../shared/contract/index.ts';
import type { NumberArray, SavedModel } from './recommender.ts';

/** Reads parts of a saved model; a part that is missing or of another kind means that the file is not what it says. */
export function savedArray<T extends NumberArray>({ arrays }: SavedModel, name: string, type: new (length: number) => T): T {
  const array = arrays[name];
  if (!(array instanceof type)) throw broken(name);
  return array;
}

export function savedNumber({ meta }: SavedModel, name: string): number {
  const value = meta[name];
  if (typeof value !== 'number') throw broken(name);
  return value;
}

export function savedTexts({ meta }: SavedModel, name: string): string[] {
  const value = meta[name];
  if (!Array.isArray(value) || !value.every((entry) => typeof entry === 'string')) throw broken(name);
  return value;
}

function broken(name: string): ReelbenchError {
  return new ReelbenchError('invalid-input', `The saved model lacks ${name}.`, { hint: 'Train it again.' });
}
