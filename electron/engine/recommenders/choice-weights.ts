import { factorise, solve } from '../kernels/index.ts';
import { breathe } from './breathe.ts';

/** One choice: `candidates` rows of features, the first row is the one that was chosen. */
export interface Choice {
  readonly features: Float32Array;
  readonly candidates: number;
}

const STEPS = 25;
const RIDGE = 1e-6;

/**
 * The weights that maximise the likelihood of the choices, where a candidate is chosen with probability proportional to
 * exp(weights · features) (conditional logit, McFadden 1974). The likelihood is concave: Newton's method from 0. A feature
 * whose weight would be negative is left out, the most negative first, and the others are fitted again.
 */
export async function choiceWeights(choices: readonly Choice[], features: number, signal?: AbortSignal): Promise<number[]> {
  let active = Array.from({ length: features }, (_, feature) => feature);
  for (;;) {
    const weights = await maximise(choices, features, active, signal);
    const worst = active.toSorted((a, b) => (weights[a] ?? 0) - (weights[b] ?? 0))[0];
    if (worst === undefined || (weights[worst] ?? 0) >= 0) return weights;
    active = active.filter((feature) => feature !== worst);
  }
}

async function maximise(choices: readonly Choice[], width: number, active: readonly number[], signal?: AbortSignal): Promise<number[]> {
  const weights = Array.from({ length: width }, () => 0);
  let likelihood = Number.NEGATIVE_INFINITY;
  let step: Float64Array = new Float64Array(active.length);
  for (let iteration = 0; iteration < STEPS; iteration++) {
    const at = await derivatives(choices, width, active, weights, signal);
    if (at.likelihood < likelihood) {
      // Too far: go half of the way back.
      step = step.map((value) => value / 2);
      active.forEach((feature, i) => (weights[feature] = (weights[feature] ?? 0) - (step[i] ?? 0)));
      continue;
    }
    if (at.likelihood - likelihood < 1e-9 * Math.abs(at.likelihood)) break;
    likelihood = at.likelihood;
    for (let i = 0; i < active.length; i++) at.information[i * active.length + i] = (at.information[i * active.length + i] ?? 0) + RIDGE * choices.length;
    factorise(at.information, active.length);
    solve(at.information, at.gradient, active.length);
    step = at.gradient;
    active.forEach((feature, i) => (weights[feature] = (weights[feature] ?? 0) + (step[i] ?? 0)));
  }
  return weights;
}

/** Log-likelihood, its gradient, and minus its second derivatives, over the active features. */
async function derivatives(choices: readonly Choice[], width: number, active: readonly number[], weights: readonly number[], signal?: AbortSignal) {
  const n = active.length;
  const gradient = new Float64Array(n);
  const information = new Float64Array(n * n);
  let likelihood = 0;
  const mean = new Float64Array(n);
  const second = new Float64Array(n * n);
  const x = new Float64Array(n);
  for (const { features, candidates } of choices) {
    await breathe(signal);
    mean.fill(0);
    second.fill(0);
    let total = 0;
    let chosen = 0;
    // Relative to the chosen row, whose term is exp(0) = 1; bounded so that a hopeless start stays finite.
    for (let row = 0; row < candidates; row++) {
      let utility = 0;
      for (let i = 0; i < n; i++) {
        x[i] = features[row * width + (active[i] ?? 0)] ?? 0;
        utility += (weights[active[i] ?? 0] ?? 0) * (x[i] ?? 0);
      }
      if (row === 0) chosen = utility;
      const term = Math.exp(Math.min(700, utility - chosen));
      total += term;
      for (let i = 0; i < n; i++) {
        mean[i] = (mean[i] ?? 0) + term * (x[i] ?? 0);
        for (let j = 0; j <= i; j++) second[i * n + j] = (second[i * n + j] ?? 0) + term * (x[i] ?? 0) * (x[j] ?? 0);
      }
    }
    likelihood -= Math.log(total);
    for (let i = 0; i < n; i++) {
      const m = (mean[i] ?? 0) / total;
      gradient[i] = (gradient[i] ?? 0) + (features[active[i] ?? 0] ?? 0) - m;
      for (let j = 0; j <= i; j++) information[i * n + j] = (information[i * n + j] ?? 0) + (second[i * n + j] ?? 0) / total - m * ((mean[j] ?? 0) / total);
    }
  }
  return { likelihood, gradient, information };
}
