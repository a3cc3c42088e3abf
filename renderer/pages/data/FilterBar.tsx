import { Button, Group, Pill, Popover, Select, Stack, TextInput } from '@mantine/core';
import { IconFilter } from '@tabler/icons-react';
import { useState } from 'react';
import type { Column, Filter } from '../../../shared/contract/common.ts';
import { isNumeric } from '../../components/format.ts';
import { filterText, needsValue, operators } from './view.ts';

export interface FilterBarProps {
  readonly columns: readonly Column[];
  readonly filters: readonly Filter[];
  readonly onChange: (filters: readonly Filter[]) => void;
}

/** The filters of a table as chips; all of them must hold. */
export function FilterBar({ columns, filters, onChange }: FilterBarProps) {
  const [opened, setOpened] = useState(false);
  return (
    <Group gap="xs" mih={30}>
      <Popover opened={opened} onChange={setOpened} position="bottom-start" trapFocus withinPortal shadow="md">
        <Popover.Target>
          <Button variant="default" leftSection={<IconFilter size={14} />} aria-expanded={opened} onClick={() => setOpened(!opened)}>
            Filter
          </Button>
        </Popover.Target>
        <Popover.Dropdown>
          <NewFilter
            columns={columns}
            onAdd={(filter) => {
              onChange([...filters, filter]);
              setOpened(false);
            }}
          />
        </Popover.Dropdown>
      </Popover>
      {filters.map((filter, index) => (
        <Pill key={filterText(filter)} withRemoveButton size="md" removeButtonProps={{ 'aria-label': `Remove the filter ${filterText(filter)}`, 'aria-hidden': false, tabIndex: 0 }} onRemove={() => onChange(filters.toSpliced(index, 1))}>
          {filterText(filter)}
        </Pill>
      ))}
      {filters.length > 1 && (
        <Button variant="subtle" color="gray" onClick={() => onChange([])}>
          Clear all
        </Button>
      )}
    </Group>
  );
}

function NewFilter({ columns, onAdd }: { readonly columns: readonly Column[]; readonly onAdd: (filter: Filter) => void }) {
  const [column, setColumn] = useState(columns[0]?.name ?? '');
  const [op, setOp] = useState<Filter['op']>(isNumeric(columns[0]?.type ?? '') ? '=' : 'contains');
  const [value, setValue] = useState('');
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        onAdd({ column, op, ...(needsValue(op) ? { value } : {}) });
      }}
    >
      <Stack gap="sm">
        <Group gap="xs" align="flex-end" wrap="nowrap">
          <Select label="Column" w={170} searchable openOnFocus={false} data={columns.map(({ name }) => name)} value={column} onChange={(next) => setColumn(next ?? column)} comboboxProps={{ withinPortal: false }} />
          <Select label="Condition" w={120} data={[...operators]} value={op} onChange={(next) => setOp(operators.find((other) => other === next) ?? op)} comboboxProps={{ withinPortal: false }} />
          <TextInput label="Value" w={170} value={value} disabled={!needsValue(op)} onChange={(event) => setValue(event.currentTarget.value)} />
        </Group>
        <Button type="submit" ml="auto" disabled={needsValue(op) && value === ''}>
          Add filter
        </Button>
      </Stack>
    </form>
  );
}
