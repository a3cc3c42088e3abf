import { Group, Select, Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconPlus, IconQuestionMark } from '@tabler/icons-react';
import { useState } from 'react';
import type { Movie } from '../../../shared/contract/recommend.ts';
import { formatDecimal, formatUnits } from '../../components/format.ts';
import { useEngine } from '../../host/engine.ts';

const LIMIT = 20;

interface FilmSearchProps {
  readonly exclude: ReadonlySet<number>;
  readonly onAdd: (film: Movie) => void;
  readonly label?: string;
  readonly placeholder?: string;
  readonly icon?: 'plus' | 'question';
}

/** Finds a film by words of its title and hands it over. */
export function FilmSearch({ exclude, onAdd, label = 'Add a film to the history', placeholder = 'Add a film by its title', icon = 'plus' }: FilmSearchProps) {
  const [text, setText] = useState('');
  const [asked] = useDebouncedValue(text.trim(), 120);
  const found = useEngine('movies.search', { text: asked, limit: LIMIT, offset: 0 }, { keep: true });
  const films = new Map((found.data ?? []).filter(({ movieId }) => !exclude.has(movieId)).map((film) => [String(film.movieId), film]));
  return (
    <Select
      aria-label={label}
      placeholder={placeholder}
      searchable
      leftSection={icon === 'plus' ? <IconPlus size={14} aria-hidden /> : <IconQuestionMark size={14} aria-hidden />}
      value={null}
      searchValue={text}
      onSearchChange={setText}
      data={[...films].map(([value, { title }]) => ({ value, label: title }))}
      filter={({ options }) => options}
      onChange={(value) => {
        const film = value === null ? undefined : films.get(value);
        if (film !== undefined) onAdd(film);
        setText('');
      }}
      renderOption={({ option }) => <FilmOption film={films.get(option.value)} />}
      nothingFoundMessage={found.data === undefined ? 'Searching' : 'No film with these words in its title'}
      maxDropdownHeight={360}
      comboboxProps={{ width: 380, position: 'bottom-start' }}
    />
  );
}

function FilmOption({ film }: { readonly film: Movie | undefined }) {
  if (film === undefined) return null;
  return (
    <div style={{ flex: 1, minWidth: 0 }}>
      <Group justify="space-between" wrap="nowrap">
        <Text size="sm" truncate>
          {film.title}{' '}
          <Text span inherit c="dimmed">
            {film.year ?? ''}
          </Text>
        </Text>
        <Text size="xs" c="dimmed" style={{ whiteSpace: 'nowrap' }}>
          {formatUnits(film.ratings, 'rating')}
          {film.mean === null ? '' : `, ${formatDecimal(film.mean, 2)}`}
        </Text>
      </Group>
      <Text size="xs" c="dimmed" truncate>
        {film.genres.join(', ')}
      </Text>
    </div>
  );
}
