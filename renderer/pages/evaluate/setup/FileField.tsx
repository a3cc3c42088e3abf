import { ActionIcon, Button, Group, Input, Text } from '@mantine/core';
import { IconFile, IconX } from '@tabler/icons-react';
import { useState } from 'react';
import type { FileRef } from '../../../../shared/contract/common.ts';
import { complain } from '../../../app/complain.ts';
import { formatBytes } from '../../../components/format.ts';
import { host } from '../../../host/host.ts';

interface FileFieldProps {
  readonly label: string;
  readonly about: string;
  readonly value: FileRef | null;
  readonly clearable?: boolean;
  readonly onChange: (file: FileRef | null) => void;
}

/** One file, chosen in the host's own dialog. */
export function FileField({ label, about, value, clearable = false, onChange }: FileFieldProps) {
  const [busy, setBusy] = useState(false);
  const pick = async () => {
    setBusy(true);
    try {
      const [file] = await host.pick({});
      if (file !== undefined) onChange(file);
    } catch (thrown) {
      complain(thrown);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Input.Wrapper label={label} description={about} labelElement="div">
      <Group gap="xs" wrap="nowrap" mt={4}>
        <Button variant="default" leftSection={<IconFile size={14} aria-hidden />} loading={busy} aria-label={`${value === null ? 'Choose a file' : 'Choose another'}: ${label}`} onClick={() => void pick()}>
          {value === null ? 'Choose a file' : 'Choose another'}
        </Button>
        {value !== null && (
          <Text size="sm" truncate title={value.name}>
            {value.name} · {formatBytes(value.size)}
          </Text>
        )}
        {value !== null && clearable && (
          <ActionIcon aria-label={`${label}: none`} onClick={() => onChange(null)}>
            <IconX size={14} aria-hidden />
          </ActionIcon>
        )}
      </Group>
    </Input.Wrapper>
  );
}
