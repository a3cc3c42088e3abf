import { openTestEngine } from './workspace.ts';

/** Runs the whole pipeline of the workspace in the folder named, all of it anew, and says when it began and how it ended. */
const [folder = ''] = process.argv.slice(2);
const { engine } = await openTestEngine({ folder });
process.stdout.write('began\n');
const { jobId } = await engine.call('pipeline.run', { force: true });
process.stdout.write(`${(await engine.context.jobs.ended(jobId)).status}\n`);
await engine.close();
