import { Button, Checkbox, Popover, SegmentedControl, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconDownload } from '@tabler/icons-react';
import { useState } from 'react';
import type { ExportResult } from '../../../shared/contract/methods.ts';
import { asReelbenchError } from '../../host/engine.ts';
import { host } from '../../host/host.ts';
import { jobEnd, useStartJob } from '../../host/jobs.ts';
import type { View } from './view.ts';

const formats = [
  { value: 'csv', label: 'CSV' },
  { value: 'parquet', label: 'Parquet' },
  { value: 'json', label: 'JSON' },
] as const;
type Format = (typeof formats)[number]['value'];

const isExportResult = (value: unknown): value is ExportResult => typeof value === 'object' && value !== null && 'file' in value;

/** Writes what the grid shows, filters, order and columns included, to a file of the reader's choice. */
export function ExportMenu({ view, columns }: { readonly view: View; readonly columns: readonly string[] }) {
  const [opened, setOpened] = useState(false);
  const [format, setFormat] = useState<Format>('csv');
  const [neutralise, setNeutralise] = useState(true);
  const [busy, setBusy] = useState(false);
  const { start } = useStartJob('tables.export');
  const write = async () => {
    setOpened(false);
    setBusy(true);
    try {
      const job = await jobEnd(await start({ ...view, format, neutralise, columns: [...columns] }));
      if (job.status === 'succeeded' && isExportResult(job.result)) await host.save(job.result.file, `${view.table}.${format}`);
    } catch (thrown) {
      const error = asReelbenchError(thrown);
      notifications.show({ title: 'The table was not exported', message: [error.message, error.hint].filter((part) => part !== undefined).join(' '), color: 'red' });
    } finally {
      setBusy(false);
    }
  };
  return (
    <Popover opened={opened} onChange={setOpened} position="bottom-end" trapFocus shadow="md" width={260}>
      <Popover.Target>
        <Button variant="default" leftSection={<IconDownload size={15} />} loading={busy} aria-expanded={opened} onClick={() => setOpened(!opened)}>
          Export
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <Stack gap="sm">
          <Text size="sm" c="dimmed">
            All rows of this view, filtered and sorted, with the columns that are shown.
          </Text>
          <SegmentedControl fullWidth aria-label="Format" data={[...formats]} value={format} onChange={(value) => setFormat(formats.find((entry) => entry.value === value)?.value ?? 'csv')} />
          {format === 'csv' && <Checkbox label="Keep spreadsheets from running cells" description="Puts an apostrophe before cells that begin with = + - @" checked={neutralise} onChange={(event) => setNeutralise(event.currentTarget.checked)} />}
          <Button onClick={() => void write()}>Export {view.table}</Button>
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}
