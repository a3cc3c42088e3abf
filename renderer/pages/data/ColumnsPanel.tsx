import { ActionIcon, Button, Checkbox, Group, Popover, Text, TextInput } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconColumns3, IconPin, IconPinFilled } from '@tabler/icons-react';
import { useState } from 'react';
import type { TableInfo } from '../../../shared/contract/common.ts';
import classes from './Data.module.css';
import { arranged, type Layout, nudged, placed, withOrWithout } from './grid/layout.ts';

/** Which columns are shown, in which order, and which stay at the left. */
export function ColumnsPanel({ table, layout, onChange }: { readonly table: TableInfo; readonly layout: Layout; readonly onChange: (layout: Layout) => void }) {
  const [text, setText] = useState('');
  const { hidden, pinned } = layout;
  const shown = placed(table.columns, layout).length;
  const all = arranged(table.columns, layout);
  return (
    <Popover position="bottom-end" shadow="md" trapFocus returnFocus width={300}>
      <Popover.Target>
        <Button variant="default" leftSection={<IconColumns3 size={15} />}>
          {shown === table.columns.length ? 'Columns' : `${shown} of ${table.columns.length}`}
        </Button>
      </Popover.Target>
      <Popover.Dropdown p="xs">
        {all.length > 12 && <TextInput mb="xs" aria-label="Find a column" placeholder="Find a column" value={text} onChange={(event) => setText(event.currentTarget.value)} />}
        <fieldset className={classes['panel']} aria-label="Columns">
          {all.filter(({ name }) => name.toLowerCase().includes(text.toLowerCase())).map(({ name }) => (
            <div key={name} className={classes['panelRow']}>
              <Checkbox flex={1} miw={0} label={name} checked={!hidden.includes(name)} disabled={!hidden.includes(name) && shown === 1} onChange={(event) => onChange({ ...layout, hidden: withOrWithout(hidden, name, !event.currentTarget.checked) })} />
              <ActionIcon size="sm" aria-label={`Pin ${name}`} aria-pressed={pinned.includes(name)} onClick={() => onChange({ ...layout, pinned: withOrWithout(pinned, name, !pinned.includes(name)) })}>
                {pinned.includes(name) ? <IconPinFilled size={14} /> : <IconPin size={14} />}
              </ActionIcon>
              <ActionIcon size="sm" aria-label={`Move ${name} left`} disabled={hidden.includes(name)} onClick={() => onChange(nudged(table.columns, layout, name, -1))}>
                <IconArrowUp size={14} />
              </ActionIcon>
              <ActionIcon size="sm" aria-label={`Move ${name} right`} disabled={hidden.includes(name)} onClick={() => onChange(nudged(table.columns, layout, name, 1))}>
                <IconArrowDown size={14} />
              </ActionIcon>
            </div>
          ))}
        </fieldset>
        <Group justify="space-between" mt="xs">
          <Text size="xs" c="dimmed">
            {shown} of {table.columns.length} shown
          </Text>
          <Group gap={4}>
            <Button variant="subtle" size="compact-xs" disabled={hidden.length === 0} onClick={() => onChange({ ...layout, hidden: [] })}>
              Show all
            </Button>
            <Button variant="subtle" size="compact-xs" color="gray" onClick={() => onChange({ ...layout, order: [], hidden: [], pinned: [], widths: {} })}>
              As in the table
            </Button>
          </Group>
        </Group>
      </Popover.Dropdown>
    </Popover>
  );
}
