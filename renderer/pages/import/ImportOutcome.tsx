import { Button, Paper, Stack, Table } from '@mantine/core';
import { IconArrowRight } from '@tabler/icons-react';
import type { Job } from '../../../shared/contract/jobs.ts';
import type { ImportResult } from '../../../shared/contract/sources.ts';
import { formatCount, formatSeconds, formatUnits } from '../../components/format.ts';
import { JobPanel } from '../../components/JobPanel.tsx';
import { Page, Section } from '../../components/Page.tsx';
import { discardImport, useImportDraft } from '../../stores/import.ts';
import { hashOf, navigate } from '../../stores/route.ts';
import { RejectedLines } from './RejectedLines.tsx';

const isImportResult = (value: unknown): value is ImportResult => typeof value === 'object' && value !== null && 'tables' in value && 'files' in value;

/** An import on its way, and what came of it. */
export function ImportOutcome({ job }: { readonly job: Job }) {
  const result = job.status === 'succeeded' && isImportResult(job.result) ? job.result : null;
  if (result === null) {
    return (
      <Page
        title="Import"
        about={job.status === 'running' ? 'You can go on working; the import goes on.' : 'No table changed.'}
        actions={
          job.status === 'running' ? undefined : (
            <>
              <Button variant="default" onClick={discardImport}>
                Other files
              </Button>
              <Button onClick={() => useImportDraft.setState({ jobId: null })}>Back to the preview</Button>
            </>
          )
        }
      >
        <JobPanel job={job} log />
      </Page>
    );
  }
  const rejected = result.tables.reduce((sum, table) => sum + table.rejected, 0);
  return (
    <Page
      title="Imported"
      about={`${formatUnits(result.files.length, 'file')} in ${formatSeconds(result.seconds)}${result.resumed > 0 ? `; ${formatCount(result.resumed)} of them had been read before and were taken from there` : ''}`}
      actions={
        <>
          <Button variant="default" onClick={discardImport}>
            Import more
          </Button>
          <Button rightSection={<IconArrowRight size={15} />} onClick={() => navigate('quality')}>
            Check quality
          </Button>
        </>
      }
    >
      <Stack gap="lg">
        <Paper>
          <Table aria-label="Imported tables">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Table</Table.Th>
                <Table.Th ta="right">Columns</Table.Th>
                <Table.Th ta="right">Rows</Table.Th>
                <Table.Th ta="right">Rejected lines</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {result.tables.map(({ name, rows, rejected: lines, columns }) => (
                <Table.Tr key={name}>
                  <Table.Td>
                    <a href={hashOf('data', ['raw', name])}>{name}</a>
                  </Table.Td>
                  <Table.Td className="rb-number">{columns.length}</Table.Td>
                  <Table.Td className="rb-number">{formatCount(rows)}</Table.Td>
                  <Table.Td className="rb-number" c={lines > 0 ? 'var(--rb-warn)' : 'dimmed'}>
                    {formatCount(lines)}
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Paper>
        {rejected > 0 && (
          <Section title="Rejected lines" about="Kept with their place and reason; none of them is in a table.">
            <RejectedLines />
          </Section>
        )}
      </Stack>
    </Page>
  );
}
