import { Anchor, Alert, Button, Group, List, Menu, Skeleton, Stack, Tabs, Text } from '@mantine/core';
import { IconChevronDown, IconFileImport, IconHandStop, IconPlayerPlay } from '@tabler/icons-react';
import { lazy, Suspense, useState } from 'react';
import type { PipelineStatus, Run, RunRequest, StageName } from '../../../shared/contract/pipeline.ts';
import { Answer } from '../../components/Answer.tsx';
import { Empty } from '../../components/Empty.tsx';
import { ErrorPanel } from '../../components/ErrorPanel.tsx';
import { formatAgo, formatSeconds, formatUnits } from '../../components/format.ts';
import { JobLine } from '../../components/JobLine.tsx';
import { CancelJob } from '../../components/JobPanel.tsx';
import { Page } from '../../components/Page.tsx';
import { SourceChanges } from '../../components/SourceChanges.tsx';
import { useEngine } from '../../host/engine.ts';
import { useLatestJob, useStartJob } from '../../host/jobs.ts';
import { hashOf, navigate } from '../../stores/route.ts';
import { PlanTable } from './PlanTable.tsx';
import { RunHistory } from './RunHistory.tsx';
import { RunLog } from './RunLog.tsx';
import { planOf, stageViews } from './stages.ts';

const StageGraph = lazy(() => import('./StageGraph.tsx'));

/** The way of the rows as stages: what is current, what a run would do and why, and the runs themselves. */
export default function PipelinePage() {
  const summary = useEngine('workspace.summary', {});
  const status = useEngine('pipeline.status', {});
  return (
    <Answer of={summary}>
      {(workspace) =>
        workspace === null || workspace.files.length === 0 ? (
          <Page title="Pipeline">
            <Empty icon={<IconFileImport size={28} />} title="Nothing to run on yet" actions={<Button onClick={() => navigate('import')}>Import files</Button>}>
              The pipeline cleans what was imported, builds the core tables and features, and trains the recommenders. It needs ratings and films first.
            </Empty>
          </Page>
        ) : status.data === undefined ? (
          <Page title="Pipeline">
            <Answer of={status}>{() => null}</Answer>
          </Page>
        ) : (
          <Stages status={status.data} />
        )
      }
    </Answer>
  );
}

function Stages({ status }: { readonly status: PipelineStatus }) {
  const [selected, setSelected] = useState<StageName | null>(null);
  const [tab, setTab] = useState<string | null>('plan');
  const run = useStartJob('pipeline.run');
  const job = useLatestJob('run');
  const last = useEngine('runs.list', { limit: 1, offset: 0 }).data?.[0];
  const running = job?.status === 'running';
  const views = stageViews(status, job, last);
  const request = (change: Partial<RunRequest>): RunRequest => ({ stages: [], force: false, dry: false, resume: false, ...change });
  const start = (change: Partial<RunRequest> = {}) => {
    run.start(request(change)).catch(() => undefined);
  };
  const plan = planOf(status, request({}));
  const toRun = [...plan.values()].filter((each) => each === 'runs').length;
  const failed = last?.stages.find(({ state }) => state === 'failed')?.name;
  return (
    <Page
      title="Pipeline"
      about={running ? <JobLine job={job} /> : <LastRun last={last} toRun={toRun} />}
      actions={
        running ? (
          <CancelJob job={job} />
        ) : (
          <Group gap={2} wrap="nowrap">
            <Button leftSection={<IconPlayerPlay size={14} aria-hidden />} loading={run.starting} onClick={() => start()}>
              Run
            </Button>
            <Menu position="bottom-end" withInitialFocusPlaceholder={false}>
              <Menu.Target>
                <Button px={6} aria-label="More ways to run">
                  <IconChevronDown size={14} aria-hidden />
                </Button>
              </Menu.Target>
              <Menu.Dropdown>
                <Menu.Item disabled={selected === null} onClick={() => selected !== null && start({ from: selected })}>
                  Run from the selected stage on
                </Menu.Item>
                <Menu.Item disabled={selected === null} onClick={() => selected !== null && start({ only: selected })}>
                  Run only the selected stage
                </Menu.Item>
                <Menu.Divider />
                <Menu.Item onClick={() => start({ force: true })}>Run everything, even what did not change</Menu.Item>
              </Menu.Dropdown>
            </Menu>
          </Group>
        )
      }
    >
      <Stack gap="md">
        <SourceChanges />
        <Suspense fallback={<Skeleton height={104} />}>
          <StageGraph status={status} views={views} selected={selected} onSelect={(name) => setSelected(name === selected ? null : name)} />
        </Suspense>
        {run.error !== null && <ErrorPanel error={run.error.toData()} />}
        {!running && last?.status === 'blocked' && <Blocked run={last} />}
        {!running && job?.status === 'failed' && job.error !== undefined && (
          <ErrorPanel error={job.error} actions={failed !== undefined && <Button onClick={() => start({ from: failed })}>Run again from {failed}</Button>} />
        )}
        <Tabs value={tab} onChange={setTab} keepMounted={false}>
          <Tabs.List mb="sm">
            <Tabs.Tab value="plan">Plan</Tabs.Tab>
            <Tabs.Tab value="log">Log</Tabs.Tab>
            <Tabs.Tab value="history">History</Tabs.Tab>
          </Tabs.List>
          <Tabs.Panel value="plan">
            <PlanTable views={views} plan={plan} selected={selected} onSelect={(name) => setSelected(name === selected ? null : name)} running={running} onRun={start} />
          </Tabs.Panel>
          <Tabs.Panel value="log">
            <RunLog job={job} />
          </Tabs.Panel>
          <Tabs.Panel value="history">
            <RunHistory />
          </Tabs.Panel>
        </Tabs>
      </Stack>
    </Page>
  );
}

function LastRun({ last, toRun }: { readonly last: Run | undefined; readonly toRun: number }) {
  const next = toRun === 0 ? 'Everything is current' : `${formatUnits(toRun, 'stage')} to run`;
  if (last === undefined) return `${next} · never run`;
  return `${next} · last run ${last.status} ${formatAgo(last.startedAt)} in ${formatSeconds(last.seconds)}`;
}

/** The rules that stopped a run, each with the way to it. */
function Blocked({ run }: { readonly run: Run }) {
  const result = useEngine('runs.get', { id: run.id });
  return (
    <Alert color="yellow" role="alert" icon={<IconHandStop size={18} aria-hidden />} title="The run stopped before anything was built" styles={{ title: { color: 'var(--rb-warn)' } }}>
      <Text size="sm" mb="xs">
        These rules found errors in the imported data. Turn their fixes on, or repair the files and import them again.
      </Text>
      <List size="sm" spacing={2}>
        {(result.data?.blockers ?? []).map(({ rule, message }) => (
          <List.Item key={rule}>
            <Anchor href={hashOf('quality', ['rules', rule])} inherit c="inherit" underline="always">
              {rule}
            </Anchor>
            : {message}
          </List.Item>
        ))}
      </List>
    </Alert>
  );
}
