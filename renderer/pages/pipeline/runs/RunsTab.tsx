import { Button, Checkbox, Group, SegmentedControl, Stack, Table, Text, TextInput, UnstyledButton, VisuallyHidden } from '@mantine/core';
import { IconArrowsDiff, IconSearch } from '@tabler/icons-react';
import { useState } from 'react';
import type { PipelineStatus, Run } from '../../../../shared/contract/pipeline.ts';
import { Answer } from '../../../components/Answer.tsx';
import { formatDateTime, formatSeconds, formatUnits } from '../../../components/format.ts';
import { Status } from '../../../components/Status.tsx';
import { useEngine } from '../../../host/engine.ts';
import { navigate, useRoute } from '../../../stores/route.ts';
import classes from '../pipeline.module.css';
import { Durations } from './Durations.tsx';
import { RunView } from './RunView.tsx';
import { afterText, matches, outcomeText, type RunFilter, runWords } from './words.ts';

const BLOCK = 50;
const statuses: readonly { readonly value: RunFilter['status']; readonly label: string }[] = [
  { value: 'all', label: 'All' }, { value: 'succeeded', label: 'Succeeded' }, { value: 'failed', label: 'Failed' }, { value: 'blocked', label: 'Blocked' }, { value: 'cancelled', label: 'Cancelled' },
];

/** The runs, newest first; one of them in full when the address names it. */
export function RunsTab({ status, running }: { readonly status: PipelineStatus; readonly running: boolean }) {
  const id = useRoute().rest[1];
  return id === undefined ? <RunList /> : <RunView key={id} id={id} status={status} running={running} />;
}

function RunList() {
  const [limit, setLimit] = useState(BLOCK);
  const [filter, setFilter] = useState<RunFilter>({ status: 'all', text: '' });
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const runs = useEngine('runs.list', { limit: limit + 1, offset: 0 }, { keep: true });
  const choose = (id: string, on: boolean) => setChosen(on ? [...chosen, id].slice(-2) : chosen.filter((other) => other !== id));
  return (
    <Answer of={runs}>
      {(list) => {
        if (list.length === 0) {
          return (
            <Text size="sm" c="dimmed" py="xl" ta="center">
              Nothing has been run in this workspace yet. Each run will stand here with what it did, how long it took and why.
            </Text>
          );
        }
        const known = list.slice(0, limit);
        const shown = known.filter((run) => matches(run, filter));
        const pair = known.filter(({ id }) => chosen.includes(id)).toReversed();
        return (
          <Stack gap="sm">
            <Durations runs={known} />
            <Group gap="sm">
              <SegmentedControl aria-label="Outcome" data={[...statuses]} value={filter.status} onChange={(value) => setFilter({ ...filter, status: value })} />
              <TextInput aria-label="Stage or run" placeholder="Stage or run" leftSection={<IconSearch size={14} aria-hidden />} value={filter.text} onChange={(event) => setFilter({ ...filter, text: event.currentTarget.value })} />
              <Text size="sm" c="dimmed" component="output">
                {shown.length === known.length ? formatUnits(known.length, 'run') : `${shown.length} of ${formatUnits(known.length, 'run')}`}
              </Text>
              <Button ml="auto" variant="default" leftSection={<IconArrowsDiff size={14} aria-hidden />} disabled={pair.length !== 2} onClick={() => navigate('pipeline', ['compare', ...pair.map(({ id }) => id)])}>
                {pair.length === 2 ? 'Compare the two' : 'Choose two to compare'}
              </Button>
            </Group>
            <Table aria-label="Runs" verticalSpacing={4} layout="fixed">
              <Table.Thead>
                <Table.Tr>
                  <Table.Th w={36}>
                    <VisuallyHidden>Compare</VisuallyHidden>
                  </Table.Th>
                  <Table.Th w={180}>Started</Table.Th>
                  <Table.Th w={118}>Outcome</Table.Th>
                  <Table.Th>What it did</Table.Th>
                  <Table.Th w={90} ta="right">
                    Time
                  </Table.Th>
                  <Table.Th w={184}>Run</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {shown.map((run) => (
                  <RunRow key={run.id} run={run} chosen={chosen.includes(run.id)} onChoose={choose} />
                ))}
              </Table.Tbody>
            </Table>
            {shown.length === 0 && (
              <Text size="sm" c="dimmed" py="md" ta="center">
                None of these runs fits.
              </Text>
            )}
            {list.length > limit && (
              <Button variant="default" mx="auto" onClick={() => setLimit(limit + 4 * BLOCK)}>
                Show earlier runs
              </Button>
            )}
          </Stack>
        );
      }}
    </Answer>
  );
}

function RunRow({ run, chosen, onChoose }: { readonly run: Run; readonly chosen: boolean; readonly onChoose: (id: string, on: boolean) => void }) {
  const [tone, word] = runWords[run.status];
  const open = () => navigate('pipeline', ['runs', run.id]);
  const how = afterText(run);
  return (
    <Table.Tr className={classes['row']} onClick={open}>
      <Table.Td onClick={(event) => event.stopPropagation()}>
        <Checkbox aria-label={`Compare the run ${run.id}`} checked={chosen} onChange={(event) => onChoose(run.id, event.currentTarget.checked)} />
      </Table.Td>
      <Table.Td>
        <UnstyledButton fz="sm" onClick={open}>
          {formatDateTime(run.startedAt)}
        </UnstyledButton>
      </Table.Td>
      <Table.Td>
        <Status tone={tone}>{word}</Status>
      </Table.Td>
      <Table.Td c="dimmed">
        <Text size="sm" truncate title={outcomeText(run, 99)}>
          {[how, outcomeText(run)].filter((part) => part !== '').join(': ')}
        </Text>
      </Table.Td>
      <Table.Td className="rb-number">{formatSeconds(run.seconds)}</Table.Td>
      <Table.Td c="dimmed" className="rb-mono">
        {run.id}
      </Table.Td>
    </Table.Tr>
  );
}
