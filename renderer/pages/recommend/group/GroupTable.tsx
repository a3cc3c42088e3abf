import { Group, Progress, Stack, Table, Text, Tooltip } from '@mantine/core';
import { IconListSearch } from '@tabler/icons-react';
import type { GroupList, MemberView } from '../../../../shared/contract/serving.ts';
import { Empty } from '../../../components/Empty.tsx';
import { formatCount, formatDecimal, formatScore, formatUnits } from '../../../components/format.ts';
import classes from '../recommend.module.css';

interface GroupTableProps {
  readonly list: GroupList;
  readonly title: string;
  readonly old: boolean;
}

/** The group's list with each member's place for every film, and how well each is served by it. */
export function GroupTable({ list, title, old }: GroupTableProps) {
  if (list.items.length === 0)
    return (
      <Empty icon={<IconListSearch size={28} />} title="No film suits the group">
        {list.misery > 0 ? `${formatCount(list.misery)} films were left out because somebody would not like them. Choose another way to bring the members together.` : 'Widen the filters, or let films be listed that some have seen.'}
      </Empty>
    );
  return (
    <Stack gap="lg">
      <Stack gap={2}>
        <Text fw={600}>For {formatUnits(list.members.length, 'member')}, by {title}</Text>
        <Text size="sm" c="dimmed" component="output">
          Chosen from {formatUnits(list.candidates, 'film')}; {formatCount(list.seen)} left out as seen{list.misery > 0 ? `, ${formatCount(list.misery)} because somebody would not like them` : ''}. Each cell is the film’s place among these for that member.
        </Text>
      </Stack>
      <Table.ScrollContainer minWidth={320 + 84 * list.members.length} aria-label="The group’s list">
        <Table className={classes['list'] ?? ''} data-old={old || undefined} aria-label="Recommendations for the group" aria-busy={old} verticalSpacing={4} layout="fixed">
          <Table.Thead>
            <Table.Tr>
              <Table.Th w={32} ta="right" aria-label="Rank">
                #
              </Table.Th>
              <Table.Th>Film</Table.Th>
              <Table.Th w={72} ta="right">
                Score
              </Table.Th>
              {list.members.map(({ name }) => (
                <Table.Th key={name} w={84} ta="right">
                  {name}
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {list.items.map((item, index) => (
              <Table.Tr key={item.movieId} data-movie={item.movieId}>
                <Table.Td className="rb-number" c="dimmed">
                  {index + 1}
                </Table.Td>
                <Table.Td>
                  <Text size="md" fw={500} truncate>
                    {item.title}{' '}
                    <Text span size="sm" fw={400} c="dimmed">
                      {item.year ?? ''}
                    </Text>
                  </Text>
                  <Text size="xs" c="dimmed" truncate>
                    {item.genres.join(', ')}
                  </Text>
                </Table.Td>
                <Table.Td className="rb-number">{formatScore(item.score)}</Table.Td>
                {item.members.map((view, at) => (
                  <Table.Td key={list.members[at]?.name} className="rb-number">
                    <Place view={view} of={list.candidates + list.misery} top={list.items.length} />
                  </Table.Td>
                ))}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      <Stack gap="xs" component="section" aria-label="How well each is served">
        <Group justify="space-between">
          <Text fw={600}>How well each is served</Text>
          <Text size="sm" c="dimmed">
            Fairness {formatDecimal(list.fairness.jain, 2)}, the least served has {share(list.fairness.lowest)}
          </Text>
        </Group>
        <Table aria-label="How well each is served" verticalSpacing={6} layout="fixed">
          <Table.Thead>
            <Table.Tr>
              <Table.Th w="22%">Member</Table.Th>
              <Table.Th w="30%">Of the best list for them alone</Table.Th>
              <Table.Th w="18%" ta="right">
                Own films on it
              </Table.Th>
              <Table.Th>Rests on</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {list.members.map((member) => (
              <Table.Tr key={member.name}>
                <Table.Td>{member.name}</Table.Td>
                <Table.Td>
                  <Group gap="xs" wrap="nowrap">
                    <Text span size="sm" className="rb-number" w={48}>
                      {share(member.satisfaction)}
                    </Text>
                    <Progress value={Math.max(0, 100 * member.satisfaction)} size={5} flex={1} color="var(--rb-series-1)" aria-hidden />
                  </Group>
                </Table.Td>
                <Table.Td className="rb-number">
                  {member.own} of {list.items.length}
                </Table.Td>
                <Table.Td>
                  <Text size="sm" c="dimmed" lineClamp={2}>
                    {member.basis}
                  </Text>
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
        <Text size="xs" c="dimmed">
          100 % is the best list of the same films for that member alone, 0 % films drawn at random. Fairness is Jain’s index of these: 1 when all are served alike.
        </Text>
      </Stack>
    </Stack>
  );
}

const share = (part: number) => `${formatDecimal(100 * part, 0)} %`;

/** A member's place for a film; bold among the member's own best. */
function Place({ view, of, top }: { readonly view: MemberView; readonly of: number; readonly top: number }) {
  const best = view.rank <= top;
  return (
    <Tooltip multiline maw={320} label={`${best ? 'Among their own best. ' : ''}Place ${formatCount(view.rank)} of ${formatCount(of)}, score ${formatScore(view.raw)}${view.rated === null ? '' : `, rated ${view.rated}`}${view.because === null ? '' : `. ${view.because}`}`}>
      <Text span size="sm" fw={best ? 700 : 400} c={best ? 'inherit' : 'dimmed'}>
        {formatCount(view.rank)}
        {view.rated === null ? '' : ' ★'}
      </Text>
    </Tooltip>
  );
}
