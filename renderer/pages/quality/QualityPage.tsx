import { Button, Stack, Tabs } from '@mantine/core';
import { IconFileAlert, IconRefresh } from '@tabler/icons-react';
import type { QualityReport } from '../../../shared/contract/quality.ts';
import { Answer } from '../../components/Answer.tsx';
import { Empty } from '../../components/Empty.tsx';
import { ErrorPanel } from '../../components/ErrorPanel.tsx';
import { formatAgo, formatSeconds, formatUnits } from '../../components/format.ts';
import { JobLine } from '../../components/JobLine.tsx';
import { CancelJob } from '../../components/JobPanel.tsx';
import { Page } from '../../components/Page.tsx';
import { useEngine } from '../../host/engine.ts';
import { navigate, replaceRoute, useRoute } from '../../stores/route.ts';
import { NotBuilt } from './quarantine/NotBuilt.tsx';
import { ExportReport } from './ExportReport.tsx';
import classes from './quality.module.css';
import { tabs } from './tabs.tsx';
import { useCheck } from './useCheck.ts';

/** Whether the imported data can be trusted. */
export default function QualityPage() {
  const summary = useEngine('workspace.summary', {});
  return (
    <Answer of={summary}>
      {(workspace) => (workspace === null || workspace.files.length === 0 ? <NothingImported /> : <Imported />)}
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

function Imported() {
  const { rest } = useRoute();
  const tab = tabs.find(({ name }) => name === rest[0])?.name ?? 'rules';
  const report = useEngine('quality.report', {});
  const { job, running, starting, error, start } = useCheck();
  return (
    <Page
      title="Quality"
      about={running && job !== undefined ? <JobLine job={job} /> : report.data == null ? 'The data as imported, before any fix' : reportWords(report.data)}
      actions={
        running && job !== undefined ? (
          <CancelJob job={job} />
        ) : (
          <>
            <ExportReport disabled={report.data == null} />
            <Button leftSection={<IconRefresh size={14} aria-hidden />} loading={starting} onClick={start}>
              Check now
            </Button>
          </>
        )
      }
    >
      <Stack gap="md">
        {error !== undefined && <ErrorPanel error={error} onRetry={start} />}
        <NotBuilt />
        <Tabs value={tab} onChange={(name) => replaceRoute('quality', name === null || name === 'rules' ? [] : [name])} keepMounted={false}>
          <Tabs.List mb="md">
            {tabs.map(({ name, label, Count }) => (
              <Tabs.Tab key={name} value={name} rightSection={Count && <Count />} classNames={{ tabSection: classes['count'] ?? '' }}>
                {label}
              </Tabs.Tab>
            ))}
          </Tabs.List>
          {tabs.map(({ name, Panel }) => (
            <Tabs.Panel key={name} value={name}>
              <Panel />
            </Tabs.Panel>
          ))}
        </Tabs>
      </Stack>
    </Page>
  );
}

const reportWords = ({ tables, madeAt, seconds, blocked }: QualityReport) =>
  `As imported: ${tables.map(({ name, rows }) => `${formatUnits(rows, 'row')} of ${name}`).join(', ')} · checked ${formatAgo(madeAt)} in ${formatSeconds(seconds)}${blocked ? ' · a run would stop at errors' : ''}`;
