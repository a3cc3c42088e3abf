import type { Recommender } from './recommender.ts';
import { fitSequences, loadSequences, sequenceCurve, sequenceMemory, sequenceSeconds } from './sequence-model.ts';
import { sequenceSpace } from './space.ts';

/**
 * SASRec (Kang and McAuley 2018): a transformer that reads a history from the oldest film on and at each tells the next. It
 * learns by cross-entropy over all films (Klenitskiy and Vasilev 2023; sampled and corrected where they are many) with films of the
 * same history left out of the rivals, and keeps the moving mean of its weights. Fold-in is what training does with a history.
 */
export const sasrec: Recommender = {
  name: 'sasrec',
  title: 'Next film (SASRec)',
  about: 'Reads a history in its order and tells what comes next. The most accurate where people rate one film after another. Ratings do not matter, only the order; a film rated far below the usual is left out. Reasons name films of the history that it places near.',
  version: 2,
  reads: [],
  ordered: true,
  curve: sequenceCurve,
  bases: [],
  parameters: ['recommenders.sasrec', 'engine.seed'],
  space: () => sequenceSpace,
  effort: 'epochs',
  memory: (size, { kernels, parameters }) => sequenceMemory(true, parameters.recommenders.sasrec, size, kernels.threads),
  seconds: (size, { kernels, parameters }) => sequenceSeconds(true, parameters.recommenders.sasrec, size, kernels.threads),
  fit: (train, context) => fitSequences('sasrec', true, sasrec.version, context.parameters.recommenders.sasrec, train, context),
  load: (saved, catalogue) => loadSequences('sasrec', true, saved, catalogue),
};
