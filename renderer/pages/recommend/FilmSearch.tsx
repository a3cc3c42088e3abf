import { Group, Select, Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconPlus, IconQuestionMark } from '@tabler/icons-react';
import { useState } from 'react';
import type { FoundFilm, Movie, SearchReason } from '../../../shared/contract/recommend.ts';
import { formatDecimal, formatUnits } from '../../components/format.ts';
import { useEngine } from '../../host/engine.ts';
import { FilmTitle } from './FilmTitle.tsx';
import classes from './recommend.module.css';

const LIMIT = 20;
const MORE = 10;

interface FilmSearchProps {
  readonly exclude: ReadonlySet<number>;
  readonly onAdd: (film: Movie) => void;
  readonly label?: string;
  readonly placeholder?: string;
  readonly icon?: 'plus' | 'question';
}

/** Finds a film by words of its title, or by what it is about, and hands it over. */
export function FilmSearch({ exclude, onAdd, label = 'Add a film to the history', placeholder = 'Add a film: title, or what it is about', icon = 'plus' }: FilmSearchProps) {
  const [text, setText] = useState('');
  const [asked] = useDebouncedValue(text.trim(), 120);
  const found = useEngine('movies.search', { text: asked, limit: LIMIT, offset: 0 }, { keep: true });
  const told = useEngine('films.search', { text: asked, top: LIMIT + MORE }, { keep: true });
  const titled = (found.data ?? []).filter(({ movieId }) => !exclude.has(movieId));
  const shown = new Set(titled.map(({ movieId }) => movieId));
  const about = asked === '' ? [] : (told.data?.items ?? []).filter(({ movieId }) => !exclude.has(movieId) && !shown.has(movieId)).slice(0, MORE);
  const films = new Map<string, Movie | FoundFilm>([...titled, ...about].map((film) => [String(film.movieId), film]));
  const options = (list: readonly Movie[]) => list.map(({ movieId, title }) => ({ value: String(movieId), label: title }));
  return (
    <Select
      aria-label={label}
      placeholder={placeholder}
      searchable
      leftSection={icon === 'plus' ? <IconPlus size={14} aria-hidden /> : <IconQuestionMark size={14} aria-hidden />}
      value={null}
      searchValue={text}
      onSearchChange={setText}
      data={about.length === 0 ? options(titled) : [{ group: 'In the title', items: options(titled) }, { group: told.data?.by === 'words' ? 'In other words about the film' : 'By meaning', items: options(about) }].filter(({ items }) => items.length > 0)}
      filter={(every) => every.options}
      onChange={(value) => {
        const film = value === null ? undefined : films.get(value);
        if (film !== undefined) onAdd(film);
        setText('');
      }}
      renderOption={({ option }) => <FilmOption film={films.get(option.value)} />}
      nothingFoundMessage={found.data === undefined || told.data === undefined ? 'Searching' : 'No film with these words, or near them in meaning'}
      maxDropdownHeight={360}
      comboboxProps={{ width: 380, position: 'bottom-start' }}
    />
  );
}

function FilmOption({ film }: { readonly film: Movie | FoundFilm | undefined }) {
  if (film === undefined) return null;
  return (
    <div className={classes['option']}>
      <Group justify="space-between" wrap="nowrap">
        <FilmTitle size="sm" title={film.title} year={film.year} />
        <Text size="xs" c="dimmed" style={{ whiteSpace: 'nowrap' }}>
          {formatUnits(film.ratings, 'rating')}
          {film.mean === null ? '' : `, ${formatDecimal(film.mean, 2)}`}
        </Text>
      </Group>
      <Text size="xs" c="dimmed" truncate>
        {'reasons' in film ? film.reasons.map(reasonText).join('; ') : film.genres.join(', ')}
      </Text>
    </div>
  );
}

const places: Readonly<Record<SearchReason['in'][number], string>> = { title: 'title', genre: 'genre', tag: 'tag', keyword: 'keyword', genome: 'tag genome', overview: 'overview', meaning: 'near in meaning' };

function reasonText({ label, in: where }: SearchReason): string {
  return `${label} (${where.map((place) => places[place]).join(', ')})`;
}
