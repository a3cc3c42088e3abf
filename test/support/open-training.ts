import path from 'node:path';
import { createEngine, type Engine } from '../../electron/engine/engine.ts';
import { openWorkspaceFolder } from '../../electron/engine/workspace/calls.ts';

/** An engine on `folder/workspace` by whose clock eleven seconds pass at each look, so that whatever is kept every ten seconds is kept each time. */
export async function openTraining(folder: string, overrides: readonly string[] = []): Promise<Engine> {
  let now = Date.UTC(2026, 0, 1);
  const engine = createEngine({
    resources: path.resolve(import.meta.dirname, '../../resources'), home: path.join(folder, 'home'), version: 'test', overrides,
    clock: () => new Date((now += 11_000)),
  });
  await openWorkspaceFolder(engine.context, path.join(folder, 'workspace'));
  return engine;
}
