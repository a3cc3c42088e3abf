import type { Calls, EngineContext } from '../workspace/context.ts';
import { rowLineage } from './row/row.ts';

/** Where tables, models, figures and rows come from, and what depends on them. */
export function lineageCalls(engine: EngineContext) {
  return {
    'lineage.row': (request, { signal }) => engine.workspace().read((session) => rowLineage(session, request, {
      buildOf: () => ({ stage: 'transform', title: '', run: '', at: '', seconds: 0, rowsIn: 0, rowsOut: 0, version: 1, keptBy: null }), importedSince: () => false, parameter: () => '3',
    }), signal),
  } satisfies Calls;
}
