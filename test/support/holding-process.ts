/** A program that opens and closes workspaces as its parent says over IPC, to race with others or to be killed. */
import path from 'node:path';
import { createEngine } from '../../electron/engine/engine.ts';
import { ReelbenchError } from '../../shared/contract/index.ts';

const engine = createEngine({ resources: path.resolve('resources'), home: process.argv[2] ?? '', version: 'test', host: { name: 'a test', pid: process.pid } });

process.on('message', ({ open }: { open: string | null }) => {
  const answer = (value: object) => process.send?.(value);
  const work = open === null ? engine.close() : engine.context.openWorkspace(open);
  void work.then(
    () => answer({ code: 'done', message: '' }),
    (error: unknown) => answer(error instanceof ReelbenchError ? error.toData() : { code: 'unknown', message: String(error) }),
  );
});
process.on('disconnect', () => process.exit(0));
process.send?.({ code: 'ready', message: '' });
