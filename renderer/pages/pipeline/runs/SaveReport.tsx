import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconDownload } from '@tabler/icons-react';

import { asReelbenchError, useCall } from '../../../host/engine.ts';
import { host } from '../../../host/host.ts';

/** Saves the JSON report of a run where the reader likes. */
export function SaveReport({ id, disabled }: { readonly id: string; readonly disabled: boolean }) {
  const file = useCall('runs.file');
  const save = async () => {
    try {
      await host.save(await file.mutateAsync({ id }), `run-${id}.json`);
    } catch (thrown) {
      const error = asReelbenchError(thrown);
      notifications.show({ title: 'The report was not saved', message: [error.message, error.hint].filter((part) => part !== undefined).join(' '), color: 'red' });
    }
  };
  return (
    <Button variant="default" leftSection={<IconDownload size={14} aria-hidden />} disabled={disabled} loading={file.isPending} onClick={() => void save()}>
      Report (JSON)
    </Button>
  );
}
