import { type Cell, type ParameterChange, ReelbenchError } from '../../../shared/contract/index.ts';
import type { Calls, EngineContext } from './context.ts';
import { undoneAgain } from './journal.ts';
import { flattenParameters } from './parameter-schema.ts';

/** The parameters: what they are, how they are changed, undone and compared. */
export function parameterCalls(engine: EngineContext) {
  const changed = () => engine.emit({ name: 'workspace.changed', data: { what: 'params' } });
  const changing = async (work: Promise<unknown>) => {
    try {
      await work;
    } finally {
      // Also after a refusal: what was changed in the file by hand may have come to light.
      changed();
    }
    return engine.parameters().list();
  };
  /** Steps through the history; a fix that was decided on in the journal is marked there, too. */
  const step = async (direction: 'undo' | 'redo'): Promise<ParameterChange> => {
    const parameters = engine.parameters();
    const next = parameters.history()[direction];
    try {
      if (next === null || !next.path.endsWith('.fix')) return await parameters[direction]();
      engine.jobs.requireNoWriter();
      const change = await engine.workspace().write(async (session) => {
        await undoneAgain(session, engine.clock, next.path, direction === 'undo' ? next.from : next.to, direction === 'undo');
        return parameters[direction]();
      });
      engine.emit({ name: 'workspace.changed', data: { what: 'quality' } });
      return change;
    } finally {
      changed();
    }
  };

  return {
    'params.list': async () => {
      if (await engine.parameters().refresh()) changed();
      return engine.parameters().list();
    },
    'params.set': ({ path, value }) => changing(engine.parameters().set(path, value)),
    'params.reset': ({ path }) => changing(engine.parameters().reset(path)),
    'params.history': () => engine.parameters().history(),
    'params.undo': () => step('undo'),
    'params.redo': () => step('redo'),
    'params.diff': async ({ run }, { signal }) => {
      const recorded = await engine.workspace().read((session) => session.first<{ parameters: string }>('SELECT parameters FROM main.etl_runs WHERE run_id = ?', [run]), signal);
      if (!recorded) {
        const runs = await engine.workspace().read((session) => session.all<{ id: string }>('SELECT run_id AS id FROM main.etl_runs ORDER BY started_at DESC, run_id DESC LIMIT 5'), signal);
        throw new ReelbenchError('not-found', `There is no run ${run}.`, { hint: runs.length === 0 ? 'Nothing has been run yet.' : `The last runs: ${runs.map(({ id }) => id).join(', ')}.` });
      }
      return { run, differences: parameterDifferences(JSON.parse(recorded.parameters), engine.parameters().shown) };
    },
  } satisfies Calls;
}

/** Where two sets of parameters differ, however nested each of them is. */
export function parameterDifferences(before: unknown, after: unknown): { path: string; a: Cell; b: Cell }[] {
  const [from, to] = [flattenParameters(before), flattenParameters(after)];
  return [...new Set([...Object.keys(to), ...Object.keys(from)])].flatMap((path) => {
    const [a, b] = [from[path] ?? null, to[path] ?? null];
    return JSON.stringify(a) === JSON.stringify(b) ? [] : [{ path, a, b }];
  });
}
