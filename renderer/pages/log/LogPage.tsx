import { Alert, Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconAlertTriangle, IconCheck, IconCopy, IconDownload, IconFileText } from '@tabler/icons-react';
import { type RefObject, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { LogEntry, LogFilter } from '../../../shared/contract/log.ts';
import type { ExportResult } from '../../../shared/contract/methods.ts';
import { ReelbenchError } from '../../../shared/domain/error.ts';
import { Empty } from '../../components/Empty.tsx';
import { ErrorPanel } from '../../components/ErrorPanel.tsx';
import { formatUnits } from '../../components/format.ts';
import { Loading } from '../../components/Loading.tsx';
import { Page } from '../../components/Page.tsx';
import { copyText } from '../../host/clipboard.ts';
import { asReelbenchError } from '../../host/engine.ts';
import { host } from '../../host/host.ts';
import { jobEnd } from '../../host/jobs.ts';
import { useOpenWorkspace } from '../../host/workspace.ts';
import { runCommand } from '../../stores/commands.ts';
import { replaceRoute, useRoute } from '../../stores/route.ts';
import { filterOf, isFiltered, type LogView, paramsOf, viewOf } from './filter.ts';
import { useLogLines } from './lines.ts';
import classes from './log.module.css';
import { LogDetail } from './LogDetail.tsx';
import { LogFilters } from './LogFilters.tsx';
import { LogList } from './LogList.tsx';

const isExportResult = (value: unknown): value is ExportResult => typeof value === 'object' && value !== null && 'file' in value;
const MOST_COPIED = 10_000;

/** All that is filtered, as a file of lines of JSON. */
async function exportLines(filter: LogFilter): Promise<void> {
  const { jobId } = await host.call('log.export', filter);
  const job = await jobEnd(jobId);
  if (job.error !== undefined) throw ReelbenchError.from(job.error);
  if (isExportResult(job.result)) await host.save(job.result.file, 'log.ndjson');
}

function ExportLines({ filter }: { readonly filter: LogFilter }) {
  const [busy, setBusy] = useState(false);
  const write = async () => {
    setBusy(true);
    try {
      await exportLines(filter);
    } catch (thrown) {
      const { message, hint } = asReelbenchError(thrown);
      notifications.show({ title: 'The log was not exported', message: [message, hint].filter((part) => part !== undefined).join(' '), color: 'red' });
    } finally {
      setBusy(false);
    }
  };
  return (
    <Button variant="default" leftSection={<IconDownload size={15} aria-hidden />} loading={busy} onClick={() => void write()}>
      Export
    </Button>
  );
}

/** The newest of the lines that are shown, as lines of JSON. */
function CopyLines({ lines }: { readonly lines: RefObject<readonly LogEntry[]> }) {
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    setCopied(await copyText(lines.current.slice(-MOST_COPIED).map(jsonLine).join('\n')));
    setTimeout(() => setCopied(false), 1500);
  };
  return (
    <Button variant="default" onClick={() => void copy()} leftSection={copied ? <IconCheck size={15} aria-hidden /> : <IconCopy size={15} aria-hidden />}>
      {copied ? 'Copied' : 'Copy lines'}
    </Button>
  );
}

const jsonLine = ({ time, level, message, fields }: LogEntry): string => JSON.stringify({ level, time, ...fields, message });

/** The workspace's log: every line of it, filtered, live. */
export default function LogPage() {
  const workspace = useOpenWorkspace();
  if (workspace === 'unknown') return <Page title="Log"><Loading /></Page>;
  if (workspace === 'none')
    return (
      <Page title="Log" about="What the engine has done, line by line">
        <Empty
          icon={<IconFileText size={32} stroke={1.4} />}
          title="A log belongs to a workspace"
          actions={
            <Button variant="default" onClick={() => runCommand('workspace.new')}>
              New workspace
            </Button>
          }
        >
          Open one, and all that was imported, checked, run and changed in it stands here.
        </Empty>
      </Page>
    );
  return <OpenLog />;
}

function OpenLog() {
  const { params } = useRoute();
  const [attempt, setAttempt] = useState(0);
  const view = useMemo(() => viewOf(params), [params]);
  const filter = useMemo(() => filterOf(view), [view]);
  const [chosen, setChosen] = useState<LogEntry | null>(null);
  const change = (next: LogView) => replaceRoute('log', [], paramsOf(next));
  const lines = useRef<readonly LogEntry[]>([]);
  const note = useCallback((entries: readonly LogEntry[]) => {
    lines.current = entries;
  }, []);
  return (
    <Page
      title="Log"
      fill
      about="What the engine has done in this workspace; kept in its folder logs, as lines of JSON"
      actions={
        <>
          <CopyLines lines={lines} />
          <ExportLines filter={filter} />
        </>
      }
    >
      <LogFilters view={view} onChange={change} />
      <FilteredLines key={`${attempt} ${JSON.stringify(filter)}`} view={view} filter={filter} chosen={chosen} onLines={note} onChoose={setChosen} onChange={change} onRetry={() => setAttempt((now) => now + 1)} />
    </Page>
  );
}

interface FilteredLinesProps {
  readonly view: LogView;
  readonly filter: LogFilter;
  readonly chosen: LogEntry | null;
  /** Is told the lines that are shown. */
  readonly onLines: (entries: readonly LogEntry[]) => void;
  readonly onChoose: (entry: LogEntry | null) => void;
  readonly onChange: (view: LogView) => void;
  readonly onRetry: () => void;
}

/** The lines of one filter, or why there are none. */
function FilteredLines({ view, filter, chosen, onLines, onChoose, onChange, onRetry }: FilteredLinesProps) {
  const lines = useLogLines(filter);
  const { entries, loading, error, failing } = lines;
  useEffect(() => {
    onLines(entries);
  }, [onLines, entries]);
  if (error !== null) return <ErrorPanel error={error.toData()} onRetry={onRetry} />;
  if (entries.length === 0 && loading) return <Loading lines={12} />;
  const clear = () => onChange(viewOf(new URLSearchParams()));
  return (
    <>
      {failing !== null && (
        <Alert variant="light" color="yellow" icon={<IconAlertTriangle size={16} />} mb="sm" py={6} title={`The log cannot be written; ${formatUnits(failing.lost, 'line')} lost`}>
          {failing.message}
        </Alert>
      )}
      {entries.length === 0 ? (
        <Empty
          icon={<IconFileText size={32} stroke={1.4} />}
          title={isFiltered(view) ? 'No line is like that' : 'Nothing has been written yet'}
          actions={isFiltered(view) ? <Button variant="default" onClick={clear}>Show every line</Button> : undefined}
        >
          {isFiltered(view) ? 'What is written from now on appears here as soon as it is.' : 'Lines appear here as soon as the engine does something. Which levels are written is set by log.level.'}
        </Empty>
      ) : (
        <div className={classes['columns']} data-open={chosen === null ? undefined : true}>
          <LogList lines={lines} chosen={chosen} onChoose={onChoose} />
          {chosen !== null && <LogDetail entry={chosen} onOnly={(part) => onChange({ ...view, ...part })} onClose={() => onChoose(null)} />}
        </div>
      )}
    </>
  );
}
