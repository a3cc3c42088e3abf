import { Checkbox, Group, NumberInput, Table, TagsInput, Text } from '@mantine/core';
import { type EditedDimension, nameOf, valuesOf } from './space.ts';

/** The parameters that a search may change, and between what. */
export function SpaceTable({ space, onChange }: { readonly space: readonly EditedDimension[]; readonly onChange: (space: readonly EditedDimension[]) => void }) {
  const set = (path: string, change: Partial<EditedDimension>) => onChange(space.map((dimension) => (dimension.path === path ? { ...dimension, ...change } : dimension)));
  return (
    <Table aria-label="Space" verticalSpacing={4} layout="fixed" maw={760}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th w={220}>Parameter</Table.Th>
          <Table.Th>Between, or one of</Table.Th>
          <Table.Th w={150}>Scale</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {space.map((dimension) => {
          const { path, searched, values, low, high, log, integer } = dimension;
          const name = nameOf(dimension);
          return (
            <Table.Tr key={path}>
              <Table.Td>
                <Checkbox label={<span className="rb-mono">{name}</span>} aria-label={`Search ${name}`} checked={searched} onChange={(event) => set(path, { searched: event.currentTarget.checked })} />
              </Table.Td>
              <Table.Td>
                {values === undefined ? (
                  <Group gap="xs" wrap="nowrap">
                    <NumberInput aria-label={`${name} from`} w={130} value={low ?? ''} allowDecimal={!integer} disabled={!searched} onChange={(value) => typeof value === 'number' && set(path, { low: value })} />
                    <Text size="sm" c="dimmed">
                      to
                    </Text>
                    <NumberInput aria-label={`${name} to`} w={130} value={high ?? ''} allowDecimal={!integer} disabled={!searched} onChange={(value) => typeof value === 'number' && set(path, { high: value })} />
                  </Group>
                ) : (
                  <TagsInput aria-label={`Values of ${name}`} value={values.map(String)} disabled={!searched} onChange={(texts) => set(path, { values: valuesOf(texts) })} />
                )}
              </Table.Td>
              <Table.Td>{values === undefined ? <Checkbox label="logarithmic" aria-label={`${name} on a logarithmic scale`} checked={log} disabled={!searched} onChange={(event) => set(path, { log: event.currentTarget.checked })} /> : null}</Table.Td>
            </Table.Tr>
          );
        })}
      </Table.Tbody>
    </Table>
  );
}
