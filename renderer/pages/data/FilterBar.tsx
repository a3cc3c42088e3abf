import { Button, Group, Pill, Popover, Select, Stack, TagsInput, TextInput } from '@mantine/core';
import { IconFilter } from '@tabler/icons-react';
import { useState } from 'react';
import type { Column, Filter } from '../../../shared/contract/common.ts';
import { filterText, operatorsOf, valuesOf } from './view.ts';

export interface FilterBarProps {
  readonly columns: readonly Column[];
  readonly filters: readonly Filter[];
  /** The column that a new filter is being made for; `''` for any, null when none is. */
  readonly making: string | null;
  readonly onMaking: (column: string | null) => void;
  readonly onChange: (filters: readonly Filter[]) => void;
}

/** The filters of a table as chips; all of them must hold. */
export function FilterBar({ columns, filters, making, onMaking, onChange }: FilterBarProps) {
  return (
    <Group gap="xs" mih={30}>
      <Popover opened={making !== null} onChange={(opened) => onMaking(opened ? '' : null)} position="bottom-start" trapFocus returnFocus withinPortal shadow="md">
        <Popover.Target>
          <Button variant="default" leftSection={<IconFilter size={14} />} aria-expanded={making !== null} onClick={() => onMaking(making === null ? '' : null)}>
            Filter
          </Button>
        </Popover.Target>
        <Popover.Dropdown>
          <NewFilter
            key={making}
            columns={columns}
            first={columns.find(({ name }) => name === making) ?? columns[0]}
            onAdd={(filter) => {
              onChange([...filters, filter]);
              onMaking(null);
            }}
          />
        </Popover.Dropdown>
      </Popover>
      {filters.map((filter, index) => (
        <Pill key={JSON.stringify(filter)} withRemoveButton size="md" removeButtonProps={{ 'aria-label': `Remove the filter ${filterText(filter)}`, 'aria-hidden': false, tabIndex: 0 }} onRemove={() => onChange(filters.toSpliced(index, 1))}>
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

function NewFilter({ columns, first, onAdd }: { readonly columns: readonly Column[]; readonly first: Column | undefined; readonly onAdd: (filter: Filter) => void }) {
  const [column, setColumn] = useState(first);
  const operators = operatorsOf(column?.type ?? '');
  const [wanted, setOp] = useState<Filter['op'] | null>(null);
  const op = operators.find((other) => other === wanted) ?? operators[0] ?? '=';
  const [value, setValue] = useState('');
  const [upper, setUpper] = useState('');
  const [list, setList] = useState<string[]>([]);
  const takes = valuesOf(op);
  const complete = takes === 'none' || (takes === 'one' && value !== '') || (takes === 'two' && value !== '' && upper !== '') || (takes === 'many' && list.length > 0);
  if (column === undefined) return null;
  const filter = (): Filter => {
    const base = { column: column.name, op };
    if (takes === 'none') return base;
    return takes === 'one' ? { ...base, value } : { ...base, values: takes === 'two' ? [value, upper] : list };
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (complete) onAdd(filter());
      }}
    >
      <Stack gap="sm">
        <Group gap="xs" align="flex-end" wrap="nowrap">
          <Select label="Column" w={170} searchable openOnFocus={false} data={columns.map(({ name }) => name)} value={column.name} onChange={(next) => setColumn(columns.find(({ name }) => name === next) ?? column)} comboboxProps={{ withinPortal: false }} />
          <Select label="Condition" w={120} data={[...operators]} value={op} onChange={(next) => setOp(operators.find((other) => other === next) ?? op)} comboboxProps={{ withinPortal: false }} />
          {takes === 'many' ? (
            <TagsInput label="Values" w={220} placeholder="Enter after each" splitChars={[]} acceptValueOnBlur value={list} onChange={setList} comboboxProps={{ withinPortal: false }} />
          ) : (
            <TextInput label={takes === 'two' ? 'From' : 'Value'} w={takes === 'two' ? 104 : 170} value={value} disabled={takes === 'none'} onChange={(event) => setValue(event.currentTarget.value)} />
          )}
          {takes === 'two' && <TextInput label="To" w={104} value={upper} onChange={(event) => setUpper(event.currentTarget.value)} />}
        </Group>
        <Button type="submit" ml="auto" disabled={!complete}>
          Add filter
        </Button>
      </Stack>
    </form>
  );
}
