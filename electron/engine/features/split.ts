import type { Stage } from '../workspace/stage.ts';
import { buildSequences } from './sequences.ts';
import { buildSplits } from './splits.ts';

/** Divides the ratings into those to learn from and those to test on, and puts each user's into the order of time. */
export const splitStage: Stage = {
  name: 'split',
  title: 'Split ratings and order them in time',
  reads: ['ratings'],
  writes: ['splits', 'sequences'],
  parameters: ['split', 'features.max_sequence_length', 'engine.seed'],
  version: 1,
  async run(context) {
    const { session, read, has } = context;
    if (!(await has('ratings'))) {
      context.log('warn', 'There are no ratings, so there is nothing to split.');
      return { rowsIn: 0, rowsOut: 0 };
    }
    const { n } = await session.one<{ n: number }>(`SELECT count(*) AS n FROM ${read('ratings')}`);
    const splits = await buildSplits(context, n);
    return { rowsIn: n, rowsOut: splits + (await buildSequences(context)) };
  },
};
