import type { Calls, EngineContext } from '../../workspace/context.ts';
import type { Looking } from '../evidence/looking.ts';
import { ruleById, rulesOf } from '../rules/index.ts';
import { previewFix, quarantinedPage } from './effects.ts';
import { decideFix, decideRows, listDecisions, undo } from './journal.ts';

/** What people decide about rows and fixes, what that comes to, and how they take it back. */
export function decisionCalls(engine: EngineContext, looking: Looking) {
  return {
    'quality.fix.preview': ({ rule, ...page }, { signal }) => looking.look((look) => previewFix(look, rulesOf(look.scope), ruleById(rule, look.scope), engine.parameters().values.quality, page), signal),
    'quality.fix.apply': ({ rule, enabled }, { signal }) => decideFix(engine, rule, enabled, signal),
    'quality.quarantine': ({ reason, ...choice }, { signal }) => decideRows(engine, 'quarantine', choice, reason, signal),
    'quality.restore': ({ reason, ...choice }, { signal }) => decideRows(engine, 'restore', choice, reason ?? null, signal),
    'quality.quarantined': (request, { signal }) => looking.look((look) => quarantinedPage(look, rulesOf(look.scope), engine.parameters().values.quality, request), signal),
    'quality.decisions': (page, { signal }) => engine.workspace().read((session) => listDecisions(session, page), signal),
    'quality.undo': ({ decision }, { signal }) => undo(engine, decision, signal),
  } satisfies Calls;
}
