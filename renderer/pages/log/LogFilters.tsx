import { Button, Chip, CloseButton, Group, Pill, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { useState } from 'react';
import { logLevels } from '../../../shared/domain/log.ts';
import { isFiltered, type LogView, viewOf } from './filter.ts';
import { levelWords } from './levels.ts';

interface Props {
  readonly view: LogView;
  readonly onChange: (view: LogView) => void;
}

/** Words, levels, a span of time, and the job, run and stage that lines were asked for by. */
export function LogFilters({ view, onChange }: Props) {
  const change = (part: Partial<LogView>) => onChange({ ...view, ...part });
  return (
    <Group component="search" gap="sm" mb="sm" align="center" aria-label="Filter the log">
      <Words view={view} onChange={onChange} />
      <Group component="fieldset" gap={4} m={0} p={0} bd={0} aria-label="Levels">
        {logLevels.map((level) => (
          <Chip
            key={level}
            size="xs"
            radius="sm"
            variant="outline"
            checked={view.levels.includes(level)}
            onChange={(on) => {
              const levels = logLevels.filter((other) => (other === level ? on : view.levels.includes(other)));
              change({ levels: levels.length === 0 ? logLevels : levels });
            }}
          >
            {levelWords[level]}
          </Chip>
        ))}
      </Group>
      <Group gap={4} wrap="nowrap">
        <TextInput key={`since ${view.since}`} type="datetime-local" step={1} w={178} aria-label="From" title="From" defaultValue={view.since} onBlur={(event) => change({ since: event.currentTarget.value })} onKeyDown={(event) => { if (event.key === 'Enter') change({ since: event.currentTarget.value }); }} />
        <span aria-hidden>–</span>
        <TextInput key={`until ${view.until}`} type="datetime-local" step={1} w={178} aria-label="Until" title="Until" defaultValue={view.until} onBlur={(event) => change({ until: event.currentTarget.value })} onKeyDown={(event) => { if (event.key === 'Enter') change({ until: event.currentTarget.value }); }} />
      </Group>
      {(['run', 'stage', 'job'] as const).map((key) =>
        view[key] === '' ? null : (
          <Pill key={key} size="md" withRemoveButton onRemove={() => change({ [key]: '' })} removeButtonProps={{ 'aria-label': `Lines of every ${key}`, 'aria-hidden': false, tabIndex: 0 }}>
            {key} {key === 'job' ? view[key].slice(0, 8) : view[key]}
          </Pill>
        ))}
      {isFiltered(view) && (
        <Button variant="subtle" color="gray" onClick={() => onChange(viewOf(new URLSearchParams()))}>
          Clear filters
        </Button>
      )}
    </Group>
  );
}

/** The words are looked for a moment after the last key. */
function Words({ view, onChange }: Props) {
  const [draft, setDraft] = useState(view.text);
  const [sent, setSent] = useState(view.text);
  if (view.text !== sent) {
    setSent(view.text);
    setDraft(view.text);
  }
  const search = useDebouncedCallback((text: string) => {
    setSent(text);
    onChange({ ...view, text });
  }, 250);
  const take = (text: string) => {
    setDraft(text);
    search(text);
  };
  return (
    <TextInput
      w={240}
      aria-label="Find in the log"
      placeholder="Find in messages and fields"
      leftSection={<IconSearch size={14} aria-hidden />}
      value={draft}
      onChange={(event) => take(event.currentTarget.value)}
      rightSection={draft === '' ? null : <CloseButton size="xs" aria-label="Clear the words" onClick={() => take('')} />}
    />
  );
}
