import { Button, Code, Group, Modal, ScrollArea, Text } from '@mantine/core';
import type { Cell, Column } from '../../../shared/contract/common.ts';
import { formatCount, formatUnits } from '../../components/format.ts';
import { copyPlain } from './copy.ts';

export interface OpenCell {
  readonly row: number;
  readonly column: Column;
  /** Undefined while it is on its way. */
  readonly value: Cell | undefined;
}

const inFull = (value: Cell): string => (typeof value === 'string' ? value : typeof value === 'object' && value !== null ? JSON.stringify(value, null, 2) : String(value));

const kindOf = (value: Cell | undefined): string => {
  if (value === undefined) return 'On its way';
  if (value === null) return 'No value (null)';
  if (value === '') return 'Empty text';
  return typeof value === 'string' ? formatUnits(Array.from(value).length, 'character') : '';
};

/** A cell's value in full, to read and to copy. */
export function CellDetail({ cell, onClose }: { readonly cell: OpenCell | null; readonly onClose: () => void }) {
  if (cell === null) return null;
  const { row, column, value } = cell;
  const text = value === undefined || value === null ? '' : inFull(value);
  return (
    <Modal opened onClose={onClose} title={`${column.name}, row ${formatCount(row + 1)}`} size="lg" closeButtonProps={{ 'aria-label': 'Close the cell' }}>
      <Group justify="space-between" mb="xs">
        <Text size="sm" c="dimmed">
          {[column.type, kindOf(value)].filter((part) => part !== '').join(' · ')}
        </Text>
        <Button variant="default" disabled={value === undefined || value === null} onClick={() => void copyPlain(text, 'the cell')}>
          Copy
        </Button>
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
