import { PipelineBench } from './pipeline-bench.ts';

/** Runs the whole pipeline of the workspace in the folder named, and says when it began and how it ended. */
const bench = await PipelineBench.open(undefined, process.argv[2]);
process.stdout.write('began\n');
const { run } = await bench.run({ force: true });
process.stdout.write(`${run.status}\n`);
await bench.close({ keep: true });
