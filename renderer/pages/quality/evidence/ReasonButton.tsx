import { Button, Popover, Stack, Text, TextInput } from '@mantine/core';
import { IconArchive } from '@tabler/icons-react';
import { useState } from 'react';

/** A button that asks for a reason before rows are set aside. */
export function ReasonButton({ label, about, disabled = false, onReason }: { readonly label: string; readonly about: string; readonly disabled?: boolean; readonly onReason: (reason: string) => void }) {
  const [opened, setOpened] = useState(false);
  const [reason, setReason] = useState('');
  return (
    <Popover opened={opened} onChange={setOpened} position="bottom-start" trapFocus shadow="md" width={280}>
      <Popover.Target>
        <Button size="compact-xs" variant="default" leftSection={<IconArchive size={14} aria-hidden />} disabled={disabled} aria-expanded={opened} onClick={() => setOpened(!opened)}>
          {label}
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            if (reason.trim() === '') return;
            onReason(reason.trim());
            setOpened(false);
            setReason('');
          }}
        >
          <Stack gap="xs">
            <Text size="sm">{about}</Text>
            <TextInput label="Reason" placeholder="Why these rows should not count" maxLength={500} value={reason} onChange={(event) => setReason(event.currentTarget.value)} data-autofocus />
            <Button type="submit" disabled={reason.trim() === ''}>
              Set aside
            </Button>
          </Stack>
        </form>
      </Popover.Dropdown>
    </Popover>
  );
}
