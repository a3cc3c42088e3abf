import { Button, Group, Modal, Stack, TextInput } from '@mantine/core';
import { useState } from 'react';
import { ErrorPanel } from '../components/ErrorPanel.tsx';
import { useCall } from '../host/engine.ts';
import { navigate } from '../stores/route.ts';
import { useUi } from '../stores/ui.ts';

/** Asks for the name of a new workspace, makes it and opens it. */
export function NewWorkspace() {
  const opened = useUi((state) => state.newWorkspace);
  const [name, setName] = useState('');
  const create = useCall('workspaces.create');
  const close = () => {
    useUi.setState({ newWorkspace: false });
    setName('');
    create.reset();
  };
  const submit = () => create.mutate({ name: name.trim() }, { onSuccess: () => { close(); navigate('home'); } });
  return (
    <Modal opened={opened} onClose={close} title="New workspace">
      <form onSubmit={(event) => { event.preventDefault(); submit(); }}>
        <Stack gap="md">
          <TextInput label="Name" description="A workspace holds imported files, everything built from them, and its own settings." value={name} onChange={(event) => setName(event.currentTarget.value)} maxLength={100} data-autofocus required />
          {create.error !== null && <ErrorPanel error={create.error.toData()} />}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={close}>
              Close
            </Button>
            <Button type="submit" disabled={name.trim() === ''} loading={create.isPending}>
              Create and open
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
