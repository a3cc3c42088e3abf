import type { Comparison } from '../../../../shared/contract/index.ts';
import { lowerIsBetter, metricWords, modelWords } from '../../../../shared/domain/metric-words.ts';

/** What a comparison says, with its figures: `EASE is better than ALS by .012 NDCG@10, 95 % interval .007 to .017; this is unlikely to be chance …`. */
export function sentenceOf({ a, b, metric, users, difference, low, high, adjustedP, distinct, pairs, family, detectable, needed }: Omit<Comparison, 'sentence'>): string {
  const [first, second] = [modelWords(a), modelWords(b)];
  // Each user’s own error is compared, whatever the number of ratings.
  const what = `${metricWords(metric)}${pairs === 'users' && (metric === 'rmse' || metric === 'mae') ? ' of a user' : ''}`;
  if (users === 0) return `${first} and ${second} have no ${pairs === 'users' ? 'user' : 'fold'} in common for ${what}, so they cannot be compared.`;
  if (difference === 0 && low === 0 && high === 0) return `${first} and ${second} are alike in ${what} for each of ${counted(users, pairs)}.`;
  const digits = digitsFor(low, high);
  const better = lowerIsBetter(metric) ? difference < 0 : difference > 0;
  // Told from the better one's side, so that the difference and its interval are gains.
  const [smaller, larger] = difference >= 0 ? [low, high] : [-high, -low];
  const gain = `${decimal(Math.abs(difference), digits)} ${what}, 95 % interval ${decimal(smaller, digits)} to ${decimal(larger, digits)}`;
  const test = `p ${probability(adjustedP)}${family > 1 ? ` after Holm’s correction for ${family} comparisons` : ''}, ${counted(users, pairs)}`;
  const [winner, loser] = better ? [first, second] : [second, first];
  if (distinct) return `${winner} is better than ${loser} by ${gain}; this is unlikely to be chance (${test}).`;
  const shown = detectable === null ? '' : ` With ${counted(users, pairs)} a difference of ${decimal(detectable, digits)} is found four times out of five.`;
  const more = needed === null ? '' : needed <= users ? '' : ` To find this one, about ${counted(rounded(needed), pairs)} would be needed.`;
  if (difference === 0) return `${first} and ${second} are alike in ${what} on average, 95 % interval ${decimal(low, digits)} to ${decimal(high, digits)}; a difference cannot be told from chance (${test}).${shown}`;
  return `${winner} is ahead of ${loser} by ${gain}; this cannot be told from chance (${test}).${shown}${more}`;
}

const counted = (count: number, pairs: Comparison['pairs']): string => `${count.toLocaleString('en')} ${count === 1 ? pairs.slice(0, -1) : pairs}`;

/** Two significant digits: more would claim a precision that a guess at the number of users has not. */
const rounded = (count: number): number => Math.ceil(Number(count.toPrecision(2)));

/** Three decimals, and more where the interval is narrower than five of the last one. */
function digitsFor(low: number, high: number): number {
  const width = high - low;
  return width > 0 ? Math.min(8, Math.max(3, 1 - Math.floor(Math.log10(2 * width)))) : 3;
}

/** `.012`, `-.003`, `1.25`. */
function decimal(value: number, digits: number): string {
  const text = Math.abs(value).toFixed(digits).replace(/^0\./, '.');
  return value < 0 && /[1-9]/.test(text) ? `−${text}` : text;
}

function probability(p: number): string {
  return p < 0.001 ? 'below .001' : `= ${decimal(p, p < 0.1 ? 3 : 2)}`;
}
