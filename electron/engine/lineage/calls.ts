import { Graph } from '../pipeline/graph.ts';
import type { Calls, EngineContext } from '../workspace/context.ts';
import { RuleFile, ruleInputs, RULES_FILE } from '../workspace/rule-file.ts';
import type { Session } from '../workspace/session.ts';
import type { Stage } from '../workspace/stage.ts';
import { describeBuild, type Facts, readFacts, stageOf, visibleBuildOf } from './facts.ts';
import { allThings, thingsOf } from './graph.ts';
import { type Made, rowLineage } from './row/row.ts';
import { lineageOf } from './things.ts';

/** Where tables, models, figures and rows come from, and what depends on them. Reads what imports, decisions and runs recorded. */
export function lineageCalls(engine: EngineContext, stages: readonly Stage[]) {
  const graph = new Graph(stages);
  const facts = async (session: Session): Promise<Facts> => {
    const workspace = engine.workspace();
    const rules = ruleInputs(await RuleFile.read(workspace.path(RULES_FILE)));
    return readFacts(session, workspace, graph, { ...engine.parameters().values, rules }, engine.parameters().list());
  };

  return {
    'lineage.all': (_input, { signal }) => engine.workspace().read(async (session) => allThings(thingsOf(await facts(session))), signal),
    'lineage.of': (request, { signal }) => engine.workspace().read(async (session) => lineageOf(session, await facts(session), request), signal),
    'lineage.row': (request, { signal }) => engine.workspace().read(async (session) => rowLineage(session, request, madeBy(await facts(session))), signal),
  } satisfies Calls;
}

/** What the story of a row needs to know of the builds. */
function madeBy(facts: Facts): Made {
  const transform = visibleBuildOf(facts, 'transform');
  return {
    buildOf: (table) => {
      const stage = stageOf(facts, table);
      const build = stage && visibleBuildOf(facts, stage.name);
      return build ? describeBuild(facts, build) : null;
    },
    importedSince: (kind) => {
      const read = transform?.inputs.files;
      return read !== undefined && Object.entries(facts.state.files.get(`raw.${kind}`) ?? {}).some(([path, print]) => read[path] !== print);
    },
    parameter: (path) => transform?.inputs.parameters[path] ?? null,
  };
}
