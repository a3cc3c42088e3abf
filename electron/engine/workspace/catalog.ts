import type { TableInfo } from '../../../shared/contract/index.ts';
import type { Session } from './session.ts';
import { qualified } from './sql.ts';
import { unitedIn } from './versions.ts';

const groups: Record<string, TableInfo['group']> = {
  movies: 'catalogue', genres: 'catalogue', movie_genres: 'catalogue', people: 'catalogue', movie_cast: 'catalogue', movie_crew: 'catalogue', keywords: 'catalogue', movie_keywords: 'catalogue', tags: 'catalogue', genome_tags: 'catalogue', genome_scores: 'catalogue',
  users: 'behaviour', ratings: 'behaviour',
  user_profiles: 'features', movie_features: 'features', genre_features: 'features', splits: 'features', sequences: 'features',
  models: 'results', evaluations: 'results', published_files: 'results',
};
const order: readonly TableInfo['group'][] = ['as imported', 'catalogue', 'behaviour', 'features', 'results', 'records'];

/** Every table that a person may look at, with its exact number of rows; empty internal ones of `raw` are left out. */
export async function listTables(session: Session): Promise<TableInfo[]> {
  const columns = await session.all<{ schema: string; name: string; column: string; type: string }>(`
    SELECT table_schema AS schema, table_name AS name, column_name AS "column", data_type AS type
    FROM information_schema.columns
    WHERE table_catalog = current_database() AND table_schema IN ('raw', 'main')
    ORDER BY table_schema, table_name, ordinal_position
  `);
  const tables = new Map<string, TableInfo>();
  for (const { schema, name, column, type } of columns) {
    if (schema === 'main' && unitedIn(name) !== undefined) continue;
    const key = `${schema}.${name}`;
    const table = tables.get(key) ?? { schema, name, rows: 0, columns: [], group: schema === 'raw' ? 'as imported' : (groups[name] ?? 'records'), mark: null };
    table.columns.push({ name: column, type });
    tables.set(key, table);
  }
  const found = [...tables.values()];
  if (found.length > 0) {
    const counts = await session.one(`SELECT ${found.map(({ schema, name }, i) => `(SELECT count(*) FROM ${qualified(schema, name)}) AS t${i}`).join(', ')}`);
    found.forEach((table, i) => {
      table.rows = Number(counts[`t${i}`]);
    });
  }
  for (const { table, message } of await marks(session)) {
    const marked = tables.get(`main.${unitedIn(table) ?? table}`);
    if (marked) marked.mark = message;
  }
  return found
    .filter((table) => table.schema !== 'raw' || table.rows > 0)
    .toSorted((a, b) => order.indexOf(a.group) - order.indexOf(b.group) || a.name.localeCompare(b.name, 'en'));
}

/** Visible tables of stages that failed since without stopping their run, and why. */
function marks(session: Session): Promise<{ table: string; message: string }[]> {
  return session.all(`
    SELECT l.table_name AS "table", m.message FROM store.marks m JOIN store.builds b USING (stage) JOIN store.live l ON l.run_id = b.run_id
    WHERE list_contains(json_keys(b.outputs), l.table_name)`);
}

export async function tableExists(session: Session, schema: string, name: string): Promise<boolean> {
  const { n } = await session.one<{ n: number }>(
    'SELECT count(*) AS n FROM information_schema.tables WHERE table_catalog = current_database() AND table_schema = $1 AND table_name = $2', [schema, name]);
  return n > 0;
}
