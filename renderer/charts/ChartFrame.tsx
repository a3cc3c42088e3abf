import { ActionIcon, Group, ScrollArea, Table, Text, Tooltip } from '@mantine/core';
import { IconChartBar, IconTable } from '@tabler/icons-react';
import { type ReactNode, useId, useState } from 'react';

export interface ChartFrameProps {
  readonly title: string;
  /** The chart in a sentence: what a listener hears, and a caption under the title. */
  readonly summary: string;
  readonly height: number;
  /** The same figures as a table. */
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** The chart tells its points one by one to whoever cannot see it (`Points`), so that it is not hidden from them. */
  readonly told?: boolean;
  /** Controls of the chart, beside the switch. */
  readonly controls?: ReactNode;
  readonly children: ReactNode;
}

/** Around every chart: its title, its summary in words, and the switch to the same figures as a table. */
export function ChartFrame({ title, summary, height, columns, rows, told = false, controls, children }: ChartFrameProps) {
  const [asTable, setAsTable] = useState(false);
  const id = useId();
  const Icon = asTable ? IconChartBar : IconTable;
  return (
    <figure aria-labelledby={id} style={{ margin: 0 }}>
      <Group justify="space-between" wrap="nowrap" align="flex-start" gap="xs" mb={4} component="figcaption">
        <div>
          <Text size="sm" fw={500} id={id}>
            {title}
          </Text>
          <Text size="xs" c="dimmed">
            {summary}
          </Text>
        </div>
        <Group gap="xs" wrap="nowrap" style={{ flex: 'none' }}>
          {controls}
          <Tooltip label={asTable ? 'View as chart' : 'View as table'}>
            <ActionIcon size="sm" aria-label={`${asTable ? 'View as chart' : 'View as table'}: ${title}`} aria-pressed={asTable} onClick={() => setAsTable(!asTable)}>
              <Icon size={15} />
            </ActionIcon>
          </Tooltip>
        </Group>
      </Group>
      <div style={{ height }}>
        {asTable ? (
          <ScrollArea h={height} viewportProps={{ tabIndex: 0, 'aria-label': title, role: 'region' }}>
            <Table fz="xs" verticalSpacing={2} stickyHeader aria-label={title}>
              <Table.Thead>
                <Table.Tr>
                  {columns.map((column, index) => (
                    <Table.Th key={column} ta={index === 0 ? 'left' : 'right'}>
                      {column}
                    </Table.Th>
                  ))}
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {rows.map((row, index) => (
                  <Table.Tr key={index}>
                    {row.map((cell, column) => (
                      <Table.Td key={column} ta={column === 0 ? 'left' : 'right'}>
                        {cell}
                      </Table.Td>
                    ))}
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </ScrollArea>
        ) : (
          <div aria-hidden={told ? undefined : true} style={{ height }}>
            {children}
          </div>
        )}
      </div>
    </figure>
  );
}
