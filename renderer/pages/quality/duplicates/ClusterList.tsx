import { Table, Text, UnstyledButton } from '@mantine/core';
import type { KeyboardEvent } from 'react';
import type { DuplicateCluster } from '../../../../shared/contract/duplicates.ts';
import { formatCount, formatDecimal } from '../../../components/format.ts';
import classes from './duplicates.module.css';
import { clusterName, otherNames } from './titles.ts';

interface ClusterListProps {
  readonly clusters: readonly DuplicateCluster[];
  readonly selected: number;
  readonly onSelect: (place: number) => void;
  /** Answers whether the key meant anything. */
  readonly onKey: (key: string) => boolean;
  readonly stale: boolean;
}

/**
 * The clusters, one chosen. Arrow keys move, Home and End jump; other keys go to `onKey`. Rows are known by their place, so
 * that the focus stays where it is when a cluster leaves the list and the next one comes up.
 */
export function ClusterList({ clusters, selected, onSelect, onKey, stale }: ClusterListProps) {
  const steer = (event: KeyboardEvent<HTMLTableSectionElement>) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const places: Record<string, number> = { ArrowDown: selected + 1, ArrowUp: selected - 1, Home: 0, End: clusters.length - 1 };
    const wanted = places[event.key];
    if (wanted === undefined && !onKey(event.key.toLowerCase())) return;
    event.preventDefault();
    if (wanted === undefined) return;
    const place = Math.min(clusters.length - 1, Math.max(0, wanted));
    onSelect(place);
    event.currentTarget.querySelectorAll<HTMLButtonElement>('button[data-cluster]')[place]?.focus();
  };
  return (
    <div className={classes['list']}>
      <Table aria-label="Clusters" layout="fixed" highlightOnHover stickyHeader opacity={stale ? 0.6 : 1} horizontalSpacing={8} verticalSpacing={3}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th w={56} ta="right">
              Score
            </Table.Th>
            <Table.Th>Films</Table.Th>
            <Table.Th w={92} ta="right">
              Ratings
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody onKeyDown={steer}>
          {clusters.map((cluster, place) => (
            <Table.Tr key={place} data-selected={place === selected} className={classes['row'] ?? ''} onClick={() => onSelect(place)}>
              <Table.Td className="rb-number">{cluster.score === null ? '–' : formatDecimal(cluster.score)}</Table.Td>
              <Table.Td>
                <UnstyledButton data-cluster={cluster.id} aria-pressed={place === selected} tabIndex={place === selected ? 0 : -1} className={classes['open'] ?? ''}>
                  <Text size="sm" truncate>
                    {clusterName(cluster)}
                  </Text>
                  <Text size="xs" c="dimmed" truncate>
                    {otherNames(cluster)}
                  </Text>
                </UnstyledButton>
              </Table.Td>
              <Table.Td className="rb-number">{cluster.films.map(({ ratings }) => formatCount(ratings)).join(' + ')}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}
