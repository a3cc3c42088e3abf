/** `node training-child.ts FOLDER OVERRIDE…`: trains ALS in the workspace there, keeping how far it is after every sweep, until it is killed. */
import { openTraining } from './open-training.ts';

const [folder = '', ...overrides] = process.argv.slice(2);
const engine = await openTraining(folder, overrides);
const { jobId } = await engine.call('models.train', { models: ['als'] });
console.log('began');
await engine.context.jobs.ended(jobId);
console.log('ended');
await engine.close();
