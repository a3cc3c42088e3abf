import { z } from 'zod';
import { Cell } from '../../../shared/contract/index.ts';
import type { EngineContext } from '../workspace/context.ts';
import type { ParameterStore } from '../workspace/parameters.ts';
import type { Session } from '../workspace/session.ts';
import type { Workspace } from '../workspace/workspace.ts';

/** A parameter as it stood and as it is to be; null for its default, or for nothing where it has none. */
const Edit = z.object({ path: z.string(), from: Cell, to: Cell });
type Edit = z.infer<typeof Edit>;

/** What must change so that the parameters are the recorded ones. */
export function editsTo(store: ParameterStore, recorded: Readonly<Record<string, Cell>>): Edit[] {
  const list = store.list();
  const known = new Set(list.map(({ path }) => path));
  const changed = list.flatMap(({ path, value, default: standard }): Edit[] => {
    const wanted = Object.hasOwn(recorded, path) ? (recorded[path] ?? null) : standard;
    return alike(wanted, value) ? [] : [{ path, from: value, to: alike(wanted, standard) ? null : wanted }];
  });
  const rules = Object.entries(recorded).filter(([path, value]) => !known.has(path) && path.startsWith('quality.') && value !== null);
  return [...changed, ...rules.map(([path, to]) => ({ path, from: null, to }))];
}

/** Takes note of what `restore` is about to do, in the transaction that moves the tables. */
export async function noteRestoring(session: Session, run: string, edits: readonly Edit[]): Promise<void> {
  await session.run('DELETE FROM store.restoring');
  if (edits.length > 0) await session.run('INSERT INTO store.restoring VALUES (?, ?)', [run, JSON.stringify(edits)]);
}

/** Puts the parameters in force, all in one write of their file, and strikes out the note of it. */
export async function restore(engine: EngineContext, workspace: Workspace, edits: readonly Edit[]): Promise<void> {
  if (edits.length === 0) return;
  await engine.parameters().setAll(edits.map(({ path, to }) => ({ path, value: to })));
  await workspace.write((session) => session.run('DELETE FROM store.restoring'));
}

/**
 * Ends a roll-back whose tables were moved and whose parameters were not, because the program ended in between. Parameters
 * that were changed since then stay as they are, and the log says so. With an override of one of them it waits for another time.
 */
export async function endInterruptedRollback(engine: EngineContext, workspace: Workspace): Promise<void> {
  const noted = await workspace.read((session) => session.first<{ run: string; edits: string }>('SELECT run_id AS run, edits FROM store.restoring'));
  if (!noted) return;
  const edits = z.array(Edit).parse(JSON.parse(noted.edits));
  const now = new Map(engine.parameters().list().map((info) => [info.path, info]));
  if (edits.some(({ path }) => now.get(path)?.source === 'override')) return;
  const stands = ({ path, from, to }: Edit) => {
    const { value = null, default: standard = null } = now.get(path) ?? {};
    return alike(value, from) ? 'as before' : alike(value, to ?? standard) ? 'restored' : 'changed';
  };
  const changed = edits.filter((edit) => stands(edit) === 'changed');
  await restore(engine, workspace, edits.filter((edit) => stands(edit) === 'as before'));
  await workspace.write((session) => session.run('DELETE FROM store.restoring'));
  if (changed.length === 0) engine.log.info('A roll-back was interrupted: its parameters are in force now.', { run: noted.run });
  else engine.log.warn(`A roll-back was interrupted, and its parameters are in force now but for those that were changed since: ${changed.map(({ path }) => path).join(', ')}.`, { run: noted.run });
}

const alike = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
