import { type SearchDimension, type Trial, ReelbenchError } from '../../../shared/contract/index.ts';
import { type Random, seededRandom } from '../workspace/random.ts';

export type Params = Trial['params'];

/** Attempts to draw parameters that no trial had before. */
const ATTEMPTS = 200;

/** Fails with `invalid-arguments` where a dimension is neither a list of values nor a range, or says a thing twice. */
export function checkDimensions(space: readonly SearchDimension[]): void {
  for (const [at, { path, values, low, high, log }] of space.entries()) {
    const wrong = (what: string, hint: string) => new ReelbenchError('invalid-arguments', `${path}: ${what}`, { hint });
    if (space.findIndex((other) => other.path === path) !== at) throw wrong('it is named twice.', 'Name each parameter once.');
    if (values !== undefined) {
      if (values.length === 0) throw wrong('there is no value to choose from.', 'Give values, for instance 32,64,128.');
      continue;
    }
    if (low === undefined || high === undefined || !(low <= high)) throw wrong('a range goes from its lower end to its upper one.', 'For instance 10..1000.');
    if (log && low <= 0) throw wrong(`a range on a logarithmic scale begins above 0, not at ${low}.`, 'Begin at a small number, such as 0.001.');
  }
}

/** Every end and value of the space, one set of parameters each, for whoever checks that they are allowed. */
export function cornersOf(space: readonly SearchDimension[]): Params[] {
  return space.flatMap(({ path, values, low, high }) => (values ?? [low, high]).map((value) => ({ [path]: value })));
}

/**
 * Parameters of a trial: drawn from the space by the seed and the trial's number alone, so that a search goes on where it was.
 * Undefined where everything that could be drawn was tried before.
 */
export function drawParams(space: readonly SearchDimension[], seed: number, number: number, tried: readonly Params[]): Params | undefined {
  const before = new Set(tried.map((params) => keyOf(space, params)));
  const random = seededRandom((seed ^ Math.imul(number + 1, 0x9e3779b1)) | 0);
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const params = Object.fromEntries(space.map((dimension) => [dimension.path, drawValue(dimension, random)]));
    if (!before.has(keyOf(space, params))) return params;
  }
  return undefined;
}

const keyOf = (space: readonly SearchDimension[], params: Params): string => JSON.stringify(space.map(({ path }) => params[path]));

function drawValue({ values, low = 0, high = low, log, integer }: SearchDimension, random: Random): number | string | boolean {
  const share = random();
  if (values !== undefined) return values[Math.floor(share * values.length)] ?? 0;
  const value = log ? Math.exp(Math.log(low) + share * (Math.log(high) - Math.log(low))) : low + share * (high - low);
  // Three digits are as fine as a search can see, and can be read and typed.
  const rounded = integer ? Math.round(value) : Number(value.toPrecision(3));
  return Math.min(high, Math.max(low, rounded));
}
