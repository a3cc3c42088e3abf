import { Alert, Button, Group, Text } from '@mantine/core';
import { IconClockPause } from '@tabler/icons-react';
import { formatUnits } from '../../../components/format.ts';
import { JobLine } from '../../../components/JobLine.tsx';
import { useEngine } from '../../../host/engine.ts';
import { useLatestJob, useStartJob } from '../../../host/jobs.ts';

/** Says that the tables do not know yet what was decided, and runs the pipeline. */
export function NotBuilt() {
  const { data } = useEngine('quality.decisions', { limit: 1 });
  const { start, starting, error } = useStartJob('pipeline.run');
  const job = useLatestJob('run');
  const pending = data?.pending ?? 0;
  if (pending === 0) return null;
  return (
    <Alert variant="default" icon={<IconClockPause size={18} />} py={8}>
      <Group justify="space-between" gap="sm">
        <Text size="sm" component="div">
          {job?.status === 'running' ? <JobLine job={job} /> : `${formatUnits(pending, 'decision')} ${pending === 1 ? 'is' : 'are'} not in the tables yet.${error === null ? '' : ` ${error.message}`}`}
        </Text>
        <Button size="compact-sm" variant="default" loading={starting} disabled={job?.status === 'running'} onClick={() => void start({}).catch(() => undefined)}>
          Run the pipeline
        </Button>
      </Group>
    </Alert>
  );
}
