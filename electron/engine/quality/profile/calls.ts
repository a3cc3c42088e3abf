import type { ProfileDone } from '../../../../shared/contract/index.ts';
import type { Calls, EngineContext } from '../../workspace/context.ts';
import { throwIfCancelled } from '../../workspace/session.ts';
import type { Workspace } from '../../workspace/workspace.ts';
import { KeptProfiles } from './kept.ts';
import { estimateSource, isSmall, profileSource } from './profile.ts';
import { inSnapshot } from '../snapshot.ts';
import { changesInPlace, openSource } from './source.ts';

/** Profiles of tables: an estimate at once, the exact one as a job, both kept for as long as the table stays what it is. */
export function profileCalls(engine: EngineContext) {
  const kept = new WeakMap<Workspace, KeptProfiles>();
  const profilesOf = (workspace: Workspace): KeptProfiles => {
    let profiles = kept.get(workspace);
    if (profiles === undefined) kept.set(workspace, (profiles = new KeptProfiles(workspace)));
    return profiles;
  };
  let running: { readonly key: string; readonly jobId: string; readonly done: Promise<void> } | undefined;

  return {
    'tables.profile': ({ schema, table }, { signal }) => {
      const workspace = engine.workspace();
      const profiles = profilesOf(workspace);
      return workspace.read((session) => inSnapshot(session, async () => {
        const source = await openSource(session, schema, table);
        const known = changesInPlace(source) && isSmall(source) ? undefined : await profiles.read(source);
        if (known) return known;
        const made = await (isSmall(source) ? profileSource : estimateSource)(session, source, engine.clock);
        await profiles.keep(source, made);
        // An exact profile may have finished columns meanwhile.
        return (await profiles.read(source)) ?? made;
      }), signal);
    },

    'tables.profileExact': ({ schema, table }) => {
      const workspace = engine.workspace();
      const profiles = profilesOf(workspace);
      const key = JSON.stringify([workspace.directory, schema, table]);
      const before = running;
      const under = before && engine.jobs.list().find(({ id, status }) => id === before.jobId && status === 'running');
      if (before?.key === key && under) return { jobId: before.jobId };
      if (before && under) engine.jobs.cancel(before.jobId);

      const { jobId, done } = engine.jobs.start('profile', `Profile ${schema === 'main' ? table : `${schema}.${table}`}`, async (job): Promise<ProfileDone> => {
        await before?.done;
        throwIfCancelled(job.signal);
        return workspace.read((session) => inSnapshot(session, async () => {
          const source = await openSource(session, schema, table);
          const known = profiles.of(source);
          const exact = await profiles.read(source);
          if (exact?.exact) return { schema, table, rows: source.rows, seconds: exact.seconds };
          const { columns } = known;
          job.phase('Columns', { total: source.columns.length, unit: 'columns' });
          const profile = await profileSource(session, source, engine.clock, {
            known: (name) => columns.get(name),
            column: (place, name) => job.progress(place, undefined, name),
            columnDone: (column) => {
              columns.set(column.name, column);
              job.progress(source.columns.findIndex(({ name }) => name === column.name) + 1);
            },
            step: (name) => job.phase(name),
          });
          await profiles.keep(source, profile);
          return { schema, table, rows: source.rows, seconds: profile.seconds };
        }), job.signal);
      });
      running = { key, jobId, done };
      return { jobId };
    },
  } satisfies Calls;
}
