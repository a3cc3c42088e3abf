import { Group, Progress, Table, Text, Tooltip, UnstyledButton, VisuallyHidden } from '@mantine/core';
import { IconEqual } from '@tabler/icons-react';
import type { RecommendList, Recommendation } from '../../../shared/contract/recommend.ts';
import { formatScore } from '../../components/format.ts';
import { useBench } from './bench.ts';
import { movesOf, whyOf } from './changes.ts';
import { MoveMark } from './MoveMark.tsx';
import classes from './recommend.module.css';

interface FilmListProps {
  readonly title: string;
  readonly list: RecommendList;
  /** The list that moves are told against. */
  readonly before: RecommendList | undefined;
  /** Films that are on the other list too. */
  readonly shared: ReadonlySet<number> | null;
  readonly old: boolean;
  /** The reason stands under the title instead of in a column of its own. */
  readonly narrow: boolean;
}

/** Length of a score's bar: from nothing where all scores are positive, else from the lowest on the list. */
function barOf(items: readonly Recommendation[]): (score: number) => number {
  const scores = items.map(({ score }) => score);
  const low = Math.min(0, ...scores);
  const span = Math.max(...scores) - low;
  return (score) => (span > 0 ? Math.max(2, ((score - low) / span) * 100) : 0);
}

/** A list of recommendations, best first: what moved, its score, and why it is there. */
export function FilmList({ title, list, before, shared, old, narrow }: FilmListProps) {
  const opened = useBench((bench) => bench.opened);
  const moves = movesOf(before?.items, list.items);
  const bar = barOf(list.items);
  return (
    <Table className={classes['list'] ?? ''} data-old={old || undefined} highlightOnHover aria-label={title} aria-busy={old} verticalSpacing={4} layout="fixed">
      <Table.Thead>
        <Table.Tr>
          <Table.Th w={32} ta="right" aria-label="Rank">
            #
          </Table.Th>
          <Table.Th w={50} px={4}>
            <VisuallyHidden>Moved</VisuallyHidden>
          </Table.Th>
          <Table.Th>Film</Table.Th>
          <Table.Th w={narrow ? 78 : 142} ta="right">
            Score
          </Table.Th>
          {!narrow && <Table.Th w="36%">Why</Table.Th>}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {list.items.map((item, index) => {
          const open = () => useBench.setState({ opened: { movieId: item.movieId, title: item.title, model: list.model } });
          const why = whyOf(item);
          const selected = opened?.movieId === item.movieId && (opened.model === null || opened.model === list.model);
          return (
            <Table.Tr key={item.movieId} className={classes['item']} data-selected={selected || undefined} data-movie={item.movieId} onClick={open}>
              <Table.Td className="rb-number" c="dimmed">
                {index + 1}
              </Table.Td>
              <Table.Td px={4}>
                <MoveMark move={moves.get(item.movieId)} />
              </Table.Td>
              <Table.Td>
                <UnstyledButton className={classes['open'] ?? ''} aria-pressed={selected}>
                  <Group gap={6} wrap="nowrap">
                    <Text size="md" fw={500} truncate>
                      {item.title}{' '}
                      <Text span size="sm" fw={400} c="dimmed">
                        {item.year ?? ''}
                      </Text>
                    </Text>
                    {shared?.has(item.movieId) && (
                      <Tooltip label="On both lists">
                        <span style={{ display: 'inline-flex' }}>
                          <IconEqual size={14} aria-hidden color="var(--mantine-color-anchor)" />
                          <VisuallyHidden>on both lists</VisuallyHidden>
                        </span>
                      </Tooltip>
                    )}
                  </Group>
                  <Text size="xs" c="dimmed" truncate>
                    {narrow && why !== '' ? why : item.genres.join(', ')}
                  </Text>
                </UnstyledButton>
              </Table.Td>
              <Table.Td>
                <Group gap={8} wrap="nowrap" justify="flex-end">
                  {!narrow && <Progress value={bar(item.score)} size={5} w={52} color="var(--rb-series-1)" aria-hidden />}
                  <Text span size="sm" className="rb-number" w={52}>
                    {formatScore(item.score)}
                  </Text>
                </Group>
                {narrow && <Progress value={bar(item.score)} size={3} mt={4} color="var(--rb-series-1)" aria-hidden />}
              </Table.Td>
              {!narrow && (
                <Table.Td>
                  <Text size="sm" lineClamp={2}>
                    {why}
                  </Text>
                </Table.Td>
              )}
            </Table.Tr>
          );
        })}
      </Table.Tbody>
    </Table>
  );
}
