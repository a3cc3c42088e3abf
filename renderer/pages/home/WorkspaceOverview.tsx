import { Group, Paper, SimpleGrid, Table, Text } from '@mantine/core';
import type { WorkspaceSummary } from '../../../shared/contract/methods.ts';
import type { Run } from '../../../shared/contract/pipeline.ts';
import { Figure } from '../../components/Figure.tsx';
import { formatAgo, formatBytes, formatCount, formatDateTime, formatSeconds, formatUnits } from '../../components/format.ts';
import { Section } from '../../components/Page.tsx';
import { Status, type Tone } from '../../components/Status.tsx';

const runTones: Record<Run['status'], Tone> = { succeeded: 'good', failed: 'bad', cancelled: 'skipped', blocked: 'warn' };

/** What is in the workspace: its size in figures, and its files. */
export function WorkspaceOverview({ summary }: { readonly summary: WorkspaceSummary }) {
  const { files, lastRun } = summary;
  const rejected = files.reduce((sum, file) => sum + file.rejected, 0);
  return (
    <>
      <Paper p="md" component="section" aria-label="The workspace in figures">
        <SimpleGrid cols={5}>
          <Figure label="Ratings">{formatCount(summary.ratings)}</Figure>
          <Figure label="Users">{formatCount(summary.users)}</Figure>
          <Figure label="Films">{formatCount(summary.movies)}</Figure>
          <Figure label="On disk">{formatBytes(summary.bytes)}</Figure>
          <Figure label="Last run" note={lastRun === null ? undefined : `${formatAgo(lastRun.startedAt)}, ${formatSeconds(lastRun.seconds)}`}>
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
                  <Table.Td>{file.name}</Table.Td>
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
