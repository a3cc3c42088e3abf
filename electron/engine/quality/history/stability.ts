import type { ColumnDrift, DriftBin } from '../../../../shared/contract/index.ts';
import type { ColumnSketch, Knots } from './sketch.ts';

/** A share below this counts as this, so that the index stays finite; the rule `ratings.distribution.drift` has the same floor. */
export const SHARE_FLOOR = 0.0001;
/** From these on the index says "some drift" and "strong drift". */
export const SOME_DRIFT = 0.1;
export const STRONG_DRIFT = 0.25;
/** Numbers with no more distinct values than this are compared value by value. */
const FEW_VALUES = 20;
const DECILES = 10;
/** Values of texts that are compared one by one; all others together. */
const TOP_VALUES = 20;
const CURVE_POINTS = 120;
/** Texts of which more than this share are distinct say nothing by their values, and are compared by their length. */
const SELDOM_REPEATED = 0.5;

/**
 * Population stability index: Σ (current − reference) · ln(current / reference) over the bins. 0 when both are the same,
 * and never below.
 */
export function stabilityIndex(bins: readonly Pick<DriftBin, 'reference' | 'current'>[]): number {
  return bins.reduce((sum, bin) => {
    const reference = Math.max(bin.reference, SHARE_FLOOR);
    const current = Math.max(bin.current, SHARE_FLOOR);
    return sum + (current - reference) * Math.log(current / reference);
  }, 0);
}

/** Share of values not above `x`, or with `below`, smaller than `x`; between two places of the sketch it rises evenly. */
export function cumulated({ at, below, upto }: Knots, x: number, strictly = false): number {
  const total = upto.at(-1) ?? 0;
  if (total === 0) return 0;
  let low = 0;
  let high = at.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((at[middle] ?? 0) <= x) low = middle + 1;
    else high = middle;
  }
  const place = low - 1;
  const here = at[place];
  if (here === undefined) return 0;
  if (here === x) return ((strictly ? below[place] : upto[place]) ?? 0) / total;
  const next = at[place + 1];
  const done = upto[place] ?? 0;
  if (next === undefined) return done / total;
  return (done + ((below[place + 1] ?? done) - done) * ((x - here) / (next - here))) / total;
}

/** The largest distance between two cumulative distributions, looked for at every place of either, from both sides. */
export function largestDistance(a: Knots, b: Knots): number {
  let most = 0;
  for (const x of new Set([...a.at, ...b.at])) {
    most = Math.max(most, Math.abs(cumulated(a, x) - cumulated(b, x)), Math.abs(cumulated(a, x, true) - cumulated(b, x, true)));
  }
  return most;
}

/**
 * Probability of a distance of at least `d` between samples of `n` and `m` values of one distribution: Kolmogorov's
 * asymptotic distribution with Stephens' correction for small samples (Press et al., Numerical Recipes, 14.3).
 */
export function distanceProbability(d: number, n: number, m: number): number {
  if (n === 0 || m === 0) return 1;
  const root = Math.sqrt((n * m) / (n + m));
  return kolmogorov((root + 0.12 + 0.11 / root) * d);
}

/** Q(λ) = 2 Σ (−1)^(j−1) e^(−2j²λ²), the chance that Kolmogorov's statistic exceeds λ. */
export function kolmogorov(lambda: number): number {
  // The sum converges slowly there, and the answer is 1 to ten digits.
  if (lambda < 0.2) return 1;
  let sum = 0;
  for (let j = 1; j <= 100; j++) {
    const term = 2 * (j % 2 === 1 ? 1 : -1) * Math.exp(-2 * j * j * lambda * lambda);
    sum += term;
    if (Math.abs(term) < 1e-16) break;
  }
  return Math.min(1, Math.max(0, sum));
}

export interface Side {
  readonly sampled: number;
  readonly column: ColumnSketch;
}

/** How far a column's distribution moved from `reference` to `current`; both of the same kind. */
export function columnDrift(reference: Side, current: Side): ColumnDrift {
  const seldom = [reference, current].some(({ column, sampled }) => column.kind === 'texts' && column.distinct > SELDOM_REPEATED * (sampled - column.missing) && column.distinct > FEW_VALUES);
  const kind = reference.column.kind === 'texts' ? (seldom ? 'lengths' : 'values') : reference.column.kind;
  const bins = [...(kind === 'values' ? valueBins(reference, current) : numberBins(reference, current)), ...missingBin(reference, current)];
  const [a, b] = [reference.column.knots, current.column.knots];
  const [n, m] = [a.upto.at(-1) ?? 0, b.upto.at(-1) ?? 0];
  const psi = reference.sampled === 0 || current.sampled === 0 ? 0 : stabilityIndex(bins);
  const d = kind === 'values' || n === 0 || m === 0 ? undefined : largestDistance(a, b);
  return {
    name: current.column.name, kind, psi, bins,
    ks: d === undefined ? null : { d, p: distanceProbability(d, n, m) },
    verdict: reference.sampled === 0 || current.sampled === 0 ? 'no rows' : psi < SOME_DRIFT ? 'stable' : psi < STRONG_DRIFT ? 'some drift' : 'strong drift',
    curve: kind === 'values' ? [] : curve(a, b),
    missing: { reference: share(reference.column.missing, reference.sampled), current: share(current.column.missing, current.sampled) },
  };
}

const share = (part: number, all: number) => (all === 0 ? 0 : part / all);

function missingBin(reference: Side, current: Side): DriftBin[] {
  if (reference.column.missing === 0 && current.column.missing === 0) return [];
  return [{ kind: 'missing', low: null, high: null, value: null, reference: share(reference.column.missing, reference.sampled), current: share(current.column.missing, current.sampled) }];
}

/** Each value where there are few; else ranges that hold a tenth of the reference each (fewer where one value holds more). */
function numberBins(reference: Side, current: Side): DriftBin[] {
  const [a, b] = [reference.column.knots, current.column.knots];
  const of = (side: Side, part: number) => part * share(side.sampled - side.column.missing, side.sampled);
  const values = [...new Set([...a.at, ...b.at])].sort((x, y) => x - y);
  const exact = reference.column.distinct <= FEW_VALUES && current.column.distinct <= FEW_VALUES;
  if (exact && values.length <= FEW_VALUES) {
    return values.map((value) => ({
      kind: 'value', low: null, high: null, value,
      reference: of(reference, cumulated(a, value) - cumulated(a, value, true)), current: of(current, cumulated(b, value) - cumulated(b, value, true)),
    }));
  }
  const edges = deciles(a.at.length > 0 ? a : b);
  return [...edges, null].flatMap((high, i): DriftBin[] => {
    const low = edges[i - 1] ?? null;
    const part = (knots: Knots) => (high === null ? (knots.at.length === 0 ? 0 : 1) : cumulated(knots, high)) - (low === null ? 0 : cumulated(knots, low));
    const bin = { kind: 'range' as const, low, high, value: null, reference: of(reference, part(a)), current: of(current, part(b)) };
    return bin.reference === 0 && bin.current === 0 ? [] : [bin];
  });
}

/** The smallest places that a tenth, two tenths, … of the values do not exceed, each once. */
function deciles({ at, upto }: Knots): number[] {
  const total = upto.at(-1) ?? 0;
  const edges = Array.from({ length: DECILES - 1 }, (_, i) => at[upto.findIndex((count) => count >= ((i + 1) / DECILES) * total)]);
  return [...new Set(edges.filter((edge) => edge !== undefined))];
}

/** The commonest values of the reference one by one, and all others together. */
function valueBins(reference: Side, current: Side): DriftBin[] {
  const now = new Map(current.column.top);
  const named = reference.column.top.slice(0, TOP_VALUES).map(([value, count]): DriftBin => ({
    kind: 'value', low: null, high: null, value, reference: share(count, reference.sampled), current: share(now.get(value) ?? 0, current.sampled),
  }));
  const rest = (side: Side, of: 'reference' | 'current') => Math.max(0, share(side.sampled - side.column.missing, side.sampled) - named.reduce((sum, bin) => sum + bin[of], 0));
  const other: DriftBin = { kind: 'other', low: null, high: null, value: null, reference: rest(reference, 'reference'), current: rest(current, 'current') };
  return other.reference < 1e-12 && other.current < 1e-12 ? named : [...named, other];
}

/** Both cumulative distributions at places of either, at most CURVE_POINTS of them. */
function curve(a: Knots, b: Knots): ColumnDrift['curve'] {
  const places = [...new Set([...a.at, ...b.at])].sort((x, y) => x - y);
  const step = Math.max(1, (places.length - 1) / (CURVE_POINTS - 1));
  const chosen = new Set(Array.from({ length: Math.min(places.length, CURVE_POINTS) }, (_, i) => places[Math.round(i * step)] ?? 0));
  return [...chosen].map((at) => ({ at, reference: cumulated(a, at), current: cumulated(b, at) }));
}
