import { Paper, Stack, Table, Text, UnstyledButton } from '@mantine/core';
import { useState } from 'react';
import type { Reconciliation } from '../../../../shared/contract/quality-history.ts';
import { outcomeWords } from '../../../../shared/domain/outcomes.ts';
import { formatCount, formatDateTime, formatUnits } from '../../../components/format.ts';
import classes from './reconciliation.module.css';
import { FigurePanel } from './FigurePanel.tsx';
import { columnTitle, figureOf, figureOfAll, type FigurePlace } from './figures.ts';

/** The table that adds up; each figure opens to what it stands for. */
export function ReconciliationTable({ reconciliation }: { readonly reconciliation: Reconciliation }) {
  const [open, setOpen] = useState<FigurePlace | null>(null);
  const { rows, outcomes, builtAt } = reconciliation;
  const columns = ['imported', ...outcomes, 'fixed', 'difference'];
  const off = rows.filter(({ difference }) => difference !== 0).length;
  const isOpen = (table: string, column: string) => open?.table === table && open.column === column;
  return (
    <Stack gap="md">
      <div>
        <Text size="sm">
          {off === 0 ? 'Every imported row of the last good run is accounted for' : `${formatUnits(off, 'table')} of the last good run ${off === 1 ? 'does' : 'do'} not add up`}
          {builtAt === null ? '.' : `, made ${formatDateTime(builtAt)}.`} Imported = {outcomes.map((name) => outcomeWords(name).title.toLowerCase()).join(' + ')}.
        </Text>
        <Text size="sm" c="dimmed">
          Choose a figure to see what it stands for.
        </Text>
      </div>
      <Table.ScrollContainer minWidth={760} scrollAreaProps={{ viewportProps: { tabIndex: 0, role: 'region', 'aria-label': 'Where every row went' } }}>
        <Table fz="sm" verticalSpacing={5} horizontalSpacing={7} aria-label="Reconciliation">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Table</Table.Th>
              {columns.map((column) => (
                <Table.Th key={column} ta="right" className={classes[column] ?? ''} style={{ whiteSpace: 'nowrap' }}>
                  {columnTitle(column)}
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows.map((row) => (
              <Table.Tr key={row.table}>
                <Table.Th scope="row" fw={500}>
                  {row.table}
                </Table.Th>
                {columns.map((column) => {
                  const figure = figureOf(row, column);
                  return (
                    <Table.Td key={column} className={`rb-number ${classes[column] ?? ''}`}>
                      <UnstyledButton
                        className={classes['figure'] ?? ''}
                        fz="sm"
                        data-nothing={figure === 0 || undefined}
                        data-off={(column === 'difference' && figure !== 0) || undefined}
                        aria-expanded={isOpen(row.table, column)}
                        aria-label={`${columnTitle(column)} of ${row.table}: ${formatCount(figure)}`}
                        onClick={() => setOpen(isOpen(row.table, column) ? null : { table: row.table, column })}
                      >
                        {formatCount(figure)}
                      </UnstyledButton>
                    </Table.Td>
                  );
                })}
              </Table.Tr>
            ))}
          </Table.Tbody>
          {rows.length > 1 && (
            <Table.Tfoot>
              <Table.Tr>
                <Table.Th scope="row">all</Table.Th>
                {columns.map((column) => (
                  <Table.Td key={column} fw={600} className={`rb-number ${classes[column] ?? ''}`}>
                    {formatCount(figureOfAll(rows, column))}
                  </Table.Td>
                ))}
              </Table.Tr>
            </Table.Tfoot>
          )}
        </Table>
      </Table.ScrollContainer>
      {open !== null && (
        <Paper component="section" aria-label="What the figure stands for" aria-live="polite" p="md">
          <FigurePanel reconciliation={reconciliation} place={open} onClose={() => setOpen(null)} />
        </Paper>
      )}
    </Stack>
  );
}
