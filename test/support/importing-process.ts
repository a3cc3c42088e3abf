/** `node importing-process.ts FOLDER FILE…`: imports the files into FOLDER/workspace and prints each phase as it goes; to be killed. */
import { createEngine } from '../../electron/engine/engine.ts';
import path from 'node:path';

const [, , folder = '', ...files] = process.argv;
const engine = createEngine({
  resources: path.resolve('resources'), home: path.join(folder, 'home'), version: 'test',
  onEvent: (event) => {
    const phase = event.name === 'job.changed' ? event.data.phases.at(-1) : undefined;
    if (phase) console.log(`${phase.name} ${phase.total === undefined ? 0 : Math.floor((100 * phase.done) / phase.total)}`);
  },
});
await engine.context.openWorkspace(path.join(folder, 'workspace'));
const { jobId } = await engine.call('import.start', { files: await Promise.all(files.map((file) => engine.context.files.grant(file))) });
const job = await engine.context.jobs.ended(jobId);
console.log(`${job.status} 100`);
await engine.close();
