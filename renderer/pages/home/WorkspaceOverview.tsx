import { Anchor, Group, Paper, SimpleGrid, Table, Text } from '@mantine/core';
import type { WorkspaceSummary } from '../../../shared/contract/methods.ts';
import type { Run } from '../../../shared/contract/pipeline.ts';
import { Figure } from '../../components/Figure.tsx';
import { formatAgo, formatBytes, formatCount, formatDateTime, formatSeconds, formatUnits } from '../../components/format.ts';
import { LineageLink } from '../../components/LineageLink.tsx';
import { Section } from '../../components/Page.tsx';
import { hashOf } from '../../stores/route.ts';
import { Status, type Tone } from '../../components/Status.tsx';

const runTones: Record<Run['status'], Tone> = { succeeded: 'good', failed: 'bad', cancelled: 'skipped', blocked: 'warn' };

/** To where a figure comes from: the built table, or before a run the imported one that it was counted in. */
function TableLink({ table, summary }: { readonly table: 'ratings' | 'users' | 'movies'; readonly summary: WorkspaceSummary }) {
  const raw = table === 'users' ? 'raw.ratings' : `raw.${table}`;
  if (!summary.built && !summary.files.some(({ kind }) => `raw.${kind}` === raw)) return null;
  return <LineageLink kind="table" name={summary.built ? table : raw} />;
}

/** What is in the workspace: its size in figures, and its files. */
export function WorkspaceOverview({ summary }: { readonly summary: WorkspaceSummary }) {
  const { files, lastRun } = summary;
  const rejected = files.reduce((sum, file) => sum + file.rejected, 0);
  return (
    <>
      <Paper p="md" component="section" aria-label="The workspace in figures">
        <SimpleGrid cols={5}>
          <Figure label="Ratings" beside={<TableLink table="ratings" summary={summary} />}>{formatCount(summary.ratings)}</Figure>
          <Figure label="Users" beside={<TableLink table="users" summary={summary} />}>{formatCount(summary.users)}</Figure>
          <Figure label="Films" beside={<TableLink table="movies" summary={summary} />}>{formatCount(summary.movies)}</Figure>
          <Figure label="On disk">{formatBytes(summary.bytes)}</Figure>
          <Figure label="Last run" beside={lastRun !== null && <LineageLink kind="run" name={lastRun.id} />} note={lastRun === null ? undefined : `${formatAgo(lastRun.startedAt)}, ${formatSeconds(lastRun.seconds)}`}>
            {lastRun === null ? 'None yet' : <Group h={26}><Status tone={runTones[lastRun.status]} size="md">{lastRun.status}</Status></Group>}
          </Figure>
        </SimpleGrid>
      </Paper>
      <Section title="Files" about={`${formatUnits(files.length, 'file')}${rejected === 0 ? '' : `, ${formatUnits(rejected, 'rejected line')}`}`}>
        <Paper>
          <Table aria-label="Imported files">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>File</Table.Th>
                <Table.Th>Table</Table.Th>
                <Table.Th ta="right">Rows</Table.Th>
                <Table.Th ta="right">Rejected</Table.Th>
                <Table.Th ta="right">Imported</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {files.map((file) => (
                <Table.Tr key={`${file.name}:${file.importedAt}`}>
                  <Table.Td>
                    <Anchor href={hashOf('lineage', ['file', file.name])} size="sm">
                      {file.name}
                    </Anchor>
                  </Table.Td>
                  <Table.Td>
                    <Text size="sm" c="dimmed">
                      {file.kind}
                    </Text>
                  </Table.Td>
                  <Table.Td className="rb-number">{formatCount(file.rows)}</Table.Td>
                  <Table.Td className="rb-number" c={file.rejected > 0 ? 'var(--rb-warn)' : 'dimmed'}>
                    {formatCount(file.rejected)}
                  </Table.Td>
                  <Table.Td className="rb-number" c="dimmed">
                    {formatDateTime(file.importedAt)}
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Paper>
      </Section>
    </>
  );
}
