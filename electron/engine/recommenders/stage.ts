import { ReelbenchError } from '../../../shared/contract/index.ts';
import type { Stage } from '../workspace/stage.ts';
import { recommenders } from './registry.ts';
import { tableOf, writeModels } from './saved-models.ts';
import { trainingInputs, trainModels } from './training.ts';

/** Fit each model on the cleaned ratings: one stage a model, which records it in a table of its own. */
export const trainStages: readonly Stage[] = Object.values(recommenders).map(({ name, title }) => ({
  name: `train-${name}`,
  title: `Train ${title}`,
  reads: trainingInputs,
  writes: [tableOf(name)],
  parameters: ['recommenders', 'engine.seed'],
  version: 1,
  measured: ['run_id', 'trained_at', 'seconds', 'peak_memory_mb', 'path'],
  critical: false,
  enabled: ({ train }) => train.models.includes(name),
  async run(context) {
    if (!(await context.has('ratings'))) throw new ReelbenchError('not-ready', 'There are no cleaned ratings to learn from.', { hint: 'Import ratings first.' });
    const optional = async (table: string) => ((await context.has(table)) ? context.read(table) : undefined);
    const { rows, ratings } = await trainModels({
      models: [name],
      tables: { ratings: context.read('ratings'), movies: context.read('movies'), movieGenres: await optional('movie_genres'), tags: await optional('tags') },
      session: context.session, workspace: context.workspace, parameters: context.parameters, kernels: await context.kernels(), clock: context.clock, runId: context.runId,
      job: context,
    });
    await writeModels(context.session, context.write(tableOf(name)), rows);
    return { rowsIn: ratings, rowsOut: rows.length, files: rows.map(({ path }) => path) };
  },
}));
