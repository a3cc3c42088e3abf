import { CurvePoint, type ModelName, type TrainingCurve } from '../../../shared/contract/index.ts';
import { tableExists } from '../workspace/catalog.ts';
import type { Session } from '../workspace/session.ts';
import type { Workspace } from '../workspace/workspace.ts';
import { recommenders } from './registry.ts';
import { type KeptCurve, modelTable } from './saved-models.ts';

/** What is trained just now, by workspace: gone with it. */
const training = new WeakMap<Workspace, Map<ModelName, TrainingCurve>>();

/** Takes the points of one training while it lasts. */
export class CurveOfTraining {
  readonly #own: Map<ModelName, TrainingCurve>;
  #curve: TrainingCurve;

  constructor(workspace: Workspace, model: ModelName, run: string) {
    this.#own = training.get(workspace) ?? new Map<ModelName, TrainingCurve>();
    training.set(workspace, this.#own);
    this.#curve = { ...emptyCurve(model), run, training: true };
    this.#own.set(model, this.#curve);
  }

  /** A point that comes again, after an interruption, takes the place of the first. */
  add(point: CurvePoint, best: number | null): void {
    this.#curve = { ...this.#curve, points: [...this.#curve.points.filter(({ epoch }) => epoch < point.epoch), point], best };
    this.#own.set(this.#curve.model, this.#curve);
  }

  /** What is kept with the trained model; null where it did not learn in epochs. */
  kept(): KeptCurve | null {
    const { points, best } = this.#curve;
    return points.length === 0 ? null : { points, best };
  }

  end(): void {
    if (this.#own.get(this.#curve.model) === this.#curve) this.#own.delete(this.#curve.model);
  }
}

/** How a model learns: that of the training that runs, else of the trained model; without points where it does not learn in epochs, or is not trained. */
export async function readCurve(session: Session, workspace: Workspace, model: ModelName): Promise<TrainingCurve> {
  const live = training.get(workspace)?.get(model);
  if (live) return live;
  const table = modelTable(model);
  if (!(await tableExists(session, 'main', table))) return emptyCurve(model);
  const columns = await session.all<{ name: string }>(`SELECT column_name AS name FROM duckdb_columns() WHERE schema_name = 'main' AND table_name = ?`, [table]);
  if (!columns.some(({ name }) => name === 'curve')) return emptyCurve(model);
  const row = await session.first<{ run: string; curve: string | null }>(`SELECT run_id AS run, curve::VARCHAR AS curve FROM main.${table}`);
  if (!row?.curve) return { ...emptyCurve(model), run: row?.run ?? null };
  const kept = JSON.parse(row.curve) as KeptCurve;
  return { ...emptyCurve(model), run: row.run, points: kept.points.map((point) => CurvePoint.parse(point)), best: kept.best };
}

function emptyCurve(model: ModelName): TrainingCurve {
  const { loss = 'loss', metric = null } = recommenders[model].curve ?? {};
  return { model, run: null, training: false, loss, metric, points: [], best: null };
}
