import { Status, type Tone } from '../../components/Status.tsx';
import type { StageLook } from './stages.ts';

const looks: Record<StageLook, [Tone, string]> = {
  current: ['good', 'Current'],
  changed: ['warn', 'Changed'],
  'never run': ['waiting', 'Never run'],
  cached: ['info', 'In cache'],
  waiting: ['waiting', 'Waiting'],
  running: ['running', 'Running'],
  done: ['good', 'Done'],
  'from cache': ['good', 'From cache'],
  skipped: ['skipped', 'Skipped'],
  failed: ['bad', 'Failed'],
};

/** The state of a stage as shape, colour and word. */
export function StageStatus({ look }: { readonly look: StageLook }) {
  const [tone, word] = looks[look];
  return <Status tone={tone}>{word}</Status>;
}
