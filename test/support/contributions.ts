import * as fc from 'fast-check';
import { historyOf, weightsOf } from '../../electron/engine/recommenders/history.ts';
import type { Model, TrainingData } from '../../electron/engine/recommenders/recommender.ts';

const scale = { min: 0.5, max: 5, step: 0.5, mean: 3.5 };

/** Scores that are not the sum of their reasons' contributions to 1e-4, over histories with edited and with negative weights. */
export async function wrongSums(model: Model, train: TrainingData): Promise<unknown[]> {
  const wrong: unknown[] = [];
  const film = fc.record({ movieId: fc.constantFrom(...train.catalogue.movieIds), rating: fc.integer({ min: 1, max: 10 }).map((n) => n / 2), ratedAt: fc.constant(null) });
  await fc.assert(fc.asyncProperty(fc.uniqueArray(film, { selector: ({ movieId }) => movieId, minLength: 1, maxLength: 25 }), fc.boolean(), async (items, known) => {
    const user = known ? { id: 3, ratings: new Map(items.slice(0, 5).map(({ movieId }) => [movieId, 5])), mean: 4 } : null;
    const folded = await model.foldIn(historyOf(train.catalogue, items, weightsOf(items, scale, user), user?.id ?? null));
    for (let position = 0; position < train.catalogue.movieIds.length; position += 3) {
      if (!model.knows(position)) continue;
      const sum = folded.explain(position).flatMap((reason) => (reason.kind === 'because-you-rated' ? reason.evidence : [])).reduce((total, { contribution }) => total + contribution, 0);
      const score = folded.scores[position] ?? Number.NaN;
      if (!(Math.abs(sum - score) < 1e-4)) wrong.push({ items, position, sum, score });
    }
  }), { numRuns: 15 });
  return wrong;
}
