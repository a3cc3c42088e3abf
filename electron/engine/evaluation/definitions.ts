import type { Definitions } from './metrics.ts';

/** What a figure is, in one sentence: most disagreement between published figures is about this. */
export function definitionOf(metric: string, cutoff: number, { ndcg_ideal, recall_of }: Definitions): string {
  const first = `the first ${cutoff}`;
  switch (metric) {
    case 'precision':
      return `Relevant films among ${first} ÷ ${cutoff}; mean over users.`;
    case 'recall':
      return `Relevant films among ${first} ÷ ${recall_of === 'relevant' ? 'all relevant films of the user' : `min(${cutoff}, relevant films of the user)`}; mean over users.`;
    case 'ndcg':
      return `Sum of 1 / log₂(1 + rank) over the relevant films among ${first} ÷ that of ${ndcg_ideal === 'truncated' ? `a best list of ${cutoff}` : 'a list of all relevant films'}; mean over users.`;
    case 'map':
      return `Precision at each relevant film among ${first}, summed ÷ min(${cutoff}, relevant films of the user); mean over users.`;
    case 'mrr':
      return `1 ÷ rank of the first relevant film, 0 where none is among ${first}; mean over users.`;
    case 'hit-rate':
      return `Share of users with a relevant film among ${first}.`;
    case 'novelty':
      return `Mean over ${first} of -log₂ of the share of training users who rated the film; mean over users with a list. Bits.`;
    case 'serendipity':
      return `Relevant films among ${first} that are not among the ${cutoff} films that most people rated, without those shown ÷ ${cutoff}; mean over users (Ge et al. 2010).`;
    case 'popularity-bias':
      return `Mean number of training ratings of ${first} ÷ that of the films shown; 1: as popular as what the user rates; mean over users with a list.`;
    case 'diversity':
      return `1 - mean cosine of the genres of each two of ${first}, films without a genre left out; mean over users with two such films.`;
    case 'calibration':
      return `Kullback-Leibler divergence of the genres of the films shown from those of ${first}, of which 1 % is mixed in from those shown (Steck 2018); natural logarithm, 0: the same; mean over users.`;
    case 'rmse':
      return 'Square root of the mean squared error of predicted test ratings, clipped to the scale; mean over folds.';
    case 'mae':
      return 'Mean absolute error of predicted test ratings, clipped to the scale; mean over folds.';
    default:
      return `Share of the films with a training rating that are among ${first} of at least one user.`;
  }
}
