import { ArrangedViews } from './arranged-views.ts';
import { listTables } from './catalog.ts';
import type { Calls, EngineContext } from './context.ts';
import { facet } from './facets.ts';
import { tableHistogram } from './histograms.ts';
import { tablePage } from './table-page.ts';
import type { Workspace } from './workspace.ts';

/** Tables: which there are, their rows, and what their columns hold. */
export function tableCalls(engine: EngineContext) {
  let known: { workspace: Workspace; views: ArrangedViews } | undefined;
  const arranged = (): ArrangedViews => {
    const workspace = engine.workspace();
    if (known?.workspace !== workspace) known = { workspace, views: new ArrangedViews(workspace) };
    return known.views;
  };
  engine.listen((event) => {
    if (event.name === 'workspace.changed' && ['tables', 'quality', 'runs', 'models', 'workspace'].includes(event.data.what)) known?.views.clear();
  });

  return {
    'tables.list': (_input, { signal }) => engine.workspace().read(listTables, signal),
    'tables.rows': ({ limit, offset, ...view }, { signal }) => tablePage(engine.workspace(), arranged(), view, limit, offset, signal),
    'tables.arrange': ({ wait, ...view }, { signal }) => arranged().arrange(view, wait, signal),
    'tables.facet': (request, { signal }) => engine.workspace().read((session) => facet(session, request), signal),
    'tables.histogram': (request, { signal }) => engine.workspace().read((session) => tableHistogram(session, request), signal),
  } satisfies Calls;
}
