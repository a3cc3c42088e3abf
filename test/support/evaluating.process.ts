/** Begins an evaluation in the workspace `argv[2]` and says so on standard output once a fold is done; meant to be killed. */
import path from 'node:path';
import { createEngine } from '../../electron/engine/engine.ts';

const [, , workspace = '', resources = ''] = process.argv;
const engine = createEngine({ resources, home: path.join(workspace, '..', 'home'), version: 'test', onEvent: ({ name, data }) => {
  if (name === 'job.changed' && data.kind === 'evaluate' && data.phases.some((phase) => phase.name.startsWith('fold 2'))) console.log('evaluating');
} });
await engine.context.openWorkspace(workspace);
await engine.call('evaluation.start', { entrants: [{ model: 'popularity' }, { model: 'svd' }], protocol: { name: 'kfold', folds: 6 } });
