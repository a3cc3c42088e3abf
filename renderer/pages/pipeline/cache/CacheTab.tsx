import { Button, Group, NumberInput, Paper, Stack, Table, Text } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import type { CacheEntry, Garbage } from '../../../../shared/contract/runs.ts';
import { Answer } from '../../../components/Answer.tsx';
import { ErrorPanel } from '../../../components/ErrorPanel.tsx';
import { formatAgo, formatBytes, formatCount, formatDateTime, formatSeconds, formatUnits } from '../../../components/format.ts';
import { Status, type Tone } from '../../../components/Status.tsx';
import { refresh, useCall, useEngine } from '../../../host/engine.ts';
import { RunLink } from '../plan/StagePanel.tsx';

const kinds: Record<CacheEntry['kind'], readonly [Tone, string]> = { live: ['good', 'Visible'], cached: ['info', 'Kept'], checkpoint: ['waiting', 'Checkpoint'] };
const sum = (entries: readonly CacheEntry[]): number => entries.reduce((bytes, entry) => bytes + entry.bytes, 0);

/** What is kept of earlier runs, so that going back takes seconds, and the way to have less of it. */
export function CacheTab() {
  const cache = useEngine('cache.list', {});
  return (
    <Answer of={cache}>
      {(entries) =>
        entries.length === 0 ? (
          <Text size="sm" c="dimmed" py="xl" ta="center">
            The cache is empty. A run keeps here what its stages made, by the content of what they read and the parameters that they take.
          </Text>
        ) : (
          <Stack gap="md">
            <Summary entries={entries} />
            <CleanUp />
            <EntryTable entries={entries} label="Cache" />
          </Stack>
        )
      }
    </Answer>
  );
}

function Summary({ entries }: { readonly entries: readonly CacheEntry[] }) {
  const of = (kind: CacheEntry['kind']) => entries.filter((entry) => entry.kind === kind);
  const [live, cached, checkpoints] = [of('live'), of('cached'), of('checkpoint')];
  return (
    <Text size="sm">
      {formatUnits(live.length, 'visible build')} of {formatBytes(sum(live))}, {formatUnits(cached.length, 'earlier build')} of {formatBytes(sum(cached))}
      {checkpoints.length > 0 && `, ${formatUnits(checkpoints.length, 'checkpoint')} of ${formatBytes(sum(checkpoints))}`}. A run takes from here what it would make alike.
    </Text>
  );
}

function CleanUp() {
  const limit = useEngine('params.list', {}).data?.find(({ path }) => path === 'pipeline.cache_mb')?.value;
  const [keep, setKeep] = useState<number | string>('');
  const [found, setFound] = useState<Garbage | null>(null);
  const collect = useCall('cache.collect');
  const request = (dry: boolean) => ({ dry, ...(typeof keep === 'number' ? { keepMB: keep } : {}) });
  const look = () => collect.mutate(request(true), { onSuccess: setFound });
  const remove = () =>
    collect.mutate(request(false), {
      onSuccess: () => {
        setFound(null);
        refresh('runs');
      },
    });
  return (
    <Paper p="sm" component="section" aria-label="Clean up">
      <Stack gap="sm">
        <Group gap="sm" align="flex-end">
          <NumberInput
            label="Keep of earlier builds at most"
            suffix=" MB"
            min={0}
            w={220}
            thousandSeparator
            value={keep}
            placeholder={typeof limit === 'number' ? `${formatCount(limit)} MB, as in the settings` : ''}
            onChange={(value) => {
              setKeep(value);
              setFound(null);
            }}
          />
          <Button variant="default" onClick={look} loading={collect.isPending && found === null}>
            Show what would go
          </Button>
          <Text size="sm" c="dimmed" style={{ flex: 1 }}>
            The longest unused go first. Visible builds always stay; 0 removes all else, checkpoints too.
          </Text>
        </Group>
        {collect.error !== null && <ErrorPanel error={collect.error.toData()} />}
        {found !== null && (
          <Stack gap="xs">
            <Group justify="space-between">
              <Text size="sm" component="output">{found.removed.length === 0 ? 'Nothing would go: what is kept fits.' : `${formatUnits(found.removed.length, 'entry', 'entries')} would go and free ${formatBytes(found.bytes)}. Runs that need them again make them again.`}</Text>
              {found.removed.length > 0 && (
                <Button color="red" variant="default" leftSection={<IconTrash size={14} aria-hidden />} onClick={remove} loading={collect.isPending}>
                  Remove {formatUnits(found.removed.length, 'entry', 'entries')}
                </Button>
              )}
            </Group>
            {found.removed.length > 0 && <EntryTable entries={found.removed} label="What would go" />}
          </Stack>
        )}
      </Stack>
    </Paper>
  );
}

function EntryTable({ entries, label }: { readonly entries: readonly CacheEntry[]; readonly label: string }) {
  return (
    <Table aria-label={label} verticalSpacing={3} layout="fixed">
      <Table.Thead>
        <Table.Tr>
          <Table.Th w={132}>Stage</Table.Th>
          <Table.Th w={112}>State</Table.Th>
          <Table.Th>What it is</Table.Th>
          <Table.Th w={92} ta="right">
            Rows
          </Table.Th>
          <Table.Th w={84} ta="right">
            Size
          </Table.Th>
          <Table.Th w={84} ta="right">
            Took
          </Table.Th>
          <Table.Th w={108}>Last used</Table.Th>
          <Table.Th w={184}>Run</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {entries.map((entry) => {
          const [tone, word] = kinds[entry.kind];
          return (
            <Table.Tr key={`${entry.stage} ${entry.run} ${entry.kind} ${entry.files.join(' ')}`}>
              <Table.Td>{entry.stage}</Table.Td>
              <Table.Td>
                <Status tone={tone}>{word}</Status>
              </Table.Td>
              <Table.Td title={[...entry.tables.map(({ name }) => name), ...entry.files].join(', ')} style={{ overflowWrap: 'anywhere' }}>
                {entry.about}
              </Table.Td>
              <Table.Td className="rb-number">{entry.tables.length === 0 ? '' : formatCount(entry.tables.reduce((rows, table) => rows + table.rows, 0))}</Table.Td>
              <Table.Td className="rb-number">{entry.bytes === 0 ? '–' : formatBytes(entry.bytes)}</Table.Td>
              <Table.Td className="rb-number">{entry.kind === 'checkpoint' ? '' : formatSeconds(entry.seconds)}</Table.Td>
              <Table.Td c="dimmed" title={`Built ${formatDateTime(entry.builtAt)}`}>
                {formatAgo(entry.usedAt)}
              </Table.Td>
              <Table.Td>{entry.run === '' ? '' : <RunLink id={entry.run} />}</Table.Td>
            </Table.Tr>
          );
        })}
      </Table.Tbody>
    </Table>
  );
}
