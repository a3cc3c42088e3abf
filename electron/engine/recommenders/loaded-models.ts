import { type ModelName, ReelbenchError } from '../../../shared/contract/index.ts';
import type { EngineContext } from '../workspace/context.ts';
import { catalogueOf } from './catalogue.ts';
import type { Library } from './library.ts';
import { readModelFile } from './model-file.ts';
import type { Model } from './recommender.ts';
import { recommenders } from './registry.ts';
import { savedArray } from './saved.ts';
import { readModels, type SavedModelRow } from './saved-models.ts';

/** A model in memory, where its films stand in the library (-1: no longer there), and what it was trained as. */
export interface LoadedModel {
  readonly model: Model;
  readonly inLibrary: Int32Array;
  readonly row: SavedModelRow;
}

interface Entry {
  readonly loading: Promise<LoadedModel>;
  uses: number;
  forgotten: boolean;
}

/** Models read from their files when they are first asked. One that is forgotten while it is used is closed after its last use. */
export class LoadedModels {
  readonly #engine: EngineContext;
  readonly #library: () => Promise<Library>;
  readonly #entries = new Map<ModelName, Entry>();

  constructor(engine: EngineContext, library: () => Promise<Library>) {
    this.#engine = engine;
    this.#library = library;
  }

  /** Does `work` with the model of that name, which stays open until then. @throws not-ready where it is not trained */
  async use<R>(name: ModelName, work: (loaded: LoadedModel) => Promise<R>): Promise<R> {
    const entry = this.#entry(name);
    entry.uses++;
    try {
      return await work(await entry.loading);
    } finally {
      entry.uses--;
      closeUnused(entry);
    }
  }

  /** From now on models are read anew. */
  forget(): void {
    for (const entry of this.#entries.values()) {
      entry.forgotten = true;
      closeUnused(entry);
    }
    this.#entries.clear();
  }

  #entry(name: ModelName): Entry {
    const known = this.#entries.get(name);
    if (known) return known;
    const entry: Entry = { loading: this.#load(name), uses: 0, forgotten: false };
    this.#entries.set(name, entry);
    entry.loading.catch(() => {
      if (this.#entries.get(name) === entry) this.#entries.delete(name);
    });
    return entry;
  }

  async #load(name: ModelName): Promise<LoadedModel> {
    const library = await this.#library();
    const workspace = this.#engine.workspace();
    const row = (await workspace.read((session) => readModels(session))).find(({ model }) => model === name);
    if (!row) throw new ReelbenchError('not-ready', `The model ${name} is not trained.`, { hint: `Train ${name}, or run the pipeline.` });
    const recommender = recommenders[name];
    const saved = await readModelFile(workspace.path(row.path), name, recommender.version);
    const catalogue = catalogueOf(savedArray(saved, 'catalogue.movieIds', Int32Array), savedArray(saved, 'catalogue.counts', Int32Array));
    const model = await recommender.load(saved, catalogue, await this.#engine.kernels());
    return { model, row, inLibrary: Int32Array.from(catalogue.movieIds, (movieId) => library.position(movieId) ?? -1) };
  }
}

function closeUnused({ loading, uses, forgotten }: Entry): void {
  if (forgotten && uses === 0) loading.then(({ model }) => model.close?.(), () => undefined).catch(() => undefined);
}
