import { Button, Code, Group, Modal, ScrollArea, Text } from '@mantine/core';
import { IconBinaryTree2 } from '@tabler/icons-react';
import type { Cell, Column, TableInfo } from '../../../shared/contract/common.ts';
import { rowKey } from '../../../shared/domain/lineage.ts';
import { rowHref } from '../../components/rows.ts';
import { formatCount, formatUnits } from '../../components/format.ts';
import { copyPlain } from './copy.ts';

export interface OpenCell {
  readonly row: number;
  readonly column: Column;
  /** Undefined while it is on its way. */
  readonly value: Cell | undefined;
  /** The whole row, in the order of the table's columns. */
  readonly cells: readonly Cell[] | undefined;
}

const inFull = (value: Cell): string => (typeof value === 'string' ? value : typeof value === 'object' && value !== null ? JSON.stringify(value, null, 2) : String(value));

const kindOf = (value: Cell | undefined): string => {
  if (value === undefined) return 'On its way';
  if (value === null) return 'No value (null)';
  if (value === '') return 'Empty text';
  return typeof value === 'string' ? formatUnits(Array.from(value).length, 'character') : '';
};

/** Where the row's story is told; undefined for tables of which the rows are about nothing that was imported. */
function originOf({ schema, name, columns }: TableInfo, cells: readonly Cell[]): string | undefined {
  const table = schema === 'raw' ? `raw.${name}` : name;
  const key = rowKey(table, columns.map((column) => column.name));
  if (key.length === 0 || (schema === 'raw' && ['files', 'lines', 'rejects'].includes(name))) return undefined;
  return rowHref(table, Object.fromEntries(key.map((column) => [column, cells[columns.findIndex((each) => each.name === column)] ?? null])));
}

/** A cell's value in full, to read and to copy. */
export function CellDetail({ table, cell, onClose }: { readonly table: TableInfo; readonly cell: OpenCell | null; readonly onClose: () => void }) {
  if (cell === null) return null;
  const { row, column, value, cells } = cell;
  const origin = cells === undefined ? undefined : originOf(table, cells);
  const text = value === undefined || value === null ? '' : inFull(value);
  return (
    <Modal opened onClose={onClose} title={`${column.name}, row ${formatCount(row + 1)}`} size="lg" closeButtonProps={{ 'aria-label': 'Close the cell' }}>
      <Group justify="space-between" mb="xs">
        <Text size="sm" c="dimmed">
          {[column.type, kindOf(value)].filter((part) => part !== '').join(' · ')}
        </Text>
        <Group gap="xs">
          {origin !== undefined && (
            <Button variant="default" component="a" href={origin} leftSection={<IconBinaryTree2 size={15} />}>
              Where this row comes from
            </Button>
          )}
          <Button variant="default" disabled={value === undefined || value === null} onClick={() => void copyPlain(text, 'the cell')}>
            Copy
          </Button>
        </Group>
      </Group>
      {text !== '' && (
        <ScrollArea.Autosize mah={420} viewportProps={{ tabIndex: 0, role: 'region', 'aria-label': 'Value' }}>
          <Code block style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
            {text}
          </Code>
        </ScrollArea.Autosize>
      )}
    </Modal>
  );
}
