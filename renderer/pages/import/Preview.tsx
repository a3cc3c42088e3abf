import { Button, Group, Loader, ScrollArea, SegmentedControl, Text, UnstyledButton } from '@mantine/core';
import { useState } from 'react';
import type { FileRef } from '../../../shared/contract/common.ts';
import type { ImportPreview, ImportRequest } from '../../../shared/contract/sources.ts';
import type { ReelbenchError } from '../../../shared/domain/error.ts';
import { Answer } from '../../components/Answer.tsx';
import { ErrorPanel } from '../../components/ErrorPanel.tsx';
import { formatBytes, formatUnits } from '../../components/format.ts';
import { Loading } from '../../components/Loading.tsx';
import { Page } from '../../components/Page.tsx';
import { Status } from '../../components/Status.tsx';
import { asReelbenchError, useEngine } from '../../host/engine.ts';
import { host } from '../../host/host.ts';
import { discardImport, useImportDraft } from '../../stores/import.ts';
import { FilePanel } from './FilePanel.tsx';
import { missingFields } from './fields.ts';
import classes from './Import.module.css';

/** The name of a workspace that is made for an import because none is open. */
const nameFor = (files: readonly FileRef[], release: string | null | undefined): string => release ?? files[0]?.name.replace(/\.[^.]+$/, '') ?? 'Workspace';

/** What the files are taken for, with every guess open to change, before anything is stored. */
export function Preview({ files }: { readonly files: readonly FileRef[] }) {
  const { perFile, append } = useImportDraft();
  const workspace = useEngine('workspace.summary', {});
  const request: ImportRequest = { files: [...files], options: { append }, perFile };
  const preview = useEngine('import.preview', request, { keep: true });
  const [starting, setStarting] = useState(false);
  const [error, setError] = useState<ReelbenchError | null>(null);

  const taken = preview.data?.files.filter(({ key }) => perFile[key]?.skip !== true) ?? [];
  const missing = taken.filter((file) => missingFields(file).length > 0);
  const start = async () => {
    setStarting(true);
    setError(null);
    try {
      if (workspace.data === null) await host.call('workspaces.create', { name: nameFor(files, preview.data?.release) });
      const { jobId } = await host.call('import.start', request);
      useImportDraft.setState({ jobId });
    } catch (thrown) {
      setError(asReelbenchError(thrown));
    } finally {
      setStarting(false);
    }
  };

  return (
    <Page
      title="Import preview"
      about={
        preview.data === undefined
          ? formatUnits(files.length, 'file or folder', 'files and folders')
          : `${preview.data.release === null ? '' : `${preview.data.release}: `}${formatUnits(preview.data.files.length, 'file')}${workspace.data === null ? `. A workspace named ${nameFor(files, preview.data.release)} is made for them.` : ''}`
      }
      fill
      actions={
        <>
          {preview.isFetching && <Loader size={16} aria-label="Reading the preview" />}
          {workspace.data !== null && (
            <SegmentedControl
              aria-label="What happens to tables that are there"
              data={[
                { value: 'replace', label: 'Replace tables' },
                { value: 'append', label: 'Add to tables' },
              ]}
              value={append ? 'append' : 'replace'}
              onChange={(value) => useImportDraft.setState({ append: value === 'append' })}
            />
          )}
          <Button variant="default" onClick={discardImport}>
            Discard
          </Button>
          <Button onClick={() => void start()} loading={starting} disabled={preview.data === undefined || preview.isError || taken.length === 0 || missing.length > 0}>
            Import {preview.data === undefined ? '' : formatUnits(taken.length, 'file')}
          </Button>
        </>
      }
    >
      {error !== null && (
        <div style={{ marginBottom: 14 }}>
          <ErrorPanel error={error.toData()} />
        </div>
      )}
      {preview.isError && preview.data !== undefined && (
        <div style={{ marginBottom: 14 }}>
          <ErrorPanel error={asReelbenchError(preview.error).toData()} />
        </div>
      )}
      <Answer of={preview} loading={<Loading lines={12} label="Reading the preview" />}>
        {(data) => <Files preview={data} />}
      </Answer>
    </Page>
  );
}

function Files({ preview }: { readonly preview: ImportPreview }) {
  const perFile = useImportDraft((state) => state.perFile);
  const [key, setKey] = useState<string | null>(null);
  const current = preview.files.find((file) => file.key === key) ?? preview.files[0];
  return (
    <div className={classes['columns']}>
      <ScrollArea className={classes['files'] ?? ''}>
        <ul className={classes['list']} aria-label="Files">
          {preview.files.map((file) => {
            const skipped = perFile[file.key]?.skip === true;
            const wrong = missingFields(file).length > 0 || file.problems.length > 0;
            return (
              <li key={file.key}>
                <UnstyledButton className={classes['file'] ?? ''} data-skipped={skipped || undefined} aria-current={file === current ? 'true' : undefined} onClick={() => setKey(file.key)}>
                  <Status tone={skipped ? 'skipped' : wrong ? 'warn' : 'good'} />
                  <div className={classes['names']}>
                    <Text truncate fw={500} size="sm" title={file.path}>
                      {file.path}
                    </Text>
                    <Text size="xs" c="dimmed">
                      {skipped ? 'left aside' : file.table} · {formatBytes(file.bytes)}
                    </Text>
                  </div>
                </UnstyledButton>
              </li>
            );
          })}
        </ul>
        {preview.ignored.length > 0 && (
          <>
            <Text size="xs" c="dimmed" fw={500} mt="md" mx={8}>
              Left aside
            </Text>
            {preview.ignored.map(({ path, reason }) => (
              <Group key={path} gap={6} px={8} py={3} wrap="nowrap">
                <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
                  {path}: {reason}
                </Text>
              </Group>
            ))}
          </>
        )}
      </ScrollArea>
      {current !== undefined && <FilePanel key={current.key} file={current} />}
    </div>
  );
}
