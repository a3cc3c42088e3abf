import { Group, Progress, Table, Text, UnstyledButton } from '@mantine/core';
import type { RecommendList, Recommendation } from '../../../shared/contract/recommend.ts';
import { formatScore } from '../../components/format.ts';
import { useBench } from './bench.ts';
import { movesOf, shortWhyOf, whyOf } from './changes.ts';
import { FilmTitle } from './FilmTitle.tsx';
import { MoveMark } from './MoveMark.tsx';
import classes from './recommend.module.css';

interface FilmListProps {
  readonly title: string;
  readonly list: RecommendList;
  /** The list that moves are told against. */
  readonly before: RecommendList | undefined;
  /** Of films that are on other lists too, their places there, in words. */
  readonly elsewhere: ReadonlyMap<number, string> | undefined;
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

/** Marks a film on every list while it is pointed at or has the focus. */
const pointing = (movieId: number) => ({
  onMouseEnter: () => useBench.setState({ linked: movieId }),
  onMouseLeave: () => useBench.setState({ linked: null }),
  onFocus: () => useBench.setState({ linked: movieId }),
  onBlur: () => useBench.setState({ linked: null }),
});

/** A list of recommendations, best first: what moved, its score, and why it is there. */
export function FilmList({ title, list, before, elsewhere, old, narrow }: FilmListProps) {
  const opened = useBench((bench) => bench.opened);
  const linked = useBench((bench) => bench.linked);
  const compared = elsewhere !== undefined;
  const moves = movesOf(before?.items, list.items);
  const bar = barOf(list.items);
  return (
    <Table className={classes['list'] ?? ''} data-old={old || undefined} highlightOnHover aria-label={title} aria-busy={old} verticalSpacing={4} layout="fixed">
      <Table.Thead>
        <Table.Tr>
          <Table.Th w={compared && before === undefined ? 30 : 44} px={4} ta="right" aria-label="Rank">
            #
          </Table.Th>
          <Table.Th>Film</Table.Th>
          <Table.Th w={compared ? 64 : narrow ? 78 : 142} ta="right">
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
            <Table.Tr key={item.movieId} className={classes['item']} data-selected={selected || undefined} data-movie={item.movieId} data-linked={(compared && linked === item.movieId) || undefined} onClick={open} {...(compared ? pointing(item.movieId) : {})}>
              <Table.Td className="rb-number" c="dimmed" px={4}>
                <div>{index + 1}</div>
                <MoveMark move={moves.get(item.movieId)} />
              </Table.Td>
              <Table.Td>
                <UnstyledButton className={classes['open'] ?? ''} aria-pressed={selected}>
                  <FilmTitle size="md" fw={500} title={item.title} year={item.year} />
                  <Text size="xs" c="dimmed" truncate className={classes['why'] ?? ''} {...(narrow && why !== '' ? { title: why } : {})}>
                    {narrow && why !== '' ? shortWhyOf(why) : item.genres.join(', ')}
                  </Text>
                  {compared && (
                    <Text size="xs" truncate title={elsewhere.get(item.movieId)} c={elsewhere.has(item.movieId) ? 'var(--mantine-color-anchor)' : 'dimmed'}>
                      {elsewhere.get(item.movieId) ?? 'only here'}
                    </Text>
                  )}
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
                  <Text size="sm" lineClamp={2} title={why}>
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
