/** `node going-back-child.ts FOLDER RUN`: goes back to the run, says so once the tables have moved, and waits there to be killed before the parameters follow. */
import { PipelineBench } from './pipeline-bench.ts';

const [folder = '', id = ''] = process.argv.slice(2);
const bench = await PipelineBench.open(undefined, folder);
const parameters = bench.engine.parameters();
const setAll = parameters.setAll.bind(parameters);
parameters.setAll = (edits, options) => {
  if (options?.dry) return setAll(edits, options);
  console.log('between');
  return new Promise(() => setInterval(() => undefined, 1000));
};
await bench.engine.jobs.ended(bench.calls['runs.rollback']({ id, parameters: true }).jobId);
