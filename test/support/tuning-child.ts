/** `node tuning-child.ts FOLDER REQUEST OVERRIDE…`: searches parameters in the workspace there, says each trial that ends, until it is killed. */
import path from 'node:path';
import { createEngine } from '../../electron/engine/engine.ts';
import { openWorkspaceFolder } from '../../electron/engine/workspace/calls.ts';

const [folder = '', request = '{}', ...overrides] = process.argv.slice(2);
let said = 0;
const engine = createEngine({
  resources: path.resolve(import.meta.dirname, '../../resources'), home: path.join(folder, '..', 'home'), version: 'test', overrides,
  onEvent: (event) => {
    if (event.name !== 'job.changed') return;
    const done = event.data.phases.find(({ name }) => name === 'trials')?.done ?? 0;
    for (; said < done; said++) console.log('trial');
  },
});
await openWorkspaceFolder(engine.context, folder);
const { jobId } = await engine.call('tune.start', JSON.parse(request));
await engine.context.jobs.ended(jobId);
console.log('ended');
await engine.close();
