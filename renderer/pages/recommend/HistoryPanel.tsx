import { ActionIcon, Button, Group, Select, Slider, Stack, Text, TextInput, UnstyledButton } from '@mantine/core';
import { IconArrowBackUp, IconSearch, IconX } from '@tabler/icons-react';
import { useState } from 'react';
import type { HistoryFilm } from '../../../shared/contract/recommend.ts';
import { Answer } from '../../components/Answer.tsx';
import { formatCount, formatUnits } from '../../components/format.ts';
import { useEngine } from '../../host/engine.ts';
import { useHistory } from './asks.ts';
import { resetHistory, setHistory, useBench, withFilm, without, withRating } from './bench.ts';
import { arrangeHistory, editsOf, editWords, type HistoryOrder, historyOrders } from './changes.ts';
import { FilmSearch } from './FilmSearch.tsx';
import { FilmTitle } from './FilmTitle.tsx';
import classes from './recommend.module.css';

const SHOWN = 60;
export interface Scale {
  readonly min: number;
  readonly max: number;
  readonly step: number;
}

/** What the user rated, each rating to be changed, removed or added to. */
export function HistoryPanel() {
  const who = useBench((bench) => bench.who);
  const facets = useEngine('movies.facets', {});
  const { real, history, edited, answer } = useHistory();
  // That there is no such user is said in the place of the lists.
  if (who === null || (answer.isError && real === undefined)) return null;
  if (real === undefined || history === undefined) return <Answer of={answer}>{() => null}</Answer>;
  return <Answer of={facets}>{({ scale }) => <History key={who} real={real} history={history} edited={edited} invented={who === 'invented'} scale={scale} />}</Answer>;
}

interface HistoryProps {
  readonly real: readonly HistoryFilm[];
  readonly history: readonly HistoryFilm[];
  readonly edited: boolean;
  readonly invented: boolean;
  readonly scale: Scale;
}

function History({ real, history, edited, invented, scale }: HistoryProps) {
  const [text, setText] = useState('');
  const [order, setOrder] = useState<HistoryOrder>('newest');
  const [limit, setLimit] = useState(SHOWN);
  const arranged = arrangeHistory(history, text, order);
  const before = new Map(real.map(({ movieId, rating }) => [movieId, rating]));
  const words = editWords(editsOf(real, history));
  return (
    <Stack gap="xs">
      <Group justify="space-between" wrap="nowrap" h={26}>
        <Text size="sm" fw={600}>
          {invented ? 'Ratings' : 'History'}{' '}
          <Text span inherit c="dimmed" fw={400}>
            {formatCount(history.length)}
          </Text>
        </Text>
        {edited && words !== '' && (
          <Button size="compact-xs" variant="light" leftSection={<IconArrowBackUp size={14} aria-hidden />} onClick={resetHistory} title={words}>
            {invented ? 'Start again' : 'Reset to the real history'}
          </Button>
        )}
      </Group>
      <Text size="xs" c="dimmed" h={15} component="output">
        {edited && !invented && words !== '' ? words : 'Change a rating to see what moves'}
      </Text>
      <FilmSearch
        exclude={new Set(history.map(({ movieId }) => movieId))}
        onAdd={({ movieId, title, year, genres }) => setHistory(withFilm(history, { movieId, title, year, genres, rating: scale.max, ratedAt: null }))}
      />
      {history.length > 8 && (
        <Group gap={6} wrap="nowrap">
          <TextInput aria-label="Find in the history" placeholder="Find in the history" flex={1} leftSection={<IconSearch size={14} aria-hidden />} value={text} onChange={(event) => setText(event.currentTarget.value)} />
          <Select aria-label="Order of the history" w={112} value={order} data={Object.entries(historyOrders).map(([value, label]) => ({ value: value as HistoryOrder, label }))} onChange={(value) => value !== null && setOrder(value)} />
        </Group>
      )}
      {history.length === 0 && (
        <Text size="sm" c="dimmed">
          No ratings. Add a film or two and the list follows; without any it shows what a newcomer would get.
        </Text>
      )}
      <ul className={classes['history']}>
        {arranged.slice(0, limit).map((film) => (
          <HistoryRow
            key={film.movieId}
            film={film}
            scale={scale}
            before={invented ? film.rating : before.get(film.movieId)}
            onRate={(rating) => setHistory(withRating(history, film.movieId, rating))}
            onRemove={() => setHistory(without(history, film.movieId))}
          />
        ))}
      </ul>
      {arranged.length > limit && (
        <Button variant="subtle" onClick={() => setLimit(limit + 200)}>
          Show more of {formatUnits(arranged.length, 'film')}
        </Button>
      )}
    </Stack>
  );
}

interface HistoryRowProps {
  readonly film: HistoryFilm;
  readonly scale: Scale;
  readonly before: number | undefined;
  readonly onRate: (rating: number) => void;
  readonly onRemove: () => void;
}

function HistoryRow({ film, scale, before, onRate, onRemove }: HistoryRowProps) {
  const note = before === undefined ? 'added' : before === film.rating ? '' : `was ${before}`;
  return (
    <li className={classes['film']} data-edited={note === '' ? undefined : true}>
      <UnstyledButton className={classes['title']} onClick={() => useBench.setState({ opened: { movieId: film.movieId, title: film.title, model: null } })}>
        <FilmTitle size="sm" title={film.title} year={film.year} />
      </UnstyledButton>
      <ActionIcon size="xs" aria-label={`Remove ${film.title}`} onClick={onRemove}>
        <IconX size={12} aria-hidden />
      </ActionIcon>
      <Slider size={3} thumbSize={12} label={null} thumbLabel={`Rating of ${film.title}`} min={scale.min} max={scale.max} step={scale.step} value={film.rating} onChange={onRate} className={classes['slider'] ?? ''} />
      <Text size="sm" className="rb-number">
        {film.rating}
      </Text>
      <Text size="xs" c="dimmed" className={classes['note'] ?? ''}>
        {note}
      </Text>
    </li>
  );
}
