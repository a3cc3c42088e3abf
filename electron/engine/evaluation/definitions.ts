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
    case 'hit_rate':
      return `Share of users with a relevant film among ${first}.`;
    case 'novelty':
      return `Mean over ${first} of -log₂ of the share of training users who rated the film; mean over users with a list. Bits.`;
    default:
      return `Share of the films with a training rating that are among ${first} of at least one user.`;
  }
}
