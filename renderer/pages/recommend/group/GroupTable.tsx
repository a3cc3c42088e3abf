import { Group, Progress, Stack, Table, Text, UnstyledButton } from '@mantine/core';
import { IconListSearch } from '@tabler/icons-react';
import { useId, useState } from 'react';
import type { GroupList, MemberView } from '../../../../shared/contract/serving.ts';
import { Empty } from '../../../components/Empty.tsx';
import { formatCount, formatDecimal, formatScore, formatUnits } from '../../../components/format.ts';
import { FilmTitle } from '../FilmTitle.tsx';
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
        {list.misery > 0 ? `${formatUnits(list.misery, 'film')} left out because somebody would not like them. Choose another way to bring the members together.` : 'Widen the filters, or let films be listed that some have seen.'}
      </Empty>
    );
  return (
    <Stack gap="lg" className={classes['group'] ?? ''}>
      <Stack gap={2}>
        <Text fw={600}>For {formatUnits(list.members.length, 'member')}, by {title}</Text>
        <Text size="sm" c="dimmed" component="output">
          Chosen from {formatUnits(list.candidates, 'film')}; {formatCount(list.seen)} left out as seen{list.misery > 0 ? `, ${formatCount(list.misery)} because somebody would not like them` : ''}. Under each member is the film’s place among these for them, bold among their own best {formatCount(list.items.length)}. Open a film to see why.
        </Text>
      </Stack>
      <Table.ScrollContainer minWidth={320 + 84 * list.members.length} scrollAreaProps={{ type: 'auto', viewportProps: { tabIndex: 0, role: 'region', 'aria-label': 'The group’s list' } }}>
        <Table className={classes['list'] ?? ''} data-old={old || undefined} aria-label="Recommendations for the group" aria-busy={old} verticalSpacing={4} layout="fixed">
          <Table.Thead>
            <Table.Tr>
              <Table.Th w={32} ta="right" aria-label="Rank">
                #
              </Table.Th>
              <Table.Th className="rb-held">Film</Table.Th>
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
              <FilmRow key={item.movieId} item={item} rank={index + 1} list={list} />
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

/** A film of the group, and opened beneath it what each member has of it and why. */
function FilmRow({ item, rank, list }: { readonly item: GroupList['items'][number]; readonly rank: number; readonly list: GroupList }) {
  const [opened, setOpened] = useState(false);
  const id = useId();
  const toggle = () => setOpened(!opened);
  return (
    <>
      <Table.Tr data-movie={item.movieId} className={classes['item'] ?? ''} data-selected={opened || undefined} onClick={toggle}>
        <Table.Td className="rb-number" c="dimmed">
          {rank}
        </Table.Td>
        <Table.Td className="rb-held">
          <UnstyledButton className={classes['open'] ?? ''} aria-expanded={opened} aria-controls={id}>
            <FilmTitle size="md" fw={500} title={item.title} year={item.year} />
            <Text size="xs" c="dimmed" truncate>
              {item.genres.join(', ')}
            </Text>
          </UnstyledButton>
        </Table.Td>
        <Table.Td className="rb-number">{formatScore(item.score)}</Table.Td>
        {item.members.map((view, at) => (
          <Table.Td key={list.members[at]?.name} className="rb-number">
            <Place view={view} top={list.items.length} />
          </Table.Td>
        ))}
      </Table.Tr>
      {opened && (
        <Table.Tr id={id}>
          <Table.Td />
          <Table.Td colSpan={2 + item.members.length} bg="var(--rb-surface)">
            <dl className={classes['views']}>
              {item.members.map((view, at) => (
                <div key={list.members[at]?.name}>
                  <Text component="dt" size="sm" fw={500}>
                    {list.members[at]?.name}
                  </Text>
                  <Text component="dd" size="sm" m={0}>
                    {viewWords(view, list.candidates + list.misery)}
                  </Text>
                </div>
              ))}
            </dl>
          </Table.Td>
        </Table.Tr>
      )}
    </>
  );
}

/** `Place 6 of 9,433, score 1.83. Because you rated …` */
function viewWords({ rank, raw, rated, because }: MemberView, of: number): string {
  const stands = `Place ${formatCount(rank)} of ${formatCount(of)}, score ${formatScore(raw)}${rated === null ? '' : `, rated ${rated}`}`;
  return because === null ? `${stands}.` : `${stands}. ${because}.`;
}

const share = (part: number) => `${formatDecimal(100 * part, 0)} %`;

/** A member's place for a film; bold among the member's own best, a star where the member rated it. */
function Place({ view: { rank, rated }, top }: { readonly view: MemberView; readonly top: number }) {
  return (
    <Text span size="sm" fw={rank <= top ? 700 : 400} c={rank <= top ? 'inherit' : 'dimmed'}>
      {formatCount(rank)}
      {rated === null ? '' : ' ★'}
    </Text>
  );
}
