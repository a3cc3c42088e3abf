import type { StageName } from '../../shared/contract/index.ts';
import { fingerprintOf } from '../../electron/engine/pipeline/inputs.ts';
import { recordBuild } from '../../electron/engine/workspace/builds.ts';
import type { Session } from '../../electron/engine/workspace/session.ts';
import { versionSql } from '../../electron/engine/workspace/versions.ts';
import { publishRun } from './publish.ts';

/** Makes tables that a test wrote as the run `runId` visible, and enters them as what `stage` built of one imported file. */
export async function publishBuilt(session: Session, stage: StageName, runId: string, tables: readonly string[]): Promise<void> {
  const prints = await Promise.all(tables.map(async (table): Promise<[string, string]> => [table, await fingerprintOf(session, versionSql(table, runId))]));
  await recordBuild(session, {
    stage, runId, key: runId, inputs: { code: 0, parameters: {}, files: {}, tables: {} }, outputs: Object.fromEntries(prints),
    rowsIn: 0, rowsOut: 0, seconds: 0, builtAt: '2026-01-01T00:00:00.000Z', files: [], figures: {},
  });
  await session.run('INSERT OR REPLACE INTO store.stages VALUES (?, ?)', [stage, runId]);
  await session.run(`
    INSERT INTO raw.files (file_id, path, kind, table_name, format, encoding, bytes, sha256, first_row, rows, rejected, unreadable, imported_at, first_imported_at)
    SELECT 1, 'made.csv', 'ratings', 'ratings', 'csv', 'utf-8', 1, 'made', 0, 1, 0, 0, TIMESTAMP '2026-01-01', TIMESTAMP '2026-01-01'
    WHERE NOT EXISTS (FROM raw.files)`);
  await publishRun(session, runId, tables);
}
