import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { IconFileDiff, IconRefresh } from '@tabler/icons-react';
import { useEffect } from 'react';
import type { SourceChange } from '../../shared/contract/source-changes.ts';
import { engineKey, queryClient, useEngine } from '../host/engine.ts';
import { useLatestJob, useStartJob } from '../host/jobs.ts';
import { ErrorPanel } from './ErrorPanel.tsx';
import { formatAgo, formatBytes } from './format.ts';
import { JobLine } from './JobLine.tsx';

/** Asks what became of the imported files on disk: now, when data come in, and whenever the person comes back to the window. */
function useSourceChanges(): readonly SourceChange[] {
  const changes = useEngine('sources.changes', {});
  useEffect(() => {
    const ask = () => {
      if (document.visibilityState === 'visible') void queryClient.invalidateQueries({ queryKey: engineKey('sources.changes', {}) });
    };
    ask();
    window.addEventListener('focus', ask);
    document.addEventListener('visibilitychange', ask);
    return () => {
      window.removeEventListener('focus', ask);
      document.removeEventListener('visibilitychange', ask);
    };
  }, []);
  return changes.data ?? [];
}

/** Says which imported files changed on disk since, and imports them again. With `gone`, those that are no longer there are named, too. */
export function SourceChanges({ gone = false }: { readonly gone?: boolean }) {
  const changes = useSourceChanges();
  const again = useStartJob('sources.importChanged');
  const job = useLatestJob('import');
  const modified = changes.filter(({ change }) => change === 'modified');
  const deleted = gone ? changes.filter(({ change }) => change === 'deleted') : [];
  const failed = again.job?.status === 'failed' ? again.job.error : undefined;
  if (modified.length + deleted.length === 0) return null;
  return (
    <Stack gap="sm">
      <output style={{ display: 'block' }}>
        <Alert variant="default" role="note" icon={<IconFileDiff size={18} aria-hidden />}>
          <Group justify="space-between" wrap="nowrap">
            <Stack gap={2} miw={0}>
              <Text fw={600}>{changeTitle(modified, deleted)}</Text>
              {[...modified, ...deleted].slice(0, SHOWN).map((file) => (
                <Text key={`${file.kind} ${file.path}`} size="sm" truncate>
                  {modified.length + deleted.length > 1 && <span className="rb-mono">{file.path}: </span>}
                  {changeWords(file)}
                </Text>
              ))}
              {modified.length + deleted.length > SHOWN && <Text size="sm">and {modified.length + deleted.length - SHOWN} more</Text>}
            </Stack>
            {modified.length > 0 &&
              (job?.status === 'running' ? (
                <JobLine job={job} />
              ) : (
                <Button variant="default" style={{ flex: 'none' }} leftSection={<IconRefresh size={14} aria-hidden />} loading={again.starting} onClick={() => void again.start({}).catch(() => undefined)}>
                  Import again
                </Button>
              ))}
          </Group>
        </Alert>
      </output>
      {again.error !== null && <ErrorPanel error={again.error.toData()} />}
      {failed !== undefined && <ErrorPanel error={failed} />}
    </Stack>
  );
}

const SHOWN = 5;

function changeTitle(modified: readonly SourceChange[], deleted: readonly SourceChange[]): string {
  const [first, ...others] = modified;
  if (first === undefined) return deleted.length === 1 ? `${deleted[0]?.path} is no longer where it was imported from` : `${deleted.length} files are no longer where they were imported from`;
  return others.length === 0 ? `${first.path} changed on disk since it was imported` : `${modified.length} files changed on disk since they were imported`;
}

/** What became of the file, in words: `812 kB → 815 kB, written 3 minutes ago`. */
function changeWords({ from, to }: SourceChange): string {
  if (to === null) return 'gone; what was imported of it stays';
  const size = from === null || from.bytes === to.bytes ? `${formatBytes(to.bytes)}, as before` : `${formatBytes(from.bytes)} → ${formatBytes(to.bytes)}`;
  return `${size}, written ${formatAgo(to.modifiedAt)}`;
}
