import { Button, Group, Stack, Text, Tooltip } from '@mantine/core';
import { IconBarbell, IconListSearch } from '@tabler/icons-react';
import type { ModelInfo, RecommendList } from '../../../shared/contract/recommend.ts';
import { Empty } from '../../components/Empty.tsx';
import { EvaluateLink } from '../../components/EvaluateLink.tsx';
import { ErrorPanel } from '../../components/ErrorPanel.tsx';
import { JobLine } from '../../components/JobLine.tsx';
import { CancelJob } from '../../components/JobPanel.tsx';
import { LineageLink } from '../../components/LineageLink.tsx';
import { Loading } from '../../components/Loading.tsx';
import { Status } from '../../components/Status.tsx';
import { useLatestJob, useRunningJobs, useStartJob } from '../../host/jobs.ts';
import type { useRecommendations } from './asks.ts';
import { FilmList } from './FilmList.tsx';

interface ModelListProps {
  readonly info: ModelInfo;
  readonly answer: ReturnType<typeof useRecommendations>;
  readonly shared: ReadonlySet<number> | null;
  readonly narrow: boolean;
}

/** One model's list with what it rests on and how long it took; a model that is not trained offers that instead. */
export function ModelList({ info, answer: { list, before }, shared, narrow }: ModelListProps) {
  const training = useTraining(info);
  const trainingError = training.error !== null && <ErrorPanel error={training.error} />;
  if (!info.trained)
    return (
      <Stack gap="sm" aria-label={info.title} component="section">
        <Heading info={info} />
        {trainingError}
        <Empty icon={<IconBarbell size={28} />} title={`${info.title} is not trained yet`} actions={<TrainButton training={training} word="Train" />}>
          {info.about}
        </Empty>
      </Stack>
    );
  return (
    <Stack gap="sm" aria-label={info.title} component="section">
      <Heading info={info} list={list.data} training={training} />
      {trainingError}
      {list.data !== undefined && !list.isError ? (
        list.data.items.length === 0 ? (
          <Empty icon={<IconListSearch size={28} />} title="No film passes the filters">
            Widen the years or take a genre away.
          </Empty>
        ) : (
          <FilmList title={`Recommendations by ${info.title}`} list={list.data} before={before} shared={shared} old={list.isPlaceholderData} narrow={narrow} />
        )
      ) : list.isError ? (
        <ErrorPanel error={list.error.toData()} onRetry={() => void list.refetch()} />
      ) : (
        <Loading lines={10} height={44} label="Recommending" />
      )}
    </Stack>
  );
}

function Heading({ info, list, training }: { readonly info: ModelInfo; readonly list?: RecommendList | undefined; readonly training?: Training }) {
  return (
    <Stack gap={2} mih={44}>
      <Group gap="sm" wrap="nowrap" h={24}>
        <Text fw={600} truncate>
          {info.title}
        </Text>
        {info.trained && <LineageLink kind="model" name={info.model} />}
        <EvaluateLink model={info.model} title={info.title} />
        {info.trained && info.stale && training !== undefined && (
          <>
            <Tooltip label="The ratings or the model's settings changed since it was trained">
              <span>
                <Status tone="warn">Out of date</Status>
              </span>
            </Tooltip>
            <TrainButton training={training} word="Train again" quiet />
          </>
        )}
        {list !== undefined && (
          <Text size="sm" c="dimmed" className="rb-number" ml="auto">
            {list.milliseconds < 10 ? list.milliseconds.toFixed(1) : Math.round(list.milliseconds)} ms
          </Text>
        )}
      </Group>
      <Group gap="sm" wrap="nowrap" mih={18}>
        {list?.coldStart && <Status tone="info">Cold start</Status>}
        <Text size="sm" c="dimmed" lineClamp={2} component="output" title={list?.basis}>
          {list?.basis ?? ''}
        </Text>
      </Group>
    </Stack>
  );
}

type Training = ReturnType<typeof useTraining>;

function useTraining({ model }: ModelInfo) {
  const { start, job: started, starting, error } = useStartJob('models.train');
  const latest = useLatestJob('train');
  const busy = useRunningJobs().length > 0;
  const job = started ?? (latest?.status === 'running' ? latest : undefined);
  return {
    job: job?.status === 'running' ? job : undefined,
    starting,
    busy,
    error: error?.toData() ?? (job?.status === 'failed' ? (job.error ?? null) : null),
    train: () => {
      start({ models: [model] }).catch(() => undefined);
    },
  };
}

function TrainButton({ training: { job, starting, busy, train }, word, quiet = false }: { readonly training: Training; readonly word: string; readonly quiet?: boolean }) {
  if (job !== undefined)
    return (
      <Group gap="sm" wrap="nowrap">
        <JobLine job={job} />
        <CancelJob job={job} />
      </Group>
    );
  return (
    <Button {...(quiet ? { size: 'compact-xs', variant: 'light' } : {})} loading={starting} disabled={busy} onClick={train}>
      {word}
    </Button>
  );
}
