import { Badge, Button, Checkbox, Group, Paper, Radio, Stack, Table, Text, Title } from '@mantine/core';
import { IconMinus, IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import type { DuplicateCluster, DuplicateDecision, DuplicateFilm } from '../../../../shared/contract/duplicates.ts';
import { formatAgo, formatCount, formatDecimal, formatUnits } from '../../../components/format.ts';
import { Keys } from '../../../components/Keys.tsx';
import classes from './duplicates.module.css';
import { clusterName, differences, facts } from './titles.ts';

interface ComparisonProps {
  readonly cluster: DuplicateCluster;
  readonly choice: Choice;
  readonly onChoice: (choice: Choice) => void;
  readonly busy: boolean;
  readonly onDecide: (decision: DuplicateDecision) => void;
  readonly onUndo: (decision: number) => void;
}

/** Which film stays, and which are left out of the decision. */
export interface Choice {
  readonly survivor: number;
  readonly out: readonly number[];
}

/** The choice for a cluster, as it is proposed until somebody changes it. */
export function useChoice(cluster: DuplicateCluster | undefined): [Choice, (choice: Choice) => void] {
  const [chosen, setChosen] = useState<{ readonly id: string; readonly choice: Choice } | null>(null);
  const choice = chosen !== null && chosen.id === cluster?.id ? chosen.choice : { survivor: cluster?.survivor ?? 0, out: [] };
  return [choice, (next) => setChosen({ id: cluster?.id ?? '', choice: next })];
}

/** What a decision on the cluster says, with the choice made; undefined where too few films are left. */
export function decisionOf(kind: DuplicateDecision['kind'], { films }: DuplicateCluster, { survivor, out }: Choice): DuplicateDecision | undefined {
  const ids = films.map(({ id }) => id).filter((id) => !out.includes(id));
  if (ids.length < 2 || !ids.includes(survivor)) return undefined;
  return kind === 'merge' ? { kind, films: ids, into: survivor } : { kind, films: ids };
}

/** The films of a cluster side by side: what differs, what speaks for and against, and the decision. */
export function Comparison({ cluster, choice, onChoice, busy, onDecide, onUndo }: ComparisonProps) {
  const { films, state } = cluster;
  const open = state === 'open';
  const survivor = films.find(({ id }) => id === choice.survivor) ?? films[0];
  if (!survivor) return null;
  const merge = decisionOf('merge', cluster, choice);
  const refuse = decisionOf('refuse', cluster, choice);
  return (
    <Paper component="section" aria-label={`Comparison of ${clusterName(cluster)}`} p="md" className={classes['panel'] ?? ''}>
      <Stack gap="md">
        <Group justify="space-between" wrap="nowrap" align="flex-start">
          <Title order={2}>{open ? 'One film or several?' : state === 'merged' ? 'One film' : 'Not one film'}</Title>
          {cluster.score !== null && <Badge color="gray">score {formatDecimal(cluster.score)}</Badge>}
        </Group>
        <Table.ScrollContainer minWidth={260} scrollAreaProps={{ viewportProps: { tabIndex: 0, role: 'region', 'aria-label': 'Films side by side' } }}>
          <Table className={classes['films'] ?? ''} layout="fixed" verticalSpacing={4} horizontalSpacing={8} aria-label="Films side by side">
            <Table.Thead>
              <Table.Tr>
                <Table.Th w={76}>Film</Table.Th>
                {films.map((film) => (
                  <Table.Th key={film.id} scope="col">
                    <Head film={film} cluster={cluster} choice={choice} onChoice={onChoice} />
                  </Table.Th>
                ))}
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              <Table.Tr>
                <Table.Th scope="row">Title</Table.Th>
                {films.map((film) => (
                  <Table.Td key={film.id}>
                    {film.title === null ? <Text size="sm" c="dimmed">not in the data any more</Text> : film.id === survivor.id || survivor.title === null ? film.title : <Marked text={film.title} other={survivor.title} />}
                  </Table.Td>
                ))}
              </Table.Tr>
              {facts.map(({ name, of }) => (
                <Table.Tr key={name}>
                  <Table.Th scope="row">{name}</Table.Th>
                  {films.map((film) => (
                    <Table.Td key={film.id}>
                      <Value text={of(film)} differs={film.id !== survivor.id && of(film) !== of(survivor)} />
                    </Table.Td>
                  ))}
                </Table.Tr>
              ))}
              <Table.Tr>
                <Table.Th scope="row">Ratings</Table.Th>
                {films.map((film) => <Table.Td key={film.id}>{formatCount(film.ratings)}</Table.Td>)}
              </Table.Tr>
              <Table.Tr>
                <Table.Th scope="row">Tags</Table.Th>
                {films.map((film) => <Table.Td key={film.id}>{formatCount(film.tags)}</Table.Td>)}
              </Table.Tr>
              <Table.Tr>
                <Table.Th scope="row">Evidence</Table.Th>
                {films.map((film) => (
                  <Table.Td key={film.id}>
                    <Evidence film={film} />
                  </Table.Td>
                ))}
              </Table.Tr>
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
        {open ? (
          <Group gap="xs">
            <Button disabled={busy || merge === undefined} onClick={() => merge && onDecide(merge)} rightSection={<Keys of="A" />}>
              Accept: merge into {survivor.id}
            </Button>
            <Button variant="default" disabled={busy || refuse === undefined} onClick={() => refuse && onDecide(refuse)} rightSection={<Keys of="R" />}>
              Refuse
            </Button>
          </Group>
        ) : (
          <Group gap="xs">
            <Button variant="default" disabled={busy || cluster.decision === null} onClick={() => cluster.decision !== null && onUndo(cluster.decision)} rightSection={<Keys of="U" />}>
              {cluster.together > 1 ? `Undo all ${formatCount(cluster.together)} of this decision` : 'Undo'}
            </Button>
            {state === 'merged' && (
              <Button variant="default" disabled={busy || refuse === undefined} onClick={() => refuse && onDecide(refuse)}>
                Refuse this one
              </Button>
            )}
            {cluster.decidedAt !== null && <Text size="sm" c="dimmed">Decided {formatAgo(cluster.decidedAt)}</Text>}
          </Group>
        )}
        <Text size="sm" c="dimmed">
          {state === 'refused'
            ? 'These films stay apart and are not proposed again.'
            : `In the next run the ratings, tags, links and genome scores of ${formatUnits(films.length - choice.out.length - 1, 'film')} go to film ${survivor.id}; of a user’s two ratings the newest stays; missing fields are filled in and genres united. The files stay as they are.`}
        </Text>
      </Stack>
    </Paper>
  );
}

function Head({ film, cluster, choice, onChoice }: { readonly film: DuplicateFilm; readonly cluster: DuplicateCluster; readonly choice: Choice; readonly onChoice: (choice: Choice) => void }) {
  const stays = film.id === choice.survivor;
  if (cluster.state !== 'open') return <>{film.id}{cluster.state === 'merged' && stays && ' · stays'}</>;
  const out = choice.out.includes(film.id);
  return (
    <Stack gap={4}>
      <Radio name="survivor" value={String(film.id)} checked={stays} disabled={out} label={`Keep ${film.id}`} aria-label={`Keep film ${film.id}`} onChange={() => onChoice({ ...choice, survivor: film.id })} />
      {cluster.films.length > 2 && !stays && (
        <Checkbox checked={!out} label="the same" aria-label={`Film ${film.id} is the same`} onChange={() => onChoice({ ...choice, out: out ? choice.out.filter((id) => id !== film.id) : [...choice.out, film.id] })} />
      )}
      {film.mergedInto !== null && <Text size="xs" c="dimmed">goes into {film.mergedInto}</Text>}
    </Stack>
  );
}

function Marked({ text, other }: { readonly text: string; readonly other: string }) {
  return (
    <>
      {differences(text, other).map((piece, i) => (piece.differs ? <mark key={i}>{piece.text}</mark> : <span key={i}>{piece.text}</span>))}
    </>
  );
}

function Value({ text, differs }: { readonly text: string; readonly differs: boolean }) {
  if (text === '') return <Text span size="sm" c="dimmed" fs="italic">none</Text>;
  return differs ? <mark>{text}</mark> : <>{text}</>;
}

function Evidence({ film }: { readonly film: DuplicateFilm }) {
  if (film.score === null) return <Text size="sm" c="dimmed">compared with the others</Text>;
  return (
    <Stack gap={2} component="ul" m={0} p={0} style={{ listStyle: 'none' }}>
      {film.reasons.map(({ supports, text }) => (
        <Group key={text} component="li" gap={4} wrap="nowrap" align="flex-start">
          {supports ? <IconPlus size={12} aria-label="for" style={{ flex: 'none', marginTop: 3, color: 'var(--rb-good)' }} /> : <IconMinus size={12} aria-label="against" style={{ flex: 'none', marginTop: 3, color: 'var(--rb-bad)' }} />}
          <Text size="sm">{text}</Text>
        </Group>
      ))}
    </Stack>
  );
}
