import { Button, Group, Stack, Text } from '@mantine/core';
import type { ModelInfo } from '../../../shared/contract/recommend.ts';
import { ErrorPanel } from '../../components/ErrorPanel.tsx';
import { formatAgo, formatBytes, formatCount, formatSeconds, formatShare, formatUnits } from '../../components/format.ts';
import { JobLine } from '../../components/JobLine.tsx';
import { CancelJob } from '../../components/JobPanel.tsx';
import { Status } from '../../components/Status.tsx';
import { useEngine } from '../../host/engine.ts';
import { useLatestJob, useRunningJobs, useStartJob } from '../../host/jobs.ts';
import { useBench } from './bench.ts';
import classes from './recommend.module.css';

const LEAST = 20;

/** The model's lists of all users: whether there are any, how old, whether they are used and how often; and the button that makes them. */
export function AllUsers({ info }: { readonly info: ModelInfo }) {
  const status = useEngine('precompute.status', {});
  const { start, job: started, starting, error } = useStartJob('precompute.start');
  const latest = useLatestJob('precompute');
  const busy = useRunningJobs().some(({ kind }) => ['import', 'run', 'train', 'precompute'].includes(kind));
  const top = useBench((bench) => Math.max(LEAST, bench.top));
  const job = started ?? latest;
  const list = status.data?.lists.find(({ model }) => model === info.model);
  const answers = status.data?.answers;
  const failed = error?.toData() ?? (job?.status === 'failed' ? (job.error ?? null) : null);
  return (
    <section className={classes['all']} aria-label="Lists of all users">
      <Group justify="space-between" wrap="nowrap" gap="md">
        <Stack gap={2} miw={0}>
          <Group gap="sm" wrap="nowrap" h={20}>
            <Text size="sm" fw={600} style={{ whiteSpace: 'nowrap' }}>
              Lists of all users
            </Text>
            {list !== undefined && <Status tone={list.valid ? 'good' : 'warn'}>{list.valid ? 'In use' : 'Not used'}</Status>}
          </Group>
          {job?.status === 'running' ? (
            <JobLine job={job} />
          ) : (
            <Text size="sm" c="dimmed" component="output">
              {list === undefined
                ? `None are kept for ${info.title}: each answer is worked out when it is asked for.`
                : [list.why, `${formatUnits(list.users, 'user')}, ${formatUnits(list.top, 'film')} each`, `made ${formatAgo(list.madeAt)} in ${formatSeconds(list.seconds)}`, formatBytes(list.bytes), formatUnits(list.hits, 'answer')].filter((part) => part !== null).join(' · ')}
            </Text>
          )}
          {answers !== undefined && answers.hitRate !== null && (
            <Text size="xs" c="dimmed">
              Known before: {formatShare(answers.precomputed + answers.recent, answers.precomputed + answers.recent + answers.computed)} of {formatUnits(answers.precomputed + answers.recent + answers.computed, 'answer')} since the workspace was opened,{' '}
              {formatCount(answers.precomputed)} from these lists and {formatCount(answers.recent)} asked again. Reasons, edits and filters are always worked out.
            </Text>
          )}
        </Stack>
        {job?.status === 'running' ? (
          <CancelJob job={job} />
        ) : (
          <Button variant="default" style={{ flex: 'none' }} loading={starting} disabled={busy} onClick={() => void start({ model: info.model, top }).catch(() => undefined)}>
            {list === undefined ? 'Work out for all users' : 'Work out again'}
          </Button>
        )}
      </Group>
      {failed !== null && <ErrorPanel error={failed} />}
    </section>
  );
}
