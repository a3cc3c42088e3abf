/** `node precomputing-child.ts FOLDER MODEL`: works out the lists of all users in the workspace there, again and again, until it is killed. */
import { openTraining } from './open-training.ts';
import { ModelName } from '../../shared/contract/index.ts';

const [folder = '', model = ''] = process.argv.slice(2);
const engine = await openTraining(folder);
for (;;) {
  const { jobId } = await engine.call('precompute.start', { model: ModelName.parse(model), top: 100 });
  console.log('began');
  await engine.context.jobs.ended(jobId);
}
