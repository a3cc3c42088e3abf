import type { Trial, Tuning } from '../../../../shared/contract/evaluation.ts';
import type { Tone } from '../../../components/Status.tsx';

export const searchWords: Readonly<Record<Tuning['state'], readonly [Tone, string]>> = { running: ['running', 'Running'], done: ['good', 'Done'], stopped: ['skipped', 'Stopped'], failed: ['bad', 'Failed'] };
export const trialWords: Readonly<Record<Trial['state'], readonly [Tone, string]>> = { running: ['running', 'running'], done: ['good', 'done'], stopped: ['skipped', 'stopped'], failed: ['bad', 'failed'] };
