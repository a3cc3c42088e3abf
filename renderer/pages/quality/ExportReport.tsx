import { Button, Menu } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconBraces, IconDownload, IconFileText, IconTable } from '@tabler/icons-react';
import { useState } from 'react';
import type { ExportResult } from '../../../shared/contract/methods.ts';
import { asReelbenchError } from '../../host/engine.ts';
import { host } from '../../host/host.ts';
import { jobEnd, useStartJob } from '../../host/jobs.ts';

const formats = [
  { format: 'html', label: 'Web page (HTML)', about: 'One file, opens offline and prints', Icon: IconFileText },
  { format: 'json', label: 'JSON', about: 'Everything, for programs', Icon: IconBraces },
  { format: 'csv', label: 'CSV', about: 'One row a rule', Icon: IconTable },
] as const;
/** Failing rows of each rule in HTML and JSON. */
const ROWS = 25;

const isExportResult = (value: unknown): value is ExportResult => typeof value === 'object' && value !== null && 'file' in value;

/** Writes the report to a file of the reader's choice. */
export function ExportReport({ disabled }: { readonly disabled: boolean }) {
  const [busy, setBusy] = useState(false);
  const { start } = useStartJob('quality.export');
  const write = async (format: (typeof formats)[number]['format']) => {
    setBusy(true);
    try {
      const job = await jobEnd(await start({ format, rows: ROWS }));
      if (job.status === 'succeeded' && isExportResult(job.result)) await host.save(job.result.file, `quality.${format}`);
    } catch (thrown) {
      const error = asReelbenchError(thrown);
      notifications.show({ title: 'The report was not exported', message: [error.message, error.hint].filter((part) => part !== undefined).join(' '), color: 'red' });
    } finally {
      setBusy(false);
    }
  };
  return (
    <Menu position="bottom-end" shadow="md" width={260}>
      <Menu.Target>
        <Button variant="default" leftSection={<IconDownload size={15} aria-hidden />} loading={busy} disabled={disabled}>
          Export report
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {formats.map(({ format, label, about, Icon }) => (
          <Menu.Item key={format} leftSection={<Icon size={15} aria-hidden />} onClick={() => void write(format)}>
            {label}
            <br />
            <span style={{ fontSize: 12, color: 'var(--mantine-color-dimmed)' }}>{about}</span>
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
