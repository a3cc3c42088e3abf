import type { Calls, EngineContext } from '../../workspace/context.ts';
import type { Session } from '../../workspace/session.ts';
import { tableDrift } from './drift.ts';
import { readHistory } from './points.ts';
import { readReconciliation } from './reconciliation.ts';

/** What the checks found over time, how far data drifted, and where each imported row went. */
export function historyCalls(engine: EngineContext) {
  const read = <T>(work: (session: Session) => Promise<T>, signal: AbortSignal) => engine.workspace().read(async (session) => {
    await session.run('BEGIN TRANSACTION');
    const answer = await work(session);
    await session.run('COMMIT');
    return answer;
  }, signal);
  return {
    'quality.history': (_input, { signal }) => read(readHistory, signal),
    'quality.drift': (input, { signal }) => read((session) => tableDrift(session, input), signal),
    'quality.reconciliation': (_input, { signal }) => read(readReconciliation, signal),
  } satisfies Calls;
}
