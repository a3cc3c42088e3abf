import { Button, Group, Menu, Stack, Tabs } from '@mantine/core';
import { IconChevronDown, IconFileImport, IconPlayerPlay } from '@tabler/icons-react';
import { useState } from 'react';
import type { PipelineStatus, Plan, Run } from '../../../shared/contract/pipeline.ts';
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
import { navigate, replaceRoute, useRoute } from '../../stores/route.ts';
import { CacheTab } from './cache/CacheTab.tsx';
import { CompareTab } from './compare/CompareTab.tsx';
import { type Asked, everything, requestOf, requestWords, sumOf } from './plan/plan.ts';
import { PlanTab } from './plan/PlanTab.tsx';
import { ResumeButton } from './plan/Trouble.tsx';
import { RunsTab } from './runs/RunsTab.tsx';

const tabs = ['plan', 'runs', 'compare', 'cache'] as const;
const labels: Record<(typeof tabs)[number], string> = { plan: 'Plan', runs: 'Runs', compare: 'Compare', cache: 'Cache' };

/** The way of the rows as stages: what is current, what a run would do and why, the runs themselves, and what is kept of them. */
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
  const { rest, params } = useRoute();
  const tab = tabs.find((name) => name === rest[0]) ?? 'plan';
  const [asked, setAsked] = useState<Asked>(everything);
  // What the run under way was asked for, as far as it began here: its rest is told from that plan.
  const [begun, setBegun] = useState<Asked | null>(null);
  const run = useStartJob('pipeline.run');
  const job = useLatestJob('run', 'train');
  const last = useEngine('runs.list', { limit: 1, offset: 0 }).data?.[0];
  const running = job?.status === 'running';
  const plan = useEngine('pipeline.plan', requestOf(running && begun !== null ? begun : asked), { keep: true });
  const stage = params.get('stage');
  const begin = (request: Parameters<typeof run.start>[0]) => {
    replaceRoute('pipeline', [], stage === null ? {} : { stage });
    run.start(request).catch(() => undefined);
  };
  const start = (change: Partial<Asked>) => {
    const wanted = { ...everything, ...change };
    setBegun(wanted);
    begin(requestOf(wanted));
  };
  const resume = () => {
    setBegun(everything);
    begin({ resume: true });
  };
  const selected = status.stages.find(({ name }) => name === stage)?.name ?? null;
  return (
    <Page
      title="Pipeline"
      about={running ? <JobLine job={job} /> : <LastRun last={last} plan={plan.data} whole={asked.scope === 'all' && !asked.force} />}
      actions={
        running ? (
          <CancelJob job={job} />
        ) : (
          <>
            {status.resumable !== null && <ResumeButton resumable={status.resumable} onResume={resume} busy={run.starting} />}
            <Group gap={2} wrap="nowrap">
              <Button variant={status.resumable === null ? 'filled' : 'default'} leftSection={<IconPlayerPlay size={14} aria-hidden />} loading={run.starting} onClick={() => start(asked)}>
                {requestWords(asked)}
              </Button>
              <Menu position="bottom-end" withInitialFocusPlaceholder={false}>
                <Menu.Target>
                  <Button variant={status.resumable === null ? 'filled' : 'default'} px={6} aria-label="More ways to run">
                    <IconChevronDown size={14} aria-hidden />
                  </Button>
                </Menu.Target>
                <Menu.Dropdown>
                  <Menu.Label>{selected === null ? 'Select a stage for parts of the pipeline' : selected}</Menu.Label>
                  <Menu.Item disabled={selected === null} onClick={() => start({ scope: 'from', stage: selected })}>
                    Run from the selected stage on
                  </Menu.Item>
                  <Menu.Item disabled={selected === null} onClick={() => start({ scope: 'downstream', stage: selected })}>
                    Run the selected stage and what needs it
                  </Menu.Item>
                  <Menu.Item disabled={selected === null} onClick={() => start({ scope: 'only', stage: selected })}>
                    Run only the selected stage
                  </Menu.Item>
                  <Menu.Divider />
                  <Menu.Item onClick={() => start({ force: true })}>Run everything, even what did not change</Menu.Item>
                </Menu.Dropdown>
              </Menu>
            </Group>
          </>
        )
      }
    >
      <Stack gap="md">
        <SourceChanges />
        {run.error !== null && <ErrorPanel error={run.error.toData()} />}
        <Tabs value={tab} onChange={(name) => replaceRoute('pipeline', name === null || name === 'plan' ? [] : [name])} keepMounted={false}>
          <Tabs.List mb="sm">
            {tabs.map((name) => (
              <Tabs.Tab key={name} value={name}>
                {labels[name]}
              </Tabs.Tab>
            ))}
          </Tabs.List>
          <Tabs.Panel value="plan">
            <PlanTab status={status} job={job} last={last} plan={plan.data} planError={plan.data === undefined ? plan.error : null} asked={asked} onAsk={setAsked} onRun={start} onResume={resume} starting={run.starting} />
          </Tabs.Panel>
          <Tabs.Panel value="runs">
            <RunsTab status={status} running={running} />
          </Tabs.Panel>
          <Tabs.Panel value="compare">
            <CompareTab />
          </Tabs.Panel>
          <Tabs.Panel value="cache">
            <CacheTab />
          </Tabs.Panel>
        </Tabs>
      </Stack>
    </Page>
  );
}

/** What a run of everything would do, and how the last one went. */
function LastRun({ last, plan, whole }: { readonly last: Run | undefined; readonly plan: Plan | undefined; readonly whole: boolean }) {
  const sum = plan === undefined || !whole ? undefined : sumOf(plan);
  const next = sum === undefined ? '' : sum.will + sum.may + sum.restored === 0 ? 'Everything is current · ' : `${formatUnits(sum.will + sum.may + sum.restored, 'stage')} to run · `;
  if (last === undefined) return `${next}never run`;
  return `${next}last run ${last.status} ${formatAgo(last.startedAt)} in ${formatSeconds(last.seconds)}`;
}
