import { Stack } from '@mantine/core';
import { Page, Section } from '../../components/Page.tsx';
import { SourceChanges } from '../../components/SourceChanges.tsx';
import { DropFiles } from '../../components/DropFiles.tsx';
import { ErrorPanel } from '../../components/ErrorPanel.tsx';
import { useEngine } from '../../host/engine.ts';
import { useJob } from '../../host/jobs.ts';
import { useCommand } from '../../stores/commands.ts';
import { pickForImport, useImportDraft } from '../../stores/import.ts';
import { ImportOutcome } from './ImportOutcome.tsx';
import { Preview } from './Preview.tsx';
import { RejectedLines } from './RejectedLines.tsx';

/** Files come in: choose, look before anything is stored, import, see what was rejected. */
export default function ImportPage() {
  const { files, jobId, error } = useImportDraft();
  const job = useJob(jobId);
  const workspace = useEngine('workspace.summary', {});
  useCommand('import.open', () => void pickForImport());

  if (job !== undefined) return <ImportOutcome job={job} />;
  if (files.length > 0) return <Preview files={files} />;
  const rejected = workspace.data?.files.reduce((sum, file) => sum + file.rejected, 0) ?? 0;
  return (
    <Page title="Import" about="Nothing is stored before you have seen the preview and said so. An import happens whole or not at all.">
      {error !== null && (
        <div style={{ marginBottom: 14 }}>
          <ErrorPanel error={error.toData()} />
        </div>
      )}
      <Stack gap="lg">
        {workspace.data != null && workspace.data.files.length > 0 && <SourceChanges gone />}
        <DropFiles />
      </Stack>
      {rejected > 0 && (
        <div style={{ marginTop: 24 }}>
          <Section title="Lines rejected by earlier imports" about="Kept with their place and reason; none of them is in a table.">
            <RejectedLines />
          </Section>
        </div>
      )}
    </Page>
  );
}
