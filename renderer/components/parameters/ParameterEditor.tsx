import { ActionIcon, Box, Group, Paper, Switch, Text, TextInput, Title, Tooltip } from '@mantine/core';
import { useWindowEvent } from '@mantine/hooks';
import { IconArrowBackUp, IconArrowForwardUp, IconSearch } from '@tabler/icons-react';
import { useState } from 'react';
import type { ParameterInfo } from '../../../shared/contract/parameters.ts';
import { useEngine } from '../../host/engine.ts';
import { keyCaps } from '../../host/keys.ts';
import { Answer } from '../Answer.tsx';
import { ErrorPanel } from '../ErrorPanel.tsx';
import { ParameterRow } from './ParameterRow.tsx';
import classes from './parameters.module.css';
import { useParameterHistory } from './useParameterHistory.ts';
import { changeText, groupsOf, isChanged, parametersAt, parametersWith } from './words.ts';

/** More than these are searched rather than read. */
const READABLE = 8;

export interface ParameterEditorProps {
  /** Only the parameters at or below these paths, such as `transform` or `quality.scale_min`; all when left out. */
  readonly paths?: readonly string[];
}

/**
 * The workspace's parameters with their meaning, bounds, default and origin, each changed in its place; changes are saved
 * at once and can be undone. Takes the width that it is given: in a narrow pane fields stand below their names.
 */
export function ParameterEditor({ paths }: ParameterEditorProps) {
  const parameters = useEngine('params.list', {});
  // The file may have been changed by hand while another window was in front.
  useWindowEvent('focus', () => void parameters.refetch());
  return (
    <div className={classes['editor']}>
      {parameters.isError && parameters.data !== undefined && (
        <Box mb="md">
          <ErrorPanel error={parameters.error.toData()} onRetry={() => void parameters.refetch()} />
        </Box>
      )}
      <Answer of={parameters}>{(list) => <Parameters parameters={parametersAt(list, paths)} heading={paths === undefined ? 2 : 3} />}</Answer>
    </div>
  );
}

function Parameters({ parameters, heading }: { readonly parameters: readonly ParameterInfo[]; readonly heading: 2 | 3 }) {
  const [text, setText] = useState('');
  const [onlyChanged, setOnlyChanged] = useState(false);
  const changed = parameters.filter(isChanged).length;
  const many = parameters.length > READABLE;
  const shown = parametersWith(parameters, text).filter((parameter) => !onlyChanged || isChanged(parameter));
  return (
    <>
      <Group justify="space-between" mb="md" gap="sm">
        {many && <TextInput className={classes['search'] ?? ''} aria-label="Find a parameter" placeholder="Find a parameter" leftSection={<IconSearch size={14} />} value={text} onChange={(event) => setText(event.currentTarget.value)} />}
        <Group gap="md" ml="auto">
          {many && <Switch label={`Only what was changed (${changed})`} checked={onlyChanged} onChange={(event) => setOnlyChanged(event.currentTarget.checked)} />}
          <UndoButtons />
        </Group>
      </Group>
      {shown.length === 0 && (
        <Text c="dimmed" my="lg">
          {parameters.length === 0 ? 'There is nothing to set here.' : onlyChanged && changed === 0 ? 'Every parameter has its default.' : 'No parameter by that name.'}
        </Text>
      )}
      {groupsOf(shown).map(({ title, about, members }) => (
        <section key={title} className={classes['group']} aria-label={title}>
          <Title order={heading}>{title}</Title>
          {about !== '' && (
            <Text c="dimmed" size="sm">
              {about}
            </Text>
          )}
          <Paper className={classes['rows'] ?? ''} mt="xs">
            {members.map((parameter) => (
              <ParameterRow key={parameter.path} parameter={parameter} />
            ))}
          </Paper>
        </section>
      ))}
    </>
  );
}

function UndoButtons() {
  const { undo, redo } = useParameterHistory();
  return (
    <Group gap={4} wrap="nowrap">
      {([['Undo', undo, IconArrowBackUp, 'mod+Z'], ['Redo', redo, IconArrowForwardUp, 'mod+shift+Z']] as const).map(([name, { change, run, enabled }, Icon, keys]) => (
        <Tooltip key={name} label={change === null ? `Nothing to ${name.toLowerCase()}` : `${name} ${changeText(change)} (${keyCaps(keys).join('+')})`} maw={420} multiline>
          <ActionIcon aria-label={change === null ? name : `${name} ${changeText(change)}`} {...(enabled ? {} : { 'data-disabled': true, 'aria-disabled': true })} onClick={() => { if (enabled) run(); }}>
            <Icon size={16} />
          </ActionIcon>
        </Tooltip>
      ))}
    </Group>
  );
}
