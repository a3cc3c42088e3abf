import { rm } from 'node:fs/promises';
import type { ModelName } from '../../../shared/contract/index.ts';
import type { Kernels } from '../kernels/index.ts';
import { CurveOfTraining } from './curves.ts';
import { watchMemory } from '../workspace/peak-memory.ts';
import { tableExists } from '../workspace/catalog.ts';
import type { StageContext } from '../workspace/stage.ts';
import { keepFits } from './checkpoint.ts';
import { readModelFile, writeModelFile } from './model-file.ts';
import type { Catalogue, FitContext, Model, SavedModel, TrainingData } from './recommender.ts';
import { recommenders } from './registry.ts';
import { modelTable, paramsOf, readModels, type SavedModelRow, type TrainedRow, writeModel } from './saved-models.ts';

/**
 * Fits one model on the data, saves it in a file of the run and writes the table that tells of it. The bases of a blend are
 * those that are trained. When the signal aborts, it rejects with `cancelled` within a second; after any failure no file stays.
 */
export async function trainModel(name: ModelName, train: TrainingData, context: StageContext): Promise<SavedModelRow> {
  const { workspace, parameters, clock, runId, signal } = context;
  const { version } = recommenders[name];
  const file = `models/${name}-${runId}.model`;
  const began = clock().getTime();
  const memory = watchMemory();
  const opened: Model[] = [];
  const curve = new CurveOfTraining(workspace, name, runId);
  try {
    const model = await recommenders[name].fit(train, { ...fitContext(train, context, await context.kernels(), opened), curve: (point, best) => curve.add(point, best ?? null) });
    opened.push(model);
    const { bytes, sha256 } = await writeModelFile(workspace.path(file), name, version, withCatalogue(model), signal);
    const row: TrainedRow = {
      model: name, run: runId, trainedAt: clock().toISOString(), seconds: (clock().getTime() - began) / 1000, peakMemoryMB: memory.peak() / 2 ** 20,
      path: file, params: paramsOf(name, parameters), users: model.size.users, items: model.size.items, bytes, version, sha256, curve: curve.kept(),
    };
    await writeModel(context.session, context.write(modelTable(name)), row);
    return row;
  } catch (error) {
    await rm(workspace.path(file), { force: true });
    throw error;
  } finally {
    memory.stop();
    curve.end();
    for (const model of opened) await model.close?.();
  }
}

/** `opened` takes the bases that are read for a blend. */
function fitContext(train: TrainingData, stage: StageContext, kernels: Kernels, opened: Model[]): FitContext {
  const context: FitContext = {
    kernels,
    parameters: stage.parameters,
    signal: stage.signal,
    memory: () => process.availableMemory(),
    progress: (done, total, detail) => stage.progress(done, total, detail, 'steps'),
    log: (message) => stage.log('info', message),
    keep: keepFits(stage.checkpoint, stage.clock, (level, message) => stage.log(level, message)),
    async earlier(name) {
      const table = modelTable(name);
      if (!(await tableExists(stage.session, 'main', table))) return undefined;
      const [row] = await readModels(stage.session, `main.${table}`);
      if (row?.version !== recommenders[name].version) return undefined;
      return { saved: await readModelFile(stage.workspace.path(row.path), name, row.version), run: row.run };
    },
    async base(name, data) {
      if (data !== train) return recommenders[name].fit(data, context);
      const model = await trainedModel(name, train.catalogue, stage, kernels);
      opened.push(model);
      return model;
    },
  };
  return context;
}

/** A base as it is trained, on the catalogue of the blend. */
async function trainedModel(name: ModelName, catalogue: Catalogue, { session, workspace, read }: StageContext, kernels: Kernels): Promise<Model> {
  const [row] = await readModels(session, read(modelTable(name)));
  const saved = await readModelFile(workspace.path(row?.path ?? ''), name, recommenders[name].version);
  return recommenders[name].load(saved, catalogue, kernels);
}

/** A model as its file holds it: with the films that its positions mean. */
function withCatalogue(model: Model): SavedModel {
  const { arrays, meta } = model.save();
  return { arrays: { 'catalogue.movieIds': model.catalogue.movieIds, 'catalogue.counts': model.catalogue.counts, ...arrays }, meta };
}
