import type { Recommender } from './recommender.ts';
import { fitSequences, loadSequences, sequenceCurve, sequenceMemory, sequenceSeconds } from './sequence-model.ts';
import { sequenceSpace } from './space.ts';

/**
 * BERT4Rec (Sun et al. 2019): a transformer in which every place sees all others and learns to tell films that are hidden; to
 * recommend, a hidden place is put behind the newest film. Normalised before each part, and trained as sasrec.ts says.
 */
export const bert4rec: Recommender = {
  name: 'bert4rec',
  title: 'Hidden film (BERT4Rec)',
  about: 'Learns to tell films that are hidden in a history from those before and after, and so what comes next. Needs longer training than SASRec. Ratings do not matter, only the order; a film rated far below the usual is left out. Reasons name films of the history that it places near.',
  version: 2,
  reads: [],
  ordered: true,
  curve: sequenceCurve,
  bases: [],
  parameters: ['recommenders.bert4rec', 'engine.seed'],
  space: () => sequenceSpace,
  effort: 'epochs',
  memory: (size, { kernels, parameters }) => sequenceMemory(false, parameters.recommenders.bert4rec, size, kernels.threads),
  seconds: (size, { kernels, parameters }) => sequenceSeconds(false, parameters.recommenders.bert4rec, size, kernels.threads),
  fit: (train, context) => fitSequences('bert4rec', false, bert4rec.version, context.parameters.recommenders.bert4rec, train, context),
  load: (saved, catalogue) => loadSequences('bert4rec', false, saved, catalogue),
};
