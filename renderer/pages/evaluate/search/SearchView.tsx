import { Anchor, Badge, Button, Group, Paper, Select, Stack, Text, Title } from '@mantine/core';
import { IconArrowLeft, IconCheck, IconPlayerPlay } from '@tabler/icons-react';
import { useState } from 'react';
import type { Trial, Tuning } from '../../../../shared/contract/evaluation.ts';
import { lowerIsBetter } from '../../../../shared/domain/metric-words.ts';
import { byParameter, type TrialPoint, trialPoints, trialsSummary } from '../../../charts/trials/data.ts';
import { Dots } from '../../../charts/trials/Dots.tsx';
import { complain } from '../../../app/complain.ts';
import { Answer } from '../../../components/Answer.tsx';
import { ErrorPanel } from '../../../components/ErrorPanel.tsx';
import { Figure } from '../../../components/Figure.tsx';
import { formatCount, formatDateTime, formatDecimal, formatNumber, formatSeconds } from '../../../components/format.ts';
import { CancelJob } from '../../../components/JobPanel.tsx';
import { Section } from '../../../components/Page.tsx';
import { Status } from '../../../components/Status.tsx';
import { refreshEvaluations, useAskAgain, useCall, useEngine } from '../../../host/engine.ts';
import { useJob, useRunningJobs, useStartJob } from '../../../host/jobs.ts';
import { hashOf } from '../../../stores/route.ts';
import { metricTitle } from '../metrics.ts';
import classes from '../evaluate.module.css';
import { useModels } from '../useModels.ts';
import { modelTitle, paramWords, protocolTitles } from '../words.ts';
import { dimensionWords, nameOf } from './space.ts';
import { searchWords } from './states.ts';
import { TrialTable } from './TrialTable.tsx';

/** How many trials a search that has ended is given on top. */
const MORE = 20;

/** One search: how it goes, its trials as pictures, whether the best is really better, and what to do with it. */
export function SearchView({ id, live }: { readonly id: string; readonly live: boolean }) {
  useAskAgain('tune.get', 1000, live);
  const search = useEngine('tune.get', { id });
  return (
    <Stack gap="md">
      <Anchor href={hashOf('evaluate', ['search'])} size="sm" w="fit-content">
        <Group gap={4}>
          <IconArrowLeft size={14} aria-hidden /> All searches
        </Group>
      </Anchor>
      <Answer of={search}>{(content) => <Content search={content} />}</Answer>
    </Stack>
  );
}

function Content({ search }: { readonly search: Tuning }) {
  const infos = useModels();
  const { request, trials, space, best } = search;
  const lower = lowerIsBetter(request.metric);
  const points = trialPoints(trials, lower);
  const format = (value: number) => formatDecimal(value, 4);
  const title = modelTitle(request.model, infos);
  return (
    <Stack gap="lg" maw={1280}>
      <Head search={search} title={title} />
      <Verdict search={search} />
      {points.length > 0 ? (
        <div className={classes['halves']}>
          <Dots
            title={`${metricTitle(request.metric)}, trial by trial`}
            summary={trialsSummary(points, format)}
            dots={points.map((point) => dotOf(point, point.number, search, format))}
            axis="Trial"
            names={null}
            log={false}
            steps={points.flatMap(({ number, leading }) => (leading === null ? [] : [{ x: number, y: leading }]))}
            formatX={(x) => (Number.isInteger(x) ? formatCount(x) : '')}
            columns={['Trial', metricTitle(request.metric), 'Best so far', 'Parameters']}
            table={points.map(({ number, value, leading, params }) => [String(number), format(value), leading === null ? '–' : format(leading), paramWords(params)])}
          />
          <Parameter search={search} points={points} format={format} />
        </div>
      ) : (
        <Text size="sm" c="dimmed" py="lg">
          The first trial is under way; its figure will stand here.
        </Text>
      )}
      <Section title="Trials">
        <TrialTable trials={trials} metric={request.metric} best={best?.number ?? null} />
      </Section>
      <Section title="Space">
        {space.map((dimension) => (
          <Text key={dimension.path} size="sm">
            <span className="rb-mono">{nameOf(dimension)}</span>: {dimensionWords(dimension)}
          </Text>
        ))}
      </Section>
    </Stack>
  );
}

const isBest = ({ number, value }: Pick<Trial, 'number' | 'value'>, { best }: Tuning): boolean => best !== null && best.number === number && best.value === value;

const dotOf = (point: TrialPoint, x: number, search: Tuning, format: (value: number) => string) => ({
  x, y: point.value, low: point.low, high: point.high, partial: point.budget < 1, best: isBest(point, search),
  title: `Trial ${point.number}${isBest(point, search) ? ', the best' : ''}`,
  lines: [`${metricTitle(search.request.metric)} ${format(point.value)}`, ...(point.budget < 1 ? [`with ${formatNumber(point.budget * 100)} % of the budget`] : []), paramWords(point.params)].filter((line) => line !== ''),
});

/** One parameter against the figure. */
function Parameter({ search, points, format }: { readonly search: Tuning; readonly points: readonly TrialPoint[]; readonly format: (value: number) => string }) {
  const { space, request } = search;
  const [chosen, setChosen] = useState<string | null>(null);
  const dimension = space.find(({ path }) => path === chosen) ?? space[0];
  if (dimension === undefined) return null;
  const name = nameOf(dimension);
  const { names, dots } = byParameter(points, dimension.path);
  return (
    <Dots
      title={`${metricTitle(request.metric)} by ${name}`}
      summary={points.some(({ budget }) => budget < 1) ? 'The best is larger; hollow dots had a part of the budget.' : 'The best is larger.'}
      dots={dots.map(({ x, point }) => dotOf(point, x, search, format))}
      axis={name}
      names={names}
      log={dimension.log}
      steps={[]}
      formatX={(x) => formatNumber(x)}
      columns={[name, metricTitle(request.metric), 'Trial']}
      table={dots.map(({ x, y, point }) => [names?.[x] ?? formatNumber(x), format(y), String(point.number)])}
      controls={space.length > 1 && <Select aria-label="Parameter" size="xs" w={160} data={space.map((each) => ({ value: each.path, label: nameOf(each) }))} value={dimension.path} onChange={setChosen} />}
    />
  );
}

function Head({ search, title }: { readonly search: Tuning; readonly title: string }) {
  const { id, request, createdAt, state, seconds, trials, best, jobId, applied } = search;
  const [tone, word] = searchWords[state];
  const job = useJob(jobId);
  const resume = useStartJob('tune.resume');
  const apply = useCall('tune.apply');
  const busy = useRunningJobs().length > 0;
  return (
    <Stack gap="sm">
      <Group justify="space-between" wrap="nowrap" align="flex-start">
        <div>
          <Group gap="sm">
            <Title order={2}>{title}</Title>
            <Status tone={tone}>{word}</Status>
            {applied && (
              <Badge color="teal" c="var(--rb-good)" leftSection={<IconCheck size={12} aria-hidden />}>
                in force
              </Badge>
            )}
          </Group>
          <Text size="sm" c="dimmed">
            {protocolTitles[request.protocol.name]} · {request.method === 'halving' ? 'successive halving' : 'random search'} · {formatDateTime(createdAt)}
          </Text>
        </div>
        <Group gap="xs" wrap="nowrap">
          {job?.status === 'running' && <CancelJob job={job} />}
          {(state === 'stopped' || state === 'failed') && (
            <Button variant="default" leftSection={<IconPlayerPlay size={14} aria-hidden />} loading={resume.starting} disabled={busy} onClick={() => void resume.start({ id }).then(refreshEvaluations).catch(complain)}>
              Resume
            </Button>
          )}
          {state === 'done' && request.method === 'random' && (
            <Button variant="default" leftSection={<IconPlayerPlay size={14} aria-hidden />} loading={resume.starting} disabled={busy || request.trials + MORE > 1000} onClick={() => void resume.start({ id, trials: request.trials + MORE }).then(refreshEvaluations).catch(complain)}>
              {MORE} more trials
            </Button>
          )}
          <Button leftSection={<IconCheck size={14} aria-hidden />} disabled={best === null || applied || state === 'running'} loading={apply.isPending} onClick={() => apply.mutate({ id }, { onSuccess: refreshEvaluations, onError: complain })}>
            Put the best in force
          </Button>
        </Group>
      </Group>
      <Text size="sm">{search.basis}</Text>
      <Group gap="xl" align="flex-start">
        <Figure label={`Best ${metricTitle(request.metric)}`} {...(best === null ? {} : { note: paramWords(best.params) })}>
          {best === null ? '–' : formatDecimal(best.value, 4)}
        </Figure>
        <Figure label="Trials" note={`at most ${formatCount(request.trials)}`}>
          {formatCount(trials.length)}
        </Figure>
        <Figure label="Time" {...(request.seconds === null ? {} : { note: `at most ${formatSeconds(request.seconds)}` })}>
          {formatSeconds(seconds)}
        </Figure>
      </Group>
    </Stack>
  );
}

function Verdict({ search: { verdict, check, error, request } }: { readonly search: Tuning }) {
  return (
    <>
      {error !== null && <ErrorPanel error={{ code: 'internal', message: error, hint: 'Resume it once the reason is gone: what was tried is kept.' }} />}
      {verdict !== null && (
        <Paper p="md" component="section" aria-label="Is it really better?">
          <Group gap="sm" wrap="nowrap" align="flex-start">
            <Status tone={check?.distinct === true ? 'good' : 'info'} />
            <div>
              <Text>{verdict}</Text>
              {check !== null && (
                <Text size="sm" c="dimmed">
                  Measured again by {metricTitle(request.metric)}, on {formatCount(check.users)} {check.pairs} that no trial saw.
                </Text>
              )}
            </div>
          </Group>
        </Paper>
      )}
    </>
  );
}
