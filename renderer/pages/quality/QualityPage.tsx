import { Badge, Button, Stack, Tabs } from '@mantine/core';
import { IconFileAlert, IconRefresh, IconShieldCheck } from '@tabler/icons-react';
import type { QualityReport } from '../../../shared/contract/quality.ts';
import { Answer } from '../../components/Answer.tsx';
import { Empty } from '../../components/Empty.tsx';
import { ErrorPanel } from '../../components/ErrorPanel.tsx';
import { formatAgo, formatCompact, formatSeconds, formatUnits } from '../../components/format.ts';
import { JobLine } from '../../components/JobLine.tsx';
import { CancelJob } from '../../components/JobPanel.tsx';
import { Page } from '../../components/Page.tsx';
import { useEngine } from '../../host/engine.ts';
import { useLatestJob, useStartJob } from '../../host/jobs.ts';
import { navigate, replaceRoute, useRoute } from '../../stores/route.ts';
import { ColumnProfiles } from './ColumnProfiles.tsx';
import { RejectedLines } from './RejectedLines.tsx';
import { Rules } from './Rules.tsx';
import { Scores } from './Scores.tsx';

const tabs = ['rules', 'columns', 'rejects'] as const;

/** Whether the imported data can be trusted. */
export default function QualityPage() {
  const summary = useEngine('workspace.summary', {});
  return (
    <Answer of={summary}>
      {(workspace) => (workspace === null || workspace.files.length === 0 ? <NothingImported /> : <Checked />)}
    </Answer>
  );
}

function NothingImported() {
  return (
    <Page title="Quality">
      <Empty icon={<IconFileAlert size={28} />} title="Nothing to check yet" actions={<Button onClick={() => navigate('import')}>Import files</Button>}>
        Import ratings and films first. Rules then measure their quality and name each failing row with its file and line.
      </Empty>
    </Page>
  );
}

function Checked() {
  const { rest } = useRoute();
  const tab = tabs.find((name) => name === rest[0]) ?? 'rules';
  const report = useEngine('quality.report', {});
  const rejects = useEngine('import.rejects', { limit: 1, offset: 0 });
  const check = useStartJob('quality.run');
  const job = useLatestJob('quality');
  const running = job?.status === 'running';
  const start = () => {
    check.start({}).catch(() => undefined);
  };
  return (
    <Page
      title="Quality"
      about={running ? <JobLine job={job} /> : report.data == null ? 'The data as imported, before any fix' : reportWords(report.data)}
      actions={
        running ? (
          <CancelJob job={job} />
        ) : (
          <Button leftSection={<IconRefresh size={14} aria-hidden />} loading={check.starting} onClick={start}>
            Check now
          </Button>
        )
      }
    >
      <Stack gap="md">
        {check.error !== null && <ErrorPanel error={check.error.toData()} />}
        {job?.status === 'failed' && job.error !== undefined && <ErrorPanel error={job.error} onRetry={start} />}
        <Tabs value={tab} onChange={(value) => replaceRoute('quality', value === null || value === 'rules' ? [] : [value])} keepMounted={false}>
          <Tabs.List mb="md">
            <Tabs.Tab value="rules">Rules</Tabs.Tab>
            <Tabs.Tab value="columns">Columns</Tabs.Tab>
            <Tabs.Tab
              value="rejects"
              rightSection={
                (rejects.data?.total ?? 0) > 0 && (
                  <Badge size="xs" color="yellow" c="var(--rb-warn)">
                    {formatCompact(rejects.data?.total ?? 0)}
                  </Badge>
                )
              }
            >
              Rejected lines
            </Tabs.Tab>
          </Tabs.List>
          <Tabs.Panel value="rules">
            <Answer of={report}>
              {(made) =>
                made === null ? (
                  <Empty icon={<IconShieldCheck size={28} />} title="Not checked yet" actions={<Button disabled={running} onClick={start}>Check the data</Button>}>
                    The rules look at every imported row: missing and impossible values, duplicates, ids that lead nowhere. A check changes nothing.
                  </Empty>
                ) : (
                  <Stack gap="md">
                    <Scores report={made} />
                    <Rules report={made} opened={rest[0] === 'rules' ? (rest[1] ?? null) : null} />
                  </Stack>
                )
              }
            </Answer>
          </Tabs.Panel>
          <Tabs.Panel value="columns">
            <ColumnProfiles />
          </Tabs.Panel>
          <Tabs.Panel value="rejects">
            <RejectedLines />
          </Tabs.Panel>
        </Tabs>
      </Stack>
    </Page>
  );
}

const reportWords = ({ tables, madeAt, seconds, blocked }: QualityReport) =>
  `As imported: ${tables.map(({ name, rows }) => `${formatUnits(rows, 'row')} of ${name}`).join(', ')} · checked ${formatAgo(madeAt)} in ${formatSeconds(seconds)}${blocked ? ' · a run would stop at errors' : ''}`;
