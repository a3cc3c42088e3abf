import { type CurvePoint, ModelName } from '../../../shared/contract/index.ts';
import { tableExists } from '../workspace/catalog.ts';
import { parameterName, isRecord, valueAt } from '../workspace/parameter-schema.ts';
import type { ParameterValues } from '../workspace/parameters.ts';
import type { Session } from '../workspace/session.ts';
import { chosenBases, recommenders } from './registry.ts';

/** The one row of a table `model_<name>`, and a row of the view `models` on all of them: what was trained, and where it is saved. */
export interface SavedModelRow {
  readonly model: ModelName;
  readonly run: string;
  readonly trainedAt: string;
  readonly seconds: number;
  readonly peakMemoryMB: number;
  /** Relative to the workspace's folder. */
  readonly path: string;
  readonly params: Record<string, unknown>;
  readonly users: number;
  readonly items: number;
  readonly bytes: number;
  readonly version: number;
  /** Of the file's content: equal models have equal ones. */
  readonly sha256: string;
}

/** A row with how the training went, where the model learns in epochs: curves.ts reads it. */
export interface TrainedRow extends SavedModelRow {
  readonly curve: KeptCurve | null;
}

export interface KeptCurve {
  readonly points: readonly CurvePoint[];
  /** The epoch whose weights the model has. */
  readonly best: number | null;
}

/** Columns of a model's table that tell how it was made, not what it is. */
export const measuredColumns = ['run_id', 'trained_at', 'seconds', 'peak_memory_mb', 'path', 'params', 'curve'] as const;

/** The table that the stage which trains the model writes. */
export function modelTable(model: ModelName): string {
  return `model_${model.replaceAll('-', '_')}`;
}

/** The trained models, of `from`: a SQL name. */
export async function readModels(session: Session, from = 'main.models'): Promise<SavedModelRow[]> {
  if (from === 'main.models' && !(await tableExists(session, 'main', 'models'))) return [];
  const rows = await session.all<SavedModelRow & { model: string; params: string }>(`
    SELECT model, run_id AS run, strftime(trained_at, '%Y-%m-%dT%H:%M:%SZ') AS "trainedAt", seconds, peak_memory_mb AS "peakMemoryMB", path,
      params::VARCHAR AS params, users, items, bytes, version, sha256
    FROM ${from}
  `);
  return rows.flatMap((row) => {
    const model = ModelName.safeParse(row.model);
    return model.success ? [{ ...row, model: model.data, params: JSON.parse(row.params) as Record<string, unknown> }] : [];
  });
}

/** Makes the table `target` of one model. */
export async function writeModel(session: Session, target: string, row: TrainedRow): Promise<void> {
  await session.run(`
    CREATE TABLE ${target} (
      model VARCHAR NOT NULL,
      run_id VARCHAR NOT NULL,
      trained_at TIMESTAMP NOT NULL,
      seconds DOUBLE NOT NULL,
      peak_memory_mb DOUBLE NOT NULL,
      path VARCHAR NOT NULL,
      params JSON NOT NULL,
      users BIGINT NOT NULL,
      items BIGINT NOT NULL,
      bytes BIGINT NOT NULL,
      version INTEGER NOT NULL,
      sha256 VARCHAR NOT NULL,
      curve JSON
    )
  `);
  await session.run(
    `INSERT INTO ${target} VALUES (?, ?, CAST(? AS TIMESTAMP), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    [row.model, row.run, row.trainedAt.replace('Z', ''), row.seconds, row.peakMemoryMB, row.path, JSON.stringify(row.params), row.users, row.items, row.bytes, row.version, row.sha256, row.curve && JSON.stringify(row.curve)]);
}

/** The parameters that a model is made from, those of its bases included, by their paths: `{ 'recommenders.ease.lambda': 250, … }`. */
export function paramsOf(model: ModelName, values: ParameterValues): Record<string, unknown> {
  const recommender = recommenders[model];
  const own = recommender.parameters.flatMap((name) => leaves(name.split('.'), valueAt(values, name.split('.'))));
  return Object.assign(Object.fromEntries(own), ...chosenBases(recommender, values).map((base) => paramsOf(base, values)));
}

function leaves(path: readonly string[], value: unknown): [string, unknown][] {
  return isRecord(value) ? Object.entries(value).flatMap(([key, below]) => leaves([...path, key], below)) : [[parameterName(path), value]];
}
