import { ActionIcon, Button, Group, Select, Table, Text, Tooltip } from '@mantine/core';
import { IconAdjustmentsHorizontal, IconCopy, IconX } from '@tabler/icons-react';
import { useState } from 'react';
import type { ModelInfo } from '../../../../shared/contract/recommend.ts';
import { modelTitle, paramWords } from '../words.ts';
import { addEntrant, type EntrantDraft, removeEntrant, repeatEntrant, setEntrant, useSetup } from './draft.ts';
import { ParameterFields } from './ParameterFields.tsx';

/** Who competes, with what parameters. */
export function Entrants({ models }: { readonly models: readonly ModelInfo[] }) {
  const { entrants } = useSetup();
  const [open, setOpen] = useState<number | null>(null);
  return (
    <>
      <Table aria-label="Models to evaluate" verticalSpacing={4} layout="fixed" mb="xs">
        <Table.Thead>
          <Table.Tr>
            <Table.Th w={200}>Model</Table.Th>
            <Table.Th>Parameters</Table.Th>
            <Table.Th w={220}>
              <Text size="sm" fw={600} ta="right">
                Change
              </Text>
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {entrants.map((entrant) => (
            <EntrantRow key={entrant.key} entrant={entrant} models={models} open={open === entrant.key} onOpen={() => setOpen(open === entrant.key ? null : entrant.key)} />
          ))}
        </Table.Tbody>
      </Table>
      <Group gap="md">
        <Select
          aria-label="Add a model"
          placeholder="Add a model"
          w={260}
          searchable
          value={null}
          data={models.map(({ model, title }) => ({ value: model, label: title }))}
          comboboxProps={{ width: 380, position: 'bottom-start' }}
          renderOption={({ option }) => (
            <div>
              <Text size="sm" fw={500}>
                {option.label}
              </Text>
              <Text size="xs" c="dimmed" lineClamp={2}>
                {models.find(({ model }) => model === option.value)?.about}
              </Text>
            </div>
          )}
          onChange={(value) => {
            const info = models.find(({ model }) => model === value);
            if (info !== undefined) addEntrant(info.model);
          }}
        />
      </Group>
    </>
  );
}

interface EntrantRowProps {
  readonly entrant: EntrantDraft;
  readonly models: readonly ModelInfo[];
  readonly open: boolean;
  readonly onOpen: () => void;
}

function EntrantRow({ entrant, models, open, onOpen }: EntrantRowProps) {
  const title = modelTitle(entrant.model, models);
  const own = paramWords(entrant.params);
  return (
    <>
      <Table.Tr>
        <Table.Td fw={500}>{title}</Table.Td>
        <Table.Td>
          <Text size="sm" c={own === '' ? 'dimmed' : 'var(--mantine-color-text)'} truncate title={own}>
            {own === '' ? 'as in force' : own}
          </Text>
        </Table.Td>
        <Table.Td>
          <Group gap={4} justify="flex-end" wrap="nowrap">
            <Button variant={open ? 'light' : 'subtle'} color="gray" size="compact-sm" leftSection={<IconAdjustmentsHorizontal size={14} aria-hidden />} aria-expanded={open} aria-label={`Parameters of ${title}`} onClick={onOpen}>
              Parameters
            </Button>
            <Tooltip label="Once more, with other parameters">
              <ActionIcon aria-label={`${title} once more`} onClick={() => repeatEntrant(entrant.key)}>
                <IconCopy size={15} aria-hidden />
              </ActionIcon>
            </Tooltip>
            <Tooltip label="Take out">
              <ActionIcon aria-label={`Take ${title} out`} onClick={() => removeEntrant(entrant.key)}>
                <IconX size={15} aria-hidden />
              </ActionIcon>
            </Tooltip>
          </Group>
        </Table.Td>
      </Table.Tr>
      {open && (
        <Table.Tr>
          <Table.Td colSpan={3} bg="var(--rb-surface)">
            <ParameterFields model={entrant.model} params={entrant.params} onChange={(params) => setEntrant(entrant.key, params)} />
          </Table.Td>
        </Table.Tr>
      )}
    </>
  );
}
