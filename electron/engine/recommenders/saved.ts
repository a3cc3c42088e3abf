import { ReelbenchError } from '../../../shared/contract/index.ts';
import type { Catalogue, NumberArray, SavedModel } from './recommender.ts';

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

export function savedText({ meta }: SavedModel, name: string): string {
  const value = meta[name];
  if (typeof value !== 'string') throw broken(name);
  return value;
}

export function savedTexts({ meta }: SavedModel, name: string): string[] {
  const value = meta[name];
  if (!Array.isArray(value) || !value.every((entry) => typeof entry === 'string')) throw broken(name);
  return value;
}

/** Films as they are saved: by their ids, so that the model can be read onto another catalogue. */
export function filmsAt(positions: Int32Array, { movieIds }: Catalogue): Int32Array {
  return positions.map((position) => movieIds[position] ?? 0);
}

/** Where the saved films stand in a catalogue; ascending, since both are sorted by id. */
export function savedPositions(saved: SavedModel, catalogue: Catalogue): Int32Array {
  return savedArray(saved, 'films', Int32Array).map((movieId) => {
    const position = catalogue.position(movieId);
    if (position === undefined) throw new ReelbenchError('not-ready', `The saved model knows the film ${movieId}, which is not among these films.`, { hint: 'Train it again.' });
    return position;
  });
}

function broken(name: string): ReelbenchError {
  return new ReelbenchError('invalid-input', `The saved model lacks ${name}.`, { hint: 'Train it again.' });
}
