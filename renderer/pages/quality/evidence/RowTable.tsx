import { Checkbox, Group, Table, UnstyledButton } from '@mantine/core';
import { IconArrowDown, IconArrowsSort, IconArrowUp } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { Sort } from '../../../../shared/contract/common.ts';
import classes from '../quality.module.css';
import type { Selection } from './selection.ts';

export interface EvidenceColumn {
  readonly name: string;
  readonly right?: boolean;
  /** Wrapped prose instead of one line of code. */
  readonly prose?: boolean;
  readonly sortable?: boolean;
}

export interface EvidenceRow {
  readonly key: string;
  /** Rows without one cannot be chosen. */
  readonly id: string | undefined;
  /** What a screen reader calls the row. */
  readonly label: string;
  readonly cells: readonly ReactNode[];
}

interface RowTableProps {
  readonly label: string;
  readonly columns: readonly EvidenceColumn[];
  readonly rows: readonly EvidenceRow[];
  readonly sort: Sort | null;
  readonly onSort: (sort: Sort | null) => void;
  readonly selection?: Selection | undefined;
  readonly faded?: boolean;
  readonly maxHeight?: number;
}

/** Rows of evidence: sorted by a click on a heading, chosen with check boxes. */
export function RowTable({ label, columns, rows, sort, onSort, selection, faded = false, maxHeight = 420 }: RowTableProps) {
  const ids = rows.flatMap(({ id }) => (id === undefined ? [] : [id]));
  const onPage = selection === undefined ? 0 : ids.filter((id) => selection.chosen.has(id)).length;
  return (
    <Table.ScrollContainer minWidth={420} maxHeight={maxHeight} scrollAreaProps={{ viewportProps: { tabIndex: 0, role: 'region', 'aria-label': label } }}>
      <Table stickyHeader fz="xs" verticalSpacing={3} opacity={faded ? 0.5 : 1}>
        <Table.Thead>
          <Table.Tr>
            {selection !== undefined && (
              <Table.Th w={30}>
                <Checkbox aria-label="Choose all rows of this page" checked={onPage > 0 && onPage === ids.length} indeterminate={onPage > 0 && onPage < ids.length} onChange={selection.togglePage} />
              </Table.Th>
            )}
            {columns.map((column) => (
              <Heading key={column.name} column={column} sort={sort} onSort={onSort} />
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody onKeyDown={selection?.onKeyDown}>
          {rows.map(({ key, id, label: name, cells }) => (
            <Table.Tr key={key} data-selected={id !== undefined && selection?.chosen.has(id)} className={classes['evidence']}>
              {selection !== undefined && (
                <Table.Td>
                  {id !== undefined && (
                    <Checkbox
                      data-row={id}
                      aria-label={`Choose ${name}`}
                      checked={selection.chosen.has(id)}
                      onChange={(event) => selection.toggle(id, event.nativeEvent instanceof MouseEvent && event.nativeEvent.shiftKey)}
                    />
                  )}
                </Table.Td>
              )}
              {cells.map((cell, at) => (
                <Table.Td key={columns[at]?.name} className={classes[columns[at]?.prose === true ? 'text' : 'mono']} ta={columns[at]?.right === true ? 'right' : 'left'}>
                  {cell}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function Heading({ column: { name, right = false, sortable = true }, sort, onSort }: { readonly column: EvidenceColumn; readonly sort: Sort | null; readonly onSort: (sort: Sort | null) => void }) {
  const sorted = sort?.column === name ? sort : null;
  // Ascending, descending, as it came.
  const next = sorted === null ? { column: name, descending: false } : sorted.descending ? null : { column: name, descending: true };
  const Icon = sorted === null ? IconArrowsSort : sorted.descending ? IconArrowDown : IconArrowUp;
  return (
    <Table.Th aria-sort={sorted === null ? 'none' : sorted.descending ? 'descending' : 'ascending'} ta={right ? 'right' : 'left'}>
      {sortable ? (
        <UnstyledButton className={classes['sort']} onClick={() => onSort(next)} aria-label={`Sort by ${name}`}>
          {name}
          <Icon size={12} aria-hidden opacity={sorted === null ? 0.45 : 1} />
        </UnstyledButton>
      ) : (
        <Group component="span">{name}</Group>
      )}
    </Table.Th>
  );
}
