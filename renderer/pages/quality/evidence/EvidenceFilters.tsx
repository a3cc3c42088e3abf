import { Button, Group, Pill, Popover, Select, Stack, TextInput } from '@mantine/core';
import { IconFilter } from '@tabler/icons-react';
import { useState } from 'react';
import type { EvidenceFilter } from '../../../../shared/contract/decisions.ts';

const operators: readonly EvidenceFilter['op'][] = ['contains', '=', '!=', '<', '<=', '>', '>=', 'starts with', 'is empty', 'is not empty'];
const needsValue = (op: EvidenceFilter['op']) => op !== 'is empty' && op !== 'is not empty';
const words = ({ column, op, value = '' }: EvidenceFilter) => (needsValue(op) ? `${column} ${op} ${value}` : `${column} ${op}`);

interface EvidenceFiltersProps {
  readonly columns: readonly string[];
  readonly filters: readonly EvidenceFilter[];
  readonly onChange: (filters: readonly EvidenceFilter[]) => void;
}

/** The filters of evidence as chips; all of them must hold. */
export function EvidenceFilters({ columns, filters, onChange }: EvidenceFiltersProps) {
  const [opened, setOpened] = useState(false);
  const [column, setColumn] = useState('value');
  const [op, setOp] = useState<EvidenceFilter['op']>('contains');
  const [value, setValue] = useState('');
  const ready = !needsValue(op) || value !== '';
  return (
    <Group gap={6}>
      <Popover opened={opened} onChange={setOpened} position="bottom-start" trapFocus shadow="md">
        <Popover.Target>
          <Button size="compact-xs" variant="default" leftSection={<IconFilter size={14} aria-hidden />} aria-expanded={opened} onClick={() => setOpened(!opened)}>
            Filter
          </Button>
        </Popover.Target>
        <Popover.Dropdown>
          <form
            onSubmit={(event) => {
              event.preventDefault();
              if (!ready) return;
              onChange([...filters, { column, op, ...(needsValue(op) ? { value } : {}) }]);
              setValue('');
              setOpened(false);
            }}
          >
            <Stack gap="xs" w={220}>
              <Select label="Column" data={[...columns]} value={column} onChange={(next) => setColumn(next ?? column)} comboboxProps={{ withinPortal: false }} />
              <Select label="Condition" data={[...operators]} value={op} onChange={(next) => setOp(operators.find((other) => other === next) ?? op)} comboboxProps={{ withinPortal: false }} />
              <TextInput label="Value" value={value} disabled={!needsValue(op)} onChange={(event) => setValue(event.currentTarget.value)} data-autofocus />
              <Button type="submit" disabled={!ready}>
                Add filter
              </Button>
            </Stack>
          </form>
        </Popover.Dropdown>
      </Popover>
      {filters.map((filter, at) => (
        <Pill key={words(filter)} withRemoveButton removeButtonProps={{ 'aria-label': `Remove the filter ${words(filter)}`, 'aria-hidden': false, tabIndex: 0 }} onRemove={() => onChange(filters.toSpliced(at, 1))}>
          {words(filter)}
        </Pill>
      ))}
    </Group>
  );
}
