import { ModelName } from '../../../shared/contract/index.ts';
import { tableExists } from '../workspace/catalog.ts';
import type { ParameterValues } from '../workspace/parameters.ts';
import type { Session } from '../workspace/session.ts';
import type { TrainingTables } from './training-data.ts';

/** A row of the table `models`: what was trained, from what, and where it is saved. */
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
  /** What the data were: `inputKey`. */
  readonly inputKey: string;
}

export async function readModels(session: Session): Promise<SavedModelRow[]> {
  if (!(await tableExists(session, 'main', 'models'))) return [];
  const rows = await session.all<SavedModelRow & { model: string; params: string }>(`
    SELECT model, run_id AS run, strftime(trained_at, '%Y-%m-%dT%H:%M:%SZ') AS "trainedAt", seconds, peak_memory_mb AS "peakMemoryMB", path,
      params::VARCHAR AS params, users, items, bytes, version, input_key AS "inputKey"
    FROM main.models
  `);
  return rows.flatMap((row) => {
    const model = ModelName.safeParse(row.model);
    return model.success ? [{ ...row, model: model.data, params: JSON.parse(row.params) as Record<string, unknown> }] : [];
  });
}

/** The built table that holds the row of a model. */
export function tableOf(model: ModelName): string {
  return `model_${model.replaceAll('-', '_')}`;
}

/** Writes `rows` as the table `target`. */
export async function writeModels(session: Session, target: string, rows: readonly SavedModelRow[]): Promise<void> {
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
      input_key VARCHAR NOT NULL
    )
  `);
  for (const row of rows) {
    await session.run(
      `INSERT INTO ${target} VALUES (?, ?, CAST(? AS TIMESTAMP), ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      [row.model, row.run, row.trainedAt.replace('Z', ''), row.seconds, row.peakMemoryMB, row.path, JSON.stringify(row.params), row.users, row.items, row.bytes, row.version, row.inputKey]);
  }
}

/** Changes when a rating, a genre or a tag changes, and does not when the same data are built again. */
export async function inputKey(session: Session, { ratings, movieGenres, tags }: TrainingTables): Promise<string> {
  const parts = [
    `SELECT 'ratings' AS part, count(*) AS n, bit_xor(hash(user_id, movie_id, rating, rated_at)) AS h FROM ${ratings}`,
    ...(movieGenres === undefined ? [] : [`SELECT 'genres', count(*), bit_xor(hash(movie_id, genre)) FROM ${movieGenres}`]),
    ...(tags === undefined ? [] : [`SELECT 'tags', count(*), bit_xor(hash(user_id, movie_id, tag)) FROM ${tags}`]),
  ];
  const { key } = await session.one<{ key: string }>(`SELECT string_agg(part || ':' || n || ':' || coalesce(h, 0), ' ' ORDER BY part) AS key FROM (${parts.join(' UNION ALL ')})`);
  return key;
}

/** The parameters that a model is made from, by their paths: `{ 'recommenders.ease.lambda': 250, … }`. */
export function paramsOf(model: ModelName, { recommenders, engine }: ParameterValues): Record<string, unknown> {
  const under = (name: ModelName) => Object.entries(recommenders[name]).map(([key, value]) => [`recommenders.${name}.${key}`, value] as const);
  const seed = ['engine.seed', engine.seed] as const;
  switch (model) {
    case 'als':
      return Object.fromEntries([...under('als'), seed]);
    case 'hybrid':
      return Object.fromEntries([...under('hybrid'), ...under('content'), ...under('ease'), ...under('als'), seed]);
    default:
      return Object.fromEntries(under(model));
  }
}
