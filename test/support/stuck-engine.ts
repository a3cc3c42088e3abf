/** A program that speaks the engine's messages and whose only job is a loop that never looks at its cancel. */
import type { Job } from '../../shared/contract/index.ts';
import type { FromEngine, ToEngine } from '../../electron/engine/messages.ts';

const send = (message: FromEngine) => process.send?.(message);
const job: Job = {
  id: 'stuck', kind: 'run', title: 'Pipeline', status: 'running', startedAt: '2026-01-01T00:00:00.000Z', seconds: 0, memory: 0, database: 0, errors: 0, warnings: 0, samples: [], log: [],
  phases: [{ name: 'transform', state: 'running', began: 0, done: 0, unit: 'rows', seconds: 0 }],
};

process.on('message', (message: ToEngine) => {
  if (message.type === 'start') {
    send({ type: 'ready' });
    send({ type: 'opened', directory: '/somewhere' });
    // What it was told about the engine before it, for the test to read.
    if (message.start.before?.directory) send({ type: 'event', event: { name: 'engine.restarted', data: { reason: JSON.stringify(message.start.before) } } });
  }
  if (message.type === 'call' && message.method === 'pipeline.run') {
    send({ type: 'event', event: { name: 'job.changed', data: job } });
    send({ type: 'answer', id: message.id, ok: true, value: { jobId: job.id } });
    setTimeout(() => {
      for (;;);
    }, 50);
  }
});
process.on('disconnect', () => process.exit(0));
