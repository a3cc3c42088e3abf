import { breathe } from './breathe.ts';

/** A held-out film against its rivals: one row of base scores each. */
export interface Contest {
  readonly heldOut: Float32Array;
  /** Row-major, one row a rival. */
  readonly rivals: Float32Array;
}

/** Weights are tried in steps of one twentieth. */
const STEPS = 20;
/** Of so many models all weights are tried; beyond, their number grows out of hand. */
const ALL_OF = 4;
/** The share of the best tries whose mean is taken: steadier than the single best, which fits the noise of the held-out films. */
const BEST = 0.05;

/**
 * Weights of `models` base scores, none below 0 and adding up to 1, that place the held-out films high: all weights in
 * steps of 1/20 are tried, and the mean of the best twentieth of them by NDCG (no cut-off; with one relevant film,
 * the mean of 1 / log2(1 + rank)) is the answer. Of more than four models the weights are built up instead: step by step
 * a twentieth goes to the model that places the held-out films highest with it (Caruana et al. 2004), and as long as that
 * places them higher, a twentieth is moved from one model to another.
 */
export async function blendWeights(contests: readonly Contest[], models: number, signal?: AbortSignal, progress?: (done: number, total: number) => void): Promise<number[]> {
  if (models > ALL_OF) return builtUp(contests, models, signal, progress);
  const tries: { weights: number[]; ndcg: number }[] = [];
  const grid = compositions(STEPS, models);
  for (const [done, parts] of grid.entries()) {
    await breathe(signal);
    progress?.(done, grid.length);
    const weights = parts.map((part) => part / STEPS);
    tries.push({ weights, ndcg: ndcg(contests, weights) });
  }
  const best = tries.toSorted((a, b) => b.ndcg - a.ndcg).slice(0, Math.ceil(BEST * tries.length));
  return Array.from({ length: models }, (_, model) => best.reduce((sum, { weights }) => sum + (weights[model] ?? 0), 0) / best.length);
}

async function builtUp(contests: readonly Contest[], models: number, signal?: AbortSignal, progress?: (done: number, total: number) => void): Promise<number[]> {
  let parts: readonly number[] = Array.from({ length: models }, () => 0);
  let best = 0;
  const of = async (tried: readonly number[]) => {
    await breathe(signal);
    const sum = tried.reduce((total, part) => total + part, 0);
    return ndcg(contests, tried.map((part) => part / sum));
  };
  for (let step = 0; step < STEPS; step++) {
    progress?.(step, STEPS);
    const before = parts;
    best = -1;
    for (let model = 0; model < models; model++) {
      const tried = before.map((part, other) => part + Number(other === model));
      const found = await of(tried);
      if (found > best) [best, parts] = [found, tried];
    }
  }
  for (let better = true; better; ) {
    better = false;
    const before = parts;
    for (let from = 0; from < models; from++) {
      for (let to = 0; to < models && (before[from] ?? 0) > 0; to++) {
        if (from === to) continue;
        const tried = before.map((part, model) => part + Number(model === to) - Number(model === from));
        const found = await of(tried);
        if (found > best) [best, parts, better] = [found, tried, true];
      }
    }
  }
  return parts.map((part) => part / STEPS);
}

function ndcg(contests: readonly Contest[], weights: readonly number[]): number {
  const width = weights.length;
  let sum = 0;
  for (const { heldOut, rivals } of contests) {
    let own = 0;
    for (let model = 0; model < width; model++) own += (weights[model] ?? 0) * (heldOut[model] ?? 0);
    let rank = 1;
    for (let at = 0; at < rivals.length; at += width) {
      let score = 0;
      for (let model = 0; model < width; model++) score += (weights[model] ?? 0) * (rivals[at + model] ?? 0);
      if (score > own) rank++;
    }
    sum += 1 / Math.log2(1 + rank);
  }
  return sum / Math.max(1, contests.length);
}

/** All ways to write `total` as a sum of `parts` whole numbers from 0, in order. */
function compositions(total: number, parts: number): number[][] {
  if (parts === 1) return [[total]];
  return Array.from({ length: total + 1 }, (_, first) => compositions(total - first, parts - 1).map((rest) => [first, ...rest])).flat();
}
