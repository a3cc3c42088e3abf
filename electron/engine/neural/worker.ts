/** Entry of the threads that train: one leads, the others compute. Bundled as neural-worker.js. */
import { isMainThread, parentPort, workerData } from 'node:worker_threads';
import type { PeerData } from './crew.ts';
import { type LeadData, leadTraining } from './lead.ts';
import { followLead } from './peer.ts';

if (!isMainThread && parentPort) {
  const data: LeadData | PeerData = workerData;
  if (data.role === 'peer') followLead(parentPort, data);
  else void leadTraining(parentPort, data, new URL(import.meta.url));
}
