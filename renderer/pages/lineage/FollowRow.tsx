import { Button, Group, TextInput } from '@mantine/core';
import { useState } from 'react';
import { rowKey } from '../../../shared/domain/lineage.ts';
import { Section } from '../../components/Page.tsx';
import { useEngine } from '../../host/engine.ts';
import { navigate } from '../../stores/route.ts';
import { rowParams } from '../../components/rows.ts';

/** Asks for the columns that name a row of the table, and leads to where that row comes from. */
export function FollowRow({ table }: { readonly table: string }) {
  const tables = useEngine('tables.list', {});
  const [key, setKey] = useState<Readonly<Record<string, string>>>({});
  const [schema, name] = table.startsWith('raw.') ? ['raw', table.slice(4)] : ['main', table];
  const columns = tables.data?.find((info) => info.schema === schema && info.name === name)?.columns.map((column) => column.name) ?? [];
  const named = rowKey(table, columns).slice(0, 4);
  if (named.length === 0) return null;
  const filled = named.filter((column) => (key[column] ?? '').trim() !== '');
  return (
    <Section title="Follow a row" about="To the lines that it came from, or to why it is not there">
      <form
        aria-label="Follow a row"
        onSubmit={(event) => {
          event.preventDefault();
          if (filled.length > 0) navigate('lineage', ['row', table], rowParams(Object.fromEntries(filled.map((column) => [column, (key[column] ?? '').trim()]))));
        }}
      >
        <Group align="flex-end" gap="xs">
          {named.map((column) => (
            <TextInput key={column} w={150} label={column} value={key[column] ?? ''} onChange={(event) => setKey({ ...key, [column]: event.currentTarget.value })} />
          ))}
          <Button type="submit" variant="default" disabled={filled.length === 0}>
            Follow
          </Button>
        </Group>
      </form>
    </Section>
  );
}
