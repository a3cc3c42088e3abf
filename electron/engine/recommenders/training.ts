import { rm } from 'node:fs/promises';
import type { ModelName } from '../../../shared/contract/index.ts';
import type { Kernels } from '../kernels/index.ts';
import type { Clock } from '../workspace/clock.ts';
import type { JobContext } from '../workspace/jobs.ts';
import type { ParameterValues } from '../workspace/parameters.ts';
import type { Session } from '../workspace/session.ts';
import type { Workspace } from '../workspace/workspace.ts';
import { writeModelFile } from './model-file.ts';
import type { FitContext, Model, SavedModel, TrainingData } from './recommender.ts';
import { recommenders } from './registry.ts';
import { inputKey, paramsOf, type SavedModelRow } from './saved-models.ts';
import { readTrainingData, type TrainingTables } from './training-data.ts';

export interface Training {
  readonly models: readonly ModelName[];
  readonly tables: TrainingTables;
  readonly session: Session;
  readonly workspace: Workspace;
  readonly parameters: ParameterValues;
  readonly kernels: Kernels;
  readonly clock: Clock;
  readonly runId: string;
  readonly job: JobContext;
}

/** The tables that training reads and the names that they are read under by a pipeline's stage. */
export const trainingInputs = ['ratings', 'movies', 'movie_genres', 'tags'] as const;

/**
 * Fits models on what the tables hold and writes a file for each; the caller records the rows that it answers.
 * A file is of no consequence until its row is visible. When the signal aborts, it rejects with `cancelled` within a second.
 */
export async function trainModels({ models, tables, session, workspace, parameters, kernels, clock, runId, job }: Training): Promise<{ rows: SavedModelRow[]; ratings: number }> {
  job.phase('Read ratings');
  const key = await inputKey(session, tables);
  const train = await readTrainingData(session, tables);

  const fitted = new WeakMap<TrainingData, Map<ModelName, Model>>();
  const context: FitContext = {
    kernels, parameters,
    signal: job.signal,
    memory: () => process.availableMemory(),
    progress: (done, total) => job.progress(done, total),
    log: (message) => job.log('info', message),
    async base(name, data) {
      const made = fitted.get(data) ?? new Map<ModelName, Model>();
      fitted.set(data, made);
      const model = made.get(name) ?? (await recommenders[name].fit(data, context));
      made.set(name, model);
      return model;
    },
  };
  const fitAndSave = async (name: ModelName): Promise<SavedModelRow> => {
    job.phase(`Train ${recommenders[name].title}`, { unit: 'steps' });
    const began = clock().getTime();
    const memory = watchMemory();
    try {
      const model = await context.base(name, train);
      const file = fileOf(name, runId);
      const bytes = await writeModelFile(workspace.path(file), name, recommenders[name].version, withCatalogue(model), job.signal);
      return {
        model: name, run: runId, trainedAt: clock().toISOString(), seconds: (clock().getTime() - began) / 1000, peakMemoryMB: memory.peak() / 2 ** 20,
        path: file, params: paramsOf(name, parameters), users: model.size.users, items: model.size.items, bytes, version: recommenders[name].version, inputKey: key,
      };
    } finally {
      memory.stop();
    }
  };
  try {
    const rows: SavedModelRow[] = [];
    for (const { name } of Object.values(recommenders)) if (models.includes(name)) rows.push(await fitAndSave(name));
    return { rows, ratings: train.ratings.indices.length };
  } catch (error) {
    for (const name of models) await rm(workspace.path(fileOf(name, runId)), { force: true });
    throw error;
  }
}

function fileOf(name: ModelName, runId: string): string {
  return `models/${name}-${runId}.model`;
}

/** A model as its file holds it: with the films that its positions mean. */
function withCatalogue(model: Model): SavedModel {
  const { arrays, meta } = model.save();
  return { arrays: { 'catalogue.movieIds': model.catalogue.movieIds, 'catalogue.counts': model.catalogue.counts, ...arrays }, meta };
}

/** The highest resident memory of the process in bytes, looked at twenty times a second. */
function watchMemory() {
  let peak = process.memoryUsage.rss();
  const look = () => {
    peak = Math.max(peak, process.memoryUsage.rss());
  };
  const timer = setInterval(look, 50);
  return {
    peak: () => {
      look();
      return peak;
    },
    stop: () => clearInterval(timer),
  };
}
