import { randomUUID } from 'node:crypto';
import type { QualityReport } from '../../../shared/contract/index.ts';
import type { Calls, EngineContext } from '../workspace/context.ts';
import { readContents } from '../workspace/contents.ts';
import { decisionsPrint } from '../workspace/journal.ts';
import { decisionCalls } from './decisions/calls.ts';
import { withDecided } from './decisions/decided.ts';
import { duplicateCalls } from './duplicates/calls.ts';
import { evidenceCalls } from './evidence/calls.ts';
import { Looking } from './evidence/looking.ts';
import { historyCalls } from './history/calls.ts';
import { recordCheck, sketchContents } from './history/points.ts';
import { referenceShares } from './history/reference.ts';
import { profileCalls } from './profile/calls.ts';
import { Relations } from './relations/index.ts';
import { builtReport, fingerprint, makeReport, readReport, storeReport, withSettings } from './report.ts';
import { reportCalls } from './reports/calls.ts';
import { rulesOf } from './rules/index.ts';
import { ownRuleCalls } from './rules/own/calls.ts';
import { ownRules, readOwnRules } from './rules/own/index.ts';
import { readScope } from './relations/scope.ts';
import { inSnapshot } from './snapshot.ts';

/** The quality report of the rows as imported, its evidence, and profiles of tables. */
export function qualityCalls(engine: EngineContext) {
  const looking = new Looking(engine);
  /** The last report, if it is of the data, parameters and decisions as they stand. */
  const lastReport = async (signal: AbortSignal): Promise<QualityReport | null> => {
    const workspace = engine.workspace();
    const { quality } = engine.parameters().values;
    const prints = await workspace.read(async (session) => ({ data: await fingerprint(session, quality, await readOwnRules(workspace)), decisions: await decisionsPrint(session) }), signal);
    const stored = (await readReport(workspace, prints.data)) ?? (await workspace.read((session) => builtReport(session, prints.data), signal));
    if (stored === null) return null;
    if (stored.decisions === prints.decisions) return withSettings(stored.report, quality);
    const counted = await looking.look(({ relations }) => withDecided(relations, rulesOf(relations.scope), stored.report.rules), signal);
    const report = { ...stored.report, rules: counted };
    await storeReport(workspace, prints.data, prints.decisions, report);
    return withSettings(report, quality);
  };

  return {
    ...decisionCalls(engine, looking),
    ...evidenceCalls(engine, looking),
    ...historyCalls(engine),
    ...profileCalls(engine),
    ...reportCalls(engine, lastReport),
    ...ownRuleCalls(engine),
    ...duplicateCalls(engine),

    'quality.report': (_input, { signal }) => lastReport(signal),

    'quality.run': () => {
      const workspace = engine.workspace();
      const { quality } = engine.parameters().values;
      const { jobId } = engine.jobs.start('quality', 'Check the quality of the data', async (job) => {
        job.phase('Read what is there', { unit: 'rules' });
        const own = await readOwnRules(workspace);
        const made = await workspace.read((session) => inSnapshot(session, async () => {
          const scope = await readScope(session, quality, engine.clock(), await referenceShares(session), await ownRules(session, own));
          const report = await makeReport(new Relations(session, scope), engine.clock, (part, done, total) => {
            job.phase(part, { unit: 'rules' });
            job.progress(done, total);
          });
          job.phase('Distributions');
          const contents = await readContents(session);
          return { report, fingerprint: await fingerprint(session, quality, own), decisions: await decisionsPrint(session), contents, sketches: await sketchContents(session, contents) };
        }), job.signal);
        await storeReport(workspace, made.fingerprint, made.decisions, made.report);
        await workspace.write((session) => recordCheck(session, { id: `check_${randomUUID()}`, source: 'check', ...made }, made.contents, made.sketches), job.signal);
        engine.emit({ name: 'workspace.changed', data: { what: 'quality' } });
        return made.report;
      });
      return { jobId };
    },
  } satisfies Calls;
}
