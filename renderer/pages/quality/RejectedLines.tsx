import { Pagination, Skeleton, Stack, Table, Text } from '@mantine/core';
import { IconCircleCheck } from '@tabler/icons-react';
import { useState } from 'react';
import { Empty } from '../../components/Empty.tsx';
import { formatCount, formatUnits } from '../../components/format.ts';
import { ErrorPanel } from '../../components/ErrorPanel.tsx';
import { useEngine } from '../../host/engine.ts';
import classes from './quality.module.css';

const PAGE = 50;

/** Lines that could not be read as rows, exactly as they stand in the files. */
export function RejectedLines() {
  const [page, setPage] = useState(1);
  const { data, error, isPlaceholderData } = useEngine('import.rejects', { limit: PAGE, offset: (page - 1) * PAGE }, { keep: true });
  if (error) return <ErrorPanel error={error.toData()} />;
  if (data === undefined) return <Skeleton height={320} />;
  if (data.total === 0)
    return (
      <Empty icon={<IconCircleCheck size={28} />} title="Every line could be read">
        A line with too few or too many columns, an open quote or broken characters would be listed here with its file and number.
      </Empty>
    );
  return (
    <Stack gap="sm">
      <Text size="sm" c="dimmed">
        {formatUnits(data.total, 'line')} could not be read as a row and {data.total === 1 ? 'was' : 'were'} left out of the tables.
      </Text>
      <Table fz="xs" verticalSpacing={4} opacity={isPlaceholderData ? 0.5 : 1} aria-label="Rejected lines">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>File</Table.Th>
            <Table.Th ta="right">Line</Table.Th>
            <Table.Th>Column</Table.Th>
            <Table.Th>Reason</Table.Th>
            <Table.Th>Text</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {data.rows.map((row) => (
            <Table.Tr key={`${row.file}:${row.line}:${row.column ?? ''}`}>
              <Table.Td>{row.file}</Table.Td>
              <Table.Td className="rb-number">{formatCount(row.line)}</Table.Td>
              <Table.Td>{row.column ?? ''}</Table.Td>
              <Table.Td>{row.reason}</Table.Td>
              <Table.Td className={`${classes['mono']} ${classes['text']}`}>
                <Text span inherit lineClamp={3}>
                  {row.text}
                </Text>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {data.total > PAGE && <Pagination size="xs" total={Math.ceil(data.total / PAGE)} value={page} onChange={setPage} getControlProps={(control) => ({ 'aria-label': `${control} page` })} />}
    </Stack>
  );
}
