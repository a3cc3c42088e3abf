import { ActionIcon, Button, Popover, Stack, Text } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import { useState } from 'react';

/** Removes after a second click: what is removed is gone for good. */
export function RemoveButton({ what, name, busy, onRemove }: { readonly what: string; readonly name: string; readonly busy: boolean; readonly onRemove: () => void }) {
  const [opened, setOpened] = useState(false);
  return (
    <Popover opened={opened} onChange={setOpened} position="bottom-end" trapFocus shadow="md" width={240}>
      <Popover.Target>
        <ActionIcon aria-label={`Remove ${name}`} loading={busy} onClick={() => setOpened(!opened)}>
          <IconTrash size={15} aria-hidden />
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown>
        <Stack gap="xs" align="flex-start">
          <Text size="sm">Remove this {what} with all that was kept of it? It cannot be brought back.</Text>
          <Button
            color="red"
            onClick={() => {
              setOpened(false);
              onRemove();
            }}
          >
            Remove
          </Button>
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}
