import { Grid, Paper, Table, Text, UnstyledButton } from '@mantine/core';
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import { Fragment, useState } from 'react';
import type { ColumnDrift, Drift } from '../../../../shared/contract/quality-history.ts';
import { Bins, Cumulated } from '../../../charts/drift/Distributions.tsx';
import { formatCount, formatDateTime, formatDecimal, formatShare, formatUnits } from '../../../components/format.ts';

const colors: Record<ColumnDrift['verdict'], string> = { stable: 'var(--rb-good)', 'some drift': 'var(--rb-warn)', 'strong drift': 'var(--rb-bad)', 'no rows': 'var(--mantine-color-dimmed)' };
const kinds: Record<ColumnDrift['kind'], string> = { numbers: 'numbers', times: 'times', values: 'values of texts', lengths: 'lengths of texts' };

const probability = (p: number) => (p < 0.001 ? '< 0.001' : formatDecimal(p, 3));
const looked = ({ rows, sampled }: Drift['current']) => `${formatUnits(rows, 'row')}${sampled < rows ? ` (a sample of ${formatCount(sampled)})` : ''}`;

/** How far each column moved; a column opens to the pictures of both distributions. */
export function DriftTable({ drift: { columns, incomparable, same, reference, current } }: { readonly drift: Drift }) {
  const [open, setOpen] = useState<string | null>(null);
  return (
    <>
      <Text size="sm" c="dimmed" mb="xs">
        {same ? 'Both are the same import, so nothing moved. ' : ''}
        Reference: {looked(reference)}
        {reference.at === null ? '' : `, checked ${formatDateTime(reference.at)}`}. Now: {looked(current)}. PSI is the population stability index: below 0.1 stable, from 0.25 strong drift. KS is the largest distance between the cumulated shares; p says how likely chance alone
        makes it, and is next to nothing for any change in many rows, so the verdict goes by the index.
      </Text>
      <Table fz="sm" verticalSpacing={4} aria-label="Drift of columns">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Column</Table.Th>
            <Table.Th>Compared</Table.Th>
            <Table.Th ta="right">PSI</Table.Th>
            <Table.Th ta="right">KS distance</Table.Th>
            <Table.Th ta="right">p</Table.Th>
            <Table.Th ta="right">Missing</Table.Th>
            <Table.Th>Verdict</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {columns.map((column) => (
            <Fragment key={column.name}>
              <Table.Tr>
                <Table.Td>
                  <UnstyledButton fz="sm" fw={500} aria-expanded={open === column.name} onClick={() => setOpen(open === column.name ? null : column.name)} style={{ display: 'inline-flex', alignItems: 'center', gap: 4, verticalAlign: 'middle' }}>
                    {open === column.name ? <IconChevronDown size={14} aria-hidden /> : <IconChevronRight size={14} aria-hidden />}
                    {column.name}
                  </UnstyledButton>
                </Table.Td>
                <Table.Td>{kinds[column.kind]}</Table.Td>
                <Table.Td className="rb-number">{formatDecimal(column.psi, 3)}</Table.Td>
                <Table.Td className="rb-number">{column.ks === null ? '–' : formatDecimal(column.ks.d, 3)}</Table.Td>
                <Table.Td className="rb-number">{column.ks === null ? '–' : probability(column.ks.p)}</Table.Td>
                <Table.Td className="rb-number">
                  {column.missing.reference === column.missing.current ? formatShare(column.missing.current, 1) : `${formatShare(column.missing.reference, 1)} → ${formatShare(column.missing.current, 1)}`}
                </Table.Td>
                <Table.Td>
                  <Text span size="sm" fw={500} c={colors[column.verdict]}>
                    {column.verdict}
                  </Text>
                </Table.Td>
              </Table.Tr>
              {open === column.name && (
                <Table.Tr>
                  <Table.Td colSpan={7}>
                    <Paper p="md" component="section" aria-label={`Distributions of ${column.name}`}>
                      <Grid gap="xl">
                        <Grid.Col span={{ base: 12, md: column.curve.length > 0 ? 6 : 12 }}>
                          <Bins drift={column} />
                        </Grid.Col>
                        {column.curve.length > 0 && (
                          <Grid.Col span={{ base: 12, md: 6 }}>
                            <Cumulated drift={column} />
                          </Grid.Col>
                        )}
                      </Grid>
                    </Paper>
                  </Table.Td>
                </Table.Tr>
              )}
            </Fragment>
          ))}
        </Table.Tbody>
      </Table>
      {columns.length === 0 && (
        <Text size="sm" c="dimmed">
          The two have no column of the same name that holds the same kind of value.
        </Text>
      )}
      {incomparable.length > 0 && (
        <Text size="sm" c="dimmed" mt="xs">
          Not compared: {incomparable.map(({ name, why }) => `${name} (${why.replace(/\.$/, '').toLowerCase()})`).join(', ')}.
        </Text>
      )}
    </>
  );
}
