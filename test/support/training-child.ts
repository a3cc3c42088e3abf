/** `node training-child.ts FOLDER MODEL OVERRIDE…`: trains the model in the workspace there, keeping how far it is at each step that offers it, until it is killed. */
import { ModelName } from '../../shared/contract/index.ts';
import { openTraining } from './open-training.ts';

const [folder = '', model = '', ...overrides] = process.argv.slice(2);
const engine = await openTraining(folder, overrides);
const { jobId } = await engine.call('models.train', { models: [ModelName.parse(model)] });
console.log('began');
await engine.context.jobs.ended(jobId);
console.log('ended');
await engine.close();
