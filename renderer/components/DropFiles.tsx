import { Button, Group, Stack, Text } from '@mantine/core';
import { Dropzone, type DropzoneProps } from '@mantine/dropzone';
import '@mantine/dropzone/styles.css';
import { IconFileImport, IconFiles, IconFolder } from '@tabler/icons-react';
import { host } from '../host/host.ts';
import { dropForImport, pickForImport, useImportDraft } from '../stores/import.ts';

/** What was dropped, as it was: the drop zone itself would open folders and hand their files over one by one. */
const dropped: NonNullable<DropzoneProps['getFilesFromEvent']> = async (event) => {
  if ('dataTransfer' in event && event.dataTransfer) return [...event.dataTransfer.files];
  return 'target' in event && event.target instanceof HTMLInputElement ? [...(event.target.files ?? [])] : [];
};

/** Where files, folders and archives are dropped; its buttons open the host's own dialogs. */
export function DropFiles({ compact = false }: { readonly compact?: boolean }) {
  const receiving = useImportDraft((state) => state.receiving);
  return (
    <Dropzone
      onDrop={(files) => void dropForImport(files)}
      loading={receiving}
      activateOnClick={false}
      activateOnKeyboard={false}
      enablePointerEvents
      useFsAccessApi={false}
      {...(host.takesFolders ? { getFilesFromEvent: dropped } : {})}
      aria-label="Drop files here"
      tabIndex={-1}
      inputProps={{ 'aria-label': 'Files to import' }}
      bg="var(--rb-surface)"
      py={compact ? 'md' : 36}
    >
      <Stack align="center" gap="sm">
        <IconFileImport size={28} stroke={1.4} color="var(--mantine-color-dimmed)" aria-hidden />
        <div style={{ textAlign: 'center' }}>
          <Text fw={500}>Drop files, a folder or a .zip here</Text>
          <Text size="sm" c="dimmed">
            MovieLens releases are recognised; any other CSV, TSV, Parquet or NDJSON by its columns. You see a preview before anything is stored.
          </Text>
        </div>
        <Group gap="xs">
          <Button variant="default" leftSection={<IconFiles size={14} />} onClick={() => void pickForImport()}>
            Choose files
          </Button>
          <Button variant="default" leftSection={<IconFolder size={14} />} onClick={() => void pickForImport(true)}>
            Choose a folder
          </Button>
        </Group>
      </Stack>
    </Dropzone>
  );
}
