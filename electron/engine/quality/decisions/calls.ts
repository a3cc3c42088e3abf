import type { Calls, EngineContext } from '../../workspace/context.ts';
import { decideFix, decideRows, listDecisions, undo } from './journal.ts';

/** What people decide about rows and fixes, and how they take it back. */
export function decisionCalls(engine: EngineContext) {
  return {
    'quality.fix.apply': ({ rule, enabled }, { signal }) => decideFix(engine, rule, enabled, signal),
    'quality.quarantine': ({ reason, ...choice }, { signal }) => decideRows(engine, 'quarantine', choice, reason, signal),
    'quality.restore': ({ reason, ...choice }, { signal }) => decideRows(engine, 'restore', choice, reason ?? null, signal),
    'quality.decisions': (page, { signal }) => engine.workspace().read((session) => listDecisions(session, page), signal),
    'quality.undo': ({ decision }, { signal }) => undo(engine, decision, signal),
  } satisfies Calls;
}
