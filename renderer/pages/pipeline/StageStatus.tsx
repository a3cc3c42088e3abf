import { Group, Text } from '@mantine/core';
import { Status, type Tone } from '../../components/Status.tsx';
import type { StageLook } from './stages.ts';

export const looks: Record<StageLook, readonly [tone: Tone, word: string, meaning: string]> = {
  current: ['good', 'Current', 'What it made fits its inputs'],
  changed: ['warn', 'Changed', 'An input, a parameter or the code changed: a run does it again'],
  'may change': ['warn', 'May change', 'A stage before it runs: should that come out the same, this one rests'],
  'never run': ['waiting', 'Never run', 'Nothing was made yet'],
  cached: ['info', 'In cache', 'A run takes it from the cache'],
  'left out': ['skipped', 'Left out', 'A run of everything does not include it'],
  marked: ['warn', 'Marked', 'It failed in a run that went on without it: its tables are of an earlier build'],
  waiting: ['waiting', 'Waiting', 'Not reached yet'],
  running: ['running', 'Running', 'At work'],
  done: ['good', 'Done', 'Done in this run'],
  'from cache': ['good', 'Kept', 'Nothing to do, or taken from the cache'],
  skipped: ['skipped', 'Left out', 'Not part of this run'],
  failed: ['bad', 'Failed', 'The last run ended here'],
  blocked: ['warn', 'Blocked', 'A quality rule stopped the last run here'],
};

/** The state of a stage as shape, colour and word. */
export function StageStatus({ look, size }: { readonly look: StageLook; readonly size?: 'xs' | 'sm' }) {
  const [tone, word] = looks[look];
  return (
    <Status tone={tone} {...(size === undefined ? {} : { size })}>
      {word}
    </Status>
  );
}

/** What the states on screen mean. */
export function Legend({ shown }: { readonly shown: readonly StageLook[] }) {
  return (
    <Group gap="md" component="ul" aria-label="What the states mean" p={0} m={0} style={{ listStyle: 'none', rowGap: 2 }}>
      {[...new Set(shown)].map((look) => (
        <Group key={look} component="li" gap={6} wrap="nowrap">
          <StageStatus look={look} size="xs" />
          <Text size="xs" c="dimmed">
            {looks[look][2]}
          </Text>
        </Group>
      ))}
    </Group>
  );
}
