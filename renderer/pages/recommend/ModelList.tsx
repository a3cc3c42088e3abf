import { ActionIcon, Button, Group, Stack, Text, Tooltip } from '@mantine/core';
import { IconBarbell, IconListSearch, IconRefresh } from '@tabler/icons-react';
import type { ModelInfo, RecommendList } from '../../../shared/contract/recommend.ts';
import { Empty } from '../../components/Empty.tsx';
import { EvaluateLink } from '../../components/EvaluateLink.tsx';
import { formatDecimal, formatMilliseconds } from '../../components/format.ts';
import { ErrorPanel } from '../../components/ErrorPanel.tsx';
import { JobLine } from '../../components/JobLine.tsx';
import { CancelJob } from '../../components/JobPanel.tsx';
import { LineageLink } from '../../components/LineageLink.tsx';
import { Loading } from '../../components/Loading.tsx';
import { Status } from '../../components/Status.tsx';
import { useLatestJob, useRunningJobs, useStartJob } from '../../host/jobs.ts';
import type { useRecommendations } from './asks.ts';
import { FilmList } from './FilmList.tsx';
import classes from './recommend.module.css';
import { TrainingEstimate } from './TrainingEstimate.tsx';

interface ModelListProps {
  readonly info: ModelInfo;
  readonly answer: ReturnType<typeof useRecommendations>;
  /** Of each film its places on the other lists, in words. */
  readonly elsewhere?: ReadonlyMap<number, string>;
  readonly narrow: boolean;
}

/** One model's list with what it rests on and how long it took; a model that is not trained offers that instead. */
export function ModelList({ info, answer: { list, before }, elsewhere, narrow }: ModelListProps) {
  const training = useTraining(info);
  const trainingError = training.error !== null && <ErrorPanel error={training.error} />;
  if (!info.trained) return <TrainHere info={info} />;
  return (
    <Stack gap="sm" aria-label={info.title} component="section" className={classes['model'] ?? ''}>
      <Heading info={info} list={list.isError ? undefined : list.data} training={training} compact={elsewhere !== undefined} />
      {trainingError}
      {list.data !== undefined && !list.isError ? (
        list.data.items.length === 0 ? (
          <Empty icon={<IconListSearch size={28} />} title="No film passes the filters">
            Widen the years or take a genre away.
          </Empty>
        ) : (
          <FilmList title={`Recommendations by ${info.title}`} list={list.data} before={before} elsewhere={elsewhere} old={list.isPlaceholderData} narrow={narrow} />
        )
      ) : list.isError ? (
        <ErrorPanel error={list.error.toData()} onRetry={() => void list.refetch()} />
      ) : (
        <Loading lines={10} height={44} label="Recommending" />
      )}
    </Stack>
  );
}

/** A model that is not trained: what it does, and the training of it. */
export function TrainHere({ info }: { readonly info: ModelInfo }) {
  const training = useTraining(info);
  return (
    <Stack gap="sm" aria-label={info.title} component="section">
      <Heading info={info} />
      {training.error !== null && <ErrorPanel error={training.error} />}
      <Empty icon={<IconBarbell size={28} />} title={`${info.title} is not trained yet`} actions={<TrainButton training={training} word="Train" />}>
        {info.about}
      </Empty>
      <TrainingEstimate model={info.model} />
    </Stack>
  );
}

interface HeadingProps {
  readonly info: ModelInfo;
  readonly list?: RecommendList | undefined;
  readonly training?: Training;
  /** Beside other lists there is room for signs only. */
  readonly compact?: boolean;
}

const OUT_OF_DATE = "The ratings or the model's settings changed since it was trained";

function Heading({ info, list, training, compact = false }: HeadingProps) {
  return (
    <Stack gap={2} mih={44}>
      <Group gap="sm" wrap="nowrap" h={24}>
        <Text fw={600} truncate>
          {info.title}
        </Text>
        {info.trained && <LineageLink kind="model" name={info.model} />}
        <EvaluateLink model={info.model} title={info.title} />
        {info.trained && info.stale && training !== undefined && (compact ? <TrainAgain training={training} /> : (
          <>
            <Tooltip label={OUT_OF_DATE}>
              <span>
                <Status tone="warn">Out of date</Status>
              </span>
            </Tooltip>
            <TrainButton training={training} word="Train again" quiet />
          </>
        ))}
        {list !== undefined && (
          <Text size="sm" c="dimmed" className="rb-number" ml="auto" title={list.from === 'model' ? 'Worked out now' : 'The answer to the same question before'}>
            {formatMilliseconds(list.milliseconds)}
            {list.from === 'model' ? '' : ', kept'}
          </Text>
        )}
      </Group>
      <Group gap="sm" wrap="nowrap" mih={18}>
        {list?.coldStart && <Status tone="info">Cold start</Status>}
        <Text size="sm" c="dimmed" lineClamp={2} component="output" title={list?.basis}>
          {/* The words of the sign before it are not said twice. */}
          {list === undefined ? '' : list.basis.replace(/^Cold start: (.)/, (_, first: string) => first.toUpperCase())}
        </Text>
      </Group>
      {list !== undefined && list.spread !== null && <Diversity spread={list.spread} />}
    </Stack>
  );
}

/** How unlike each other the films of the list are, and what the slider cost. */
function Diversity({ spread: { diversity, plainDiversity, score, plainScore } }: { readonly spread: NonNullable<RecommendList['spread']> }) {
  const lost = plainScore === 0 ? 0 : (plainScore - score) / Math.abs(plainScore);
  const changed = diversity !== plainDiversity || score !== plainScore;
  return (
    <Text size="xs" c="dimmed" component="output" title="1 less the mean likeness in genres and tags of every two films of the list">
      Diversity {formatDecimal(diversity, 2)}
      {changed ? `, ${formatDecimal(plainDiversity, 2)} without the slider; the mean score is ${formatDecimal(100 * lost, 1)} % lower` : ''}
    </Text>
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

/** A model that is out of date, and its training anew, as one sign. */
function TrainAgain({ training: { job, starting, busy, train } }: { readonly training: Training }) {
  return (
    <Tooltip label={job === undefined ? `Out of date: ${OUT_OF_DATE.toLowerCase()}. Train it again` : 'It is being trained'} multiline maw={280}>
      <ActionIcon size={22} color="yellow" variant="light" c="var(--rb-warn)" aria-label="Out of date: train again" loading={starting || job !== undefined} disabled={busy} onClick={train}>
        <IconRefresh size={15} aria-hidden />
      </ActionIcon>
    </Tooltip>
  );
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
