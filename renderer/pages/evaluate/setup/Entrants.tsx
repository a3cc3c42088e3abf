import { ActionIcon, Button, Group, Select, Table, Text, Tooltip } from '@mantine/core';
import { IconAdjustmentsHorizontal, IconCopy, IconX } from '@tabler/icons-react';
import { useState } from 'react';
import type { Estimate } from '../../../../shared/contract/evaluation.ts';
import type { ModelInfo } from '../../../../shared/contract/recommend.ts';
import { formatBytes, formatSeconds } from '../../../components/format.ts';
import { Status } from '../../../components/Status.tsx';
import { useEngine } from '../../../host/engine.ts';
import { modelTitle, paramWords } from '../words.ts';
import { addEntrant, type EntrantDraft, removeEntrant, repeatEntrant, setEntrant, useSetup } from './draft.ts';
import { ParameterFields } from './ParameterFields.tsx';

/** Who competes, with what parameters, and what it will take. */
export function Entrants({ models }: { readonly models: readonly ModelInfo[] }) {
  const { entrants, protocol } = useSetup();
  const [open, setOpen] = useState<number | null>(null);
  const names = [...new Set(entrants.map(({ model }) => model))];
  const estimates = useEngine('models.estimate', { models: names }, { enabled: names.length > 0, keep: true });
  const times = protocol.name === 'kfold' ? protocol.folds : 1;
  const known = entrants.map(({ model }) => estimates.data?.find((estimate) => estimate.model === model));
  const total = known.every((estimate) => estimate !== undefined) && known.length > 0 ? known.reduce((sum, estimate) => sum + (estimate?.seconds ?? 0) * times, 0) : null;
  return (
    <>
      <Table aria-label="Models to evaluate" verticalSpacing={4} layout="fixed" mb="xs">
        <Table.Thead>
          <Table.Tr>
            <Table.Th w={200}>Model</Table.Th>
            <Table.Th>Parameters</Table.Th>
            <Table.Th w={136} ta="right">
              Training, about
            </Table.Th>
            <Table.Th w={128} ta="right">
              Memory, about
            </Table.Th>
            <Table.Th w={220}>
              <Text size="sm" fw={600} ta="right">
                Change
              </Text>
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {entrants.map((entrant, index) => (
            <EntrantRow key={entrant.key} entrant={entrant} models={models} estimate={known[index]} times={times} open={open === entrant.key} onOpen={() => setOpen(open === entrant.key ? null : entrant.key)} />
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
        {total !== null && (
          <Text size="sm" c="dimmed">
            Training takes about {formatSeconds(total)} in all{times > 1 ? `, each model ${times} times` : ''}; lists come on top.
          </Text>
        )}
      </Group>
    </>
  );
}

interface EntrantRowProps {
  readonly entrant: EntrantDraft;
  readonly models: readonly ModelInfo[];
  readonly estimate: Estimate | undefined;
  readonly times: number;
  readonly open: boolean;
  readonly onOpen: () => void;
}

function EntrantRow({ entrant, models, estimate, times, open, onOpen }: EntrantRowProps) {
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
          {estimate?.fits === false && (
            <Group gap={6} wrap="nowrap" align="flex-start">
              <Status tone="warn">Does not fit</Status>
              <Text size="sm">{estimate.advice}</Text>
            </Group>
          )}
        </Table.Td>
        <Table.Td className="rb-number" title={estimate?.basis}>
          {estimate === undefined ? '–' : formatSeconds(estimate.seconds * times)}
        </Table.Td>
        <Table.Td className="rb-number" title={estimate?.basis}>
          {estimate === undefined ? '–' : formatBytes(estimate.bytes)}
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
          <Table.Td colSpan={5} bg="var(--rb-surface)">
            <ParameterFields model={entrant.model} params={entrant.params} onChange={(params) => setEntrant(entrant.key, params)} />
          </Table.Td>
        </Table.Tr>
      )}
    </>
  );
}
