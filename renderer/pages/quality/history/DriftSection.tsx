import { Group, Select, Text } from '@mantine/core';
import { useState } from 'react';
import type { DriftReference, HistoryPoint } from '../../../../shared/contract/quality-history.ts';
import { Answer } from '../../../components/Answer.tsx';
import { Section } from '../../../components/Page.tsx';
import { useEngine } from '../../../host/engine.ts';
import { tableKey } from '../columns/profiles.ts';
import { DriftTable } from './DriftTable.tsx';
import { pointName } from './points.ts';

/** How the values of each column moved, against an earlier check or another table. */
export function DriftSection({ points }: { readonly points: readonly HistoryPoint[] }) {
  const tables = useEngine('tables.list', {});
  return (
    <Section title="Drift" about="How the values of each column are spread now, against an earlier check or another table">
      <Answer of={tables}>{(all) => <Drifting points={points} tables={all.filter(({ schema, name, rows, group }) => rows > 0 && group !== 'records' && !(schema === 'raw' && (name.endsWith('_text') || internal.has(name))))} />}</Answer>
    </Section>
  );
}

const internal = new Set(['files', 'lines', 'rejects']);

interface Named {
  readonly schema: string;
  readonly name: string;
}

const split = (key: string): { schema: string; table: string } => {
  const at = key.indexOf('.');
  return { schema: key.slice(0, at), table: key.slice(at + 1) };
};

function Drifting({ points, tables }: { readonly points: readonly HistoryPoint[]; readonly tables: readonly Named[] }) {
  const raw = tables.filter(({ schema }) => schema === 'raw');
  const [table, setTable] = useState(tableKey(raw.find(({ name }) => name === 'ratings') ?? raw[0] ?? { schema: 'raw', name: '' }));
  const imported = table.startsWith('raw.');
  const earlier = imported ? points.toReversed() : [];
  const others = tables.filter((other) => tableKey(other) !== table);
  // The last check saw the data as they stand, most often: the one before is what they moved from.
  const [chosen, setChosen] = useState<string | null>(null);
  const known = [...earlier.map(({ id }) => `check ${id}`), ...others.map((other) => `table ${tableKey(other)}`)];
  const reference = chosen !== null && known.includes(chosen) ? chosen : (known[Math.min(1, Math.max(0, earlier.length - 1))] ?? null);
  const label = (name: string) => (name.startsWith('raw.') ? `${name.slice(4)} as imported` : name.slice(name.indexOf('.') + 1));
  return (
    <>
      <Group gap="sm" mb="sm">
        <Select aria-label="Table" w={220} searchable allowDeselect={false} value={table} onChange={(value) => value !== null && setTable(value)} data={tables.map((each) => ({ value: tableKey(each), label: label(tableKey(each)) }))} />
        <Text size="sm">against</Text>
        <Select
          aria-label="Reference"
          w={300}
          searchable
          allowDeselect={false}
          value={reference}
          onChange={setChosen}
          data={[
            { group: 'The same table at a check', items: earlier.map((point) => ({ value: `check ${point.id}`, label: pointName(point) })) },
            { group: 'Another table', items: others.map((other) => ({ value: `table ${tableKey(other)}`, label: label(tableKey(other)) })) },
          ].filter(({ items }) => items.length > 0)}
        />
      </Group>
      {reference !== null && <Compared key={`${table} ${reference}`} table={table} against={reference.startsWith('check ') ? { point: reference.slice(6) } : split(reference.slice(6))} />}
    </>
  );
}

function Compared({ table, against }: { readonly table: string; readonly against: DriftReference }) {
  const drift = useEngine('quality.drift', { ...split(table), against });
  return <Answer of={drift}>{(made) => <DriftTable drift={made} />}</Answer>;
}
