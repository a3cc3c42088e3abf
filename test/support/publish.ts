import type { Session } from '../../electron/engine/workspace/session.ts';
import { publish } from '../../electron/engine/workspace/versions.ts';

/** Makes the versions of these tables that `runId` built the visible ones. */
export function publishRun(session: Session, runId: string, tables: readonly string[]): Promise<void> {
  return publish(session, new Map(tables.map((table) => [table, runId])));
}
