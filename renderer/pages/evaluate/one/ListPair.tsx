import { Anchor, Group, Stack, Text, Title } from '@mantine/core';
import { IconCheck } from '@tabler/icons-react';
import type { ListDifference } from '../../../../shared/contract/evaluation.ts';
import { Answer } from '../../../components/Answer.tsx';
import { formatCount, formatUnits } from '../../../components/format.ts';
import { useEngine } from '../../../host/engine.ts';
import { hashOf } from '../../../stores/route.ts';
import classes from '../evaluate.module.css';

type Film = ListDifference['a']['films'][number];

interface ListPairProps {
  readonly id: string;
  readonly a: string;
  readonly b: string;
  readonly userId: number;
  readonly titleOf: (label: string) => string;
}

/** Both lists for one user side by side, what was hidden marked, and lines from each film to its place on the other list. */
export function ListPair({ id, a, b, userId, titleOf }: ListPairProps) {
  const lists = useEngine('evaluation.lists', { id, a, b, userId }, { keep: true });
  return (
    <section aria-label={`Lists for user ${userId}`}>
      <Answer of={lists}>{(content) => <Both lists={content} titleOf={titleOf} />}</Answer>
    </section>
  );
}

const ROW = 30;
const GAP = 44;

function Both({ lists: { userId, a, b, wanted, shown, shared }, titleOf }: { readonly lists: ListDifference; readonly titleOf: (label: string) => string }) {
  const rows = Math.max(a.films.length, b.films.length);
  const hits = (films: readonly Film[]) => films.filter(({ relevant }) => relevant).length;
  return (
    <Stack gap="sm">
      <div>
        <Group gap="sm" align="baseline">
          <Title order={2}>User {userId}</Title>
          <Anchor size="sm" href={hashOf('recommend', [String(userId)])}>
            What this user rated, and lists with reasons
          </Anchor>
        </Group>
        <Text size="sm" c="dimmed">
          The models were shown {formatUnits(shown, 'rating')}. {formatUnits(wanted.length, 'film')} of the test {wanted.length === 1 ? 'was' : 'were'} to be found; {formatUnits(shared, 'film')} {shared === 1 ? 'is' : 'are'} on both lists.
        </Text>
      </div>
      <div className={classes['lists']}>
        <List heading={titleOf(a.label)} films={a.films} other={titleOf(b.label)} hits={hits(a.films)} />
        <svg width={GAP} height={rows * ROW} aria-hidden className={classes['links']} viewBox={`0 0 ${GAP} ${rows * ROW}`}>
          {a.films.map(({ movieId, rank, other, relevant }) =>
            other === null || other > b.films.length ? null : (
              <line key={movieId} x1={2} x2={GAP - 2} y1={(rank - 0.5) * ROW} y2={(other - 0.5) * ROW} stroke={relevant ? 'var(--rb-good)' : 'var(--mantine-color-dimmed)'} strokeWidth={relevant ? 2 : 1} opacity={relevant ? 1 : 0.6} />
            ),
          )}
        </svg>
        <List heading={titleOf(b.label)} films={b.films} other={titleOf(a.label)} hits={hits(b.films)} />
      </div>
      {wanted.length > 0 && (
        <Text size="sm">
          <Text span inherit c="dimmed">
            To be found:{' '}
          </Text>
          {wanted
            .slice(0, 30)
            .map(({ title }) => title)
            .join(' · ')}
          {wanted.length > 30 ? ` and ${formatCount(wanted.length - 30)} others` : ''}
        </Text>
      )}
    </Stack>
  );
}

function List({ heading, films, other, hits }: { readonly heading: string; readonly films: readonly Film[]; readonly other: string; readonly hits: number }) {
  return (
    <div style={{ minWidth: 0 }}>
      <Group gap="xs" h={26} wrap="nowrap">
        <Text size="sm" fw={600} truncate>
          {heading}
        </Text>
        <Text size="sm" c="dimmed" style={{ whiteSpace: 'nowrap' }}>
          {hits} found
        </Text>
      </Group>
      <ol className={classes['list']} aria-label={`List of ${heading}`}>
        {films.map(({ movieId, title, rank, relevant, other: place }) => (
          <li key={movieId} data-hit={relevant || undefined} style={{ height: ROW }}>
            <span className={classes['rank']}>{rank}</span>
            <span className={classes['name']} title={title}>
              {title}
            </span>
            {relevant && <IconCheck size={15} stroke={2.4} aria-label="was to be found" />}
            <span className={classes['place']} title={place === null ? `not on the list of ${other}` : `place ${place} on the list of ${other}`}>
              {place === null ? 'only here' : place === rank ? '=' : `${place < rank ? '▲' : '▼'} ${place}`}
            </span>
          </li>
        ))}
      </ol>
    </div>
  );
}
