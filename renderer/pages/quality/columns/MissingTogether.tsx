import { SegmentedControl, Stack, Table, Text, VisuallyHidden } from '@mantine/core';
import { IconCircleCheck } from '@tabler/icons-react';
import { useState } from 'react';
import type { Relations } from '../../../../shared/contract/index.ts';
import { Empty } from '../../../components/Empty.tsx';
import { formatCount } from '../../../components/format.ts';
import { ShareBar } from '../ShareBar.tsx';
import { PairList, PairMatrix } from './PairMatrix.tsx';
import type { PairFigure } from './profiles.ts';
import classes from './columns.module.css';

/** Which columns rows lack, and which columns lack their values in the same rows. */
export function MissingTogether({ missing, rows }: { readonly missing: Relations['missing']; readonly rows: number }) {
  const [as, setAs] = useState<'map' | 'list'>('map');
  if (missing.columns.length === 0) return <Empty icon={<IconCircleCheck size={28} />} title="Nothing is missing here and there">Each column has a value in every row, or in none.</Empty>;
  const pairs = missing.pairs.map(({ a, b, both, correlation }): PairFigure => ({ a, b, value: correlation, about: `both missing in ${formatCount(both)} rows` }));
  const Pairs = as === 'map' ? PairMatrix : PairList;
  return (
    <Stack gap="sm">
      <Text size="sm" c="dimmed">
        What rows lack, the commonest first. A dot that is filled is a missing value.
      </Text>
      <Table.ScrollContainer minWidth={0} scrollAreaProps={{ viewportProps: { tabIndex: 0, role: 'region', 'aria-label': 'Combinations of missing values' } }}>
        <Table verticalSpacing={3} aria-label="Combinations of missing values" w="auto">
          <Table.Thead>
            <Table.Tr>
              {missing.columns.map((name) => (
                <Table.Th key={name}>{name}</Table.Th>
              ))}
              <Table.Th ta="right">Rows</Table.Th>
              <Table.Th ta="right">Share</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {missing.patterns.map((pattern) => (
              <Table.Tr key={pattern.columns.join('\n')}>
                {missing.columns.map((name) => (
                  <Table.Td key={name} ta="center">
                    <span className={classes['dot']} data-missing={pattern.columns.includes(name) || undefined} aria-hidden />
                    <VisuallyHidden>{pattern.columns.includes(name) ? 'missing' : 'there'}</VisuallyHidden>
                  </Table.Td>
                ))}
                <Table.Td className="rb-number">{formatCount(pattern.rows)}</Table.Td>
                <Table.Td>
                  <ShareBar part={pattern.rows} all={rows} color="var(--rb-warn)" />
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      {pairs.length > 0 && (
        <>
          <SegmentedControl aria-label="Show as" w="fit-content" value={as} data={[{ value: 'map', label: 'Heat map' }, { value: 'list', label: 'List' }]} onChange={setAs} />
          <Text size="sm" c="dimmed">
            The correlation of lacking a value (φ): 1 when two columns lack theirs in the same rows, −1 when in opposite ones.
          </Text>
          <Pairs title="Correlation of missing values" pairs={pairs} />
        </>
      )}
    </Stack>
  );
}
