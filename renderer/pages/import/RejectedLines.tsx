import { Group, Pagination, Paper, Table, Text } from '@mantine/core';
import { useState } from 'react';
import type { RejectedLine } from '../../../shared/contract/sources.ts';
import { Answer } from '../../components/Answer.tsx';
import { formatCount, formatUnits } from '../../components/format.ts';
import { useEngine } from '../../host/engine.ts';

const SIZE = 50;

/** All lines that imports rejected, in pages. */
export function RejectedLines() {
  const [page, setPage] = useState(1);
  const rejects = useEngine('import.rejects', { limit: SIZE, offset: (page - 1) * SIZE }, { keep: true });
  return (
    <Answer of={rejects}>
      {({ total, rows }) =>
        total === 0 ? (
          <Text c="dimmed">No line was rejected.</Text>
        ) : (
          <>
            <RejectsTable rows={rows} />
            <Group justify="space-between" mt="sm">
              <Text size="sm" c="dimmed">
                {formatUnits(total, 'line')}
              </Text>
              {total > SIZE && <Pagination size="sm" total={Math.ceil(total / SIZE)} value={page} onChange={setPage} getControlProps={(control) => ({ 'aria-label': `${control} page` })} />}
            </Group>
          </>
        )
      }
    </Answer>
  );
}

/** Rejected lines with their place, reason and text as it came. */
export function RejectsTable({ rows, label = 'Rejected lines' }: { readonly rows: readonly RejectedLine[]; readonly label?: string }) {
  return (
    <Paper>
      <Table aria-label={label} layout="fixed">
        <Table.Thead>
          <Table.Tr>
            <Table.Th w={200}>File</Table.Th>
            <Table.Th w={90} ta="right">
              Line
            </Table.Th>
            <Table.Th w={120}>Column</Table.Th>
            <Table.Th w="30%">Reason</Table.Th>
            <Table.Th>Text</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map(({ file, line, column, reason, text }, index) => (
            <Table.Tr key={index}>
              <Table.Td>
                <Text size="sm" truncate title={file}>
                  {file}
                </Text>
              </Table.Td>
              <Table.Td className="rb-number">{formatCount(line)}</Table.Td>
              <Table.Td>{column ?? ''}</Table.Td>
              <Table.Td>{reason}</Table.Td>
              <Table.Td>
                <Text className="rb-mono" truncate title={text}>
                  {text}
                </Text>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Paper>
  );
}
