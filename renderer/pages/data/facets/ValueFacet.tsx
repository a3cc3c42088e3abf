import { Button, Group, SegmentedControl, Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { useState } from 'react';
import type { Column, Filter, TableInfo } from '../../../../shared/contract/common.ts';
import type { Input } from '../../../../shared/contract/methods.ts';
import { formatCell, formatCount, formatUnits } from '../../../components/format.ts';
import { engineKey, queryClient, useEngine } from '../../../host/engine.ts';
import { Counting } from './Counting.tsx';
import classes from './Facets.module.css';
import { choiceIn, type Grouping, withChoice, withoutChoice } from './facets.ts';

export interface FacetProps {
  readonly table: TableInfo;
  readonly column: Column;
  readonly filters: readonly Filter[];
  readonly onFilters: (filters: Filter[]) => void;
}

const MISSING = ' null';
const groupings: readonly { readonly value: Grouping; readonly label: string }[] = [{ value: 'value', label: 'Value' }, { value: 'pattern', label: 'Pattern' }, { value: 'length', label: 'Length' }];

/** The values of a column with their counts under the other filters; what is checked is kept, or left out when inverted. */
export function ValueFacet({ table, column, filters, onFilters }: FacetProps) {
  const [by, setBy] = useState<Grouping>('value');
  const [order, setOrder] = useState<'count' | 'value'>('count');
  const [text, setText] = useState('');
  const [exact, setExact] = useState(false);
  const [search] = useDebouncedValue(text, 250);
  const { values: chosen, inverted } = choiceIn(filters, column.name, by);
  const request: Input<'tables.facet'> = { schema: table.schema, table: table.name, filters: withoutChoice(filters, column.name, by), column: column.name, by, search, order, exact, always: chosen.filter((value) => value !== null) };
  const answer = useEngine('tables.facet', request, { keep: true });
  const choose = (values: readonly (string | null)[], invert = inverted) => onFilters(withChoice(filters, column.name, by, { values, inverted: invert }));
  const facet = answer.data;
  const entries = facet === undefined ? [] : [...(facet.missing > 0 || chosen.includes(null) ? [{ value: null, count: facet.missing }] : []), ...facet.values];
  const most = Math.max(1, ...entries.map(({ count }) => count));
  return (
    <>
      {column.type === 'VARCHAR' && <SegmentedControl fullWidth size="xs" aria-label={`Group ${column.name} by`} data={[...groupings]} value={by} onChange={(next) => setBy(groupings.find(({ value }) => value === next)?.value ?? 'value')} />}
      <TextInput aria-label={`Search in ${column.name}`} placeholder="Search" leftSection={<IconSearch size={13} />} value={text} onChange={(event) => setText(event.currentTarget.value)} />
      {facet?.tooMany === true ? (
        <Text size="xs" c="dimmed" component="div">
          About {formatCount(facet.distinct)} different values: search among them{' '}
          <Button variant="subtle" size="compact-xs" onClick={() => setExact(true)}>or count them all</Button>
        </Text>
      ) : (
        facet !== undefined && (
          <Group justify="space-between" wrap="nowrap" gap={4}>
            <Text size="xs" c="dimmed" aria-live="polite">
              {facet.found > facet.values.length ? `${formatCount(facet.values.length)} of ${formatUnits(facet.found, 'value')}` : formatUnits(facet.found, 'value')}
            </Text>
            <Button variant="subtle" size="compact-xs" color="gray" onClick={() => setOrder(order === 'count' ? 'value' : 'count')}>
              {order === 'count' ? 'Most first' : 'By value'}
            </Button>
          </Group>
        )
      )}
      <fieldset className={classes['values']} aria-label={`Values of ${column.name}`} data-stale={answer.isPlaceholderData || undefined}>
        {entries.map(({ value, count }) => (
          <label key={value ?? MISSING} className={classes['value']} title={value ?? 'null'}>
            <input type="checkbox" checked={chosen.includes(value)} onChange={(event) => choose(event.currentTarget.checked ? [...chosen, value] : chosen.filter((other) => other !== value))} />
            <span className={classes['text']} data-faint={value === null || value.trim() === '' || undefined}>
              {value === null ? 'null' : value === '' ? 'empty' : value.trim() === '' ? '␣'.repeat(value.length) : formatCell(value, column.type)}
            </span>
            <span className={classes['bar']} style={{ width: `${(count / most) * 34}%` }} aria-hidden />
            <span className={classes['count']}>{formatCount(count)}</span>
          </label>
        ))}
      </fieldset>
      <Counting of={answer} onCancel={() => void queryClient.cancelQueries({ queryKey: engineKey('tables.facet', request) })} />
      {chosen.length > 0 && (
        <Group gap={4}>
          <Button variant={inverted ? 'light' : 'subtle'} size="compact-xs" aria-pressed={inverted} onClick={() => choose(chosen, !inverted)}>Invert</Button>
          <Button variant="subtle" size="compact-xs" color="gray" onClick={() => choose([])}>Reset</Button>
        </Group>
      )}
    </>
  );
}
