import type { Job } from '../../../../shared/contract/index.ts';
import { notifications } from '@mantine/notifications';
import { Button, Group, Text } from '@mantine/core';
import type { DuplicateDecided, DuplicateDecision } from '../../../../shared/contract/duplicates.ts';
import { formatUnits } from '../../../components/format.ts';
import { useCall } from '../../../host/engine.ts';
import { useLatestJob, useStartJob } from '../../../host/jobs.ts';

/** The search for duplicates: its last job, and how to start one. */
export function useSearch() {
  const search = useStartJob('duplicates.find');
  const job: Job | undefined = useLatestJob('duplicates');
  const start = () => {
    search.start({}).catch(() => undefined);
  };
  return { job, running: job?.status === 'running', starting: search.starting, error: search.error?.toData() ?? (job?.status === 'failed' ? job.error : undefined), start };
}

const failed = (error: Error) => notifications.show({ color: 'red', title: 'That did not work', message: error.message });

/** Deciding on clusters; what was decided is said with a way to take it back. */
export function useDecisions() {
  const decide = useCall('duplicates.decide');
  const above = useCall('duplicates.acceptAbove');
  const undoing = useCall('quality.undo');
  const undo = (decision: number) => undoing.mutate({ decision }, { onError: failed, onSuccess: () => notifications.show({ message: 'Taken back.' }) });
  const said = (words: string) => ({ decision }: DuplicateDecided) => {
    const id = `duplicates-${decision}`;
    notifications.show({
      id,
      message: (
        <Group gap="sm" justify="space-between" wrap="nowrap">
          <Text size="sm">{words}</Text>
          <Button size="compact-xs" variant="default" onClick={() => { notifications.hide(id); undo(decision); }}>
            Undo
          </Button>
        </Group>
      ),
    });
  };
  return {
    busy: decide.isPending || above.isPending || undoing.isPending,
    decide: (decision: DuplicateDecision) =>
      decide.mutate(decision, {
        onError: failed,
        onSuccess: said(decision.kind === 'merge' ? `${formatUnits(decision.films.length, 'film')} will be one in the next run.` : 'Not one film: these are not proposed again.'),
      }),
    acceptAbove: (score: number) => above.mutate({ score }, { onError: failed, onSuccess: (done) => said(`${formatUnits(done.clusters, 'cluster')} merged; ${formatUnits(done.films, 'film')} will go into another in the next run.`)(done) }),
    undo,
  };
}
