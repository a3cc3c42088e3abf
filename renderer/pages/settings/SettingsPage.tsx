import { Button, Group, Paper, SegmentedControl, Stack, Switch, Text, TextInput, useMantineColorScheme } from '@mantine/core';
import { IconAdjustmentsHorizontal, IconSearch } from '@tabler/icons-react';
import { useState } from 'react';
import type { ParameterInfo } from '../../../shared/contract/parameters.ts';
import { Answer } from '../../components/Answer.tsx';
import { Empty } from '../../components/Empty.tsx';
import { formatUnits } from '../../components/format.ts';
import { Page, Section } from '../../components/Page.tsx';
import { useEngine } from '../../host/engine.ts';
import { useOpenWorkspace } from '../../host/workspace.ts';
import { runCommand } from '../../stores/commands.ts';
import { About } from './About.tsx';
import { isChanged, ParameterRow } from './ParameterRow.tsx';
import { sectionsOf } from './sections.ts';
import classes from './Settings.module.css';

const schemes = [
  { value: 'light', label: 'Light' },
  { value: 'dark', label: 'Dark' },
  { value: 'auto', label: 'As the system' },
] as const;

function Appearance() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <Section title="Appearance">
      <Paper p="md">
        <Group justify="space-between">
          <Text id="colours">Colours</Text>
          <SegmentedControl aria-labelledby="colours" data={[...schemes]} value={colorScheme} onChange={(value) => setColorScheme(schemes.find((scheme) => scheme.value === value)?.value ?? 'auto')} />
        </Group>
      </Paper>
    </Section>
  );
}

function Parameters({ parameters }: { readonly parameters: readonly ParameterInfo[] }) {
  const [text, setText] = useState('');
  const [onlyChanged, setOnlyChanged] = useState(false);
  const words = text.trim().toLowerCase();
  const changed = parameters.filter(isChanged).length;
  const shown = parameters.filter((parameter) => (!onlyChanged || isChanged(parameter)) && `${parameter.path} ${parameter.title} ${parameter.help}`.toLowerCase().includes(words));
  return (
    <>
      <Group justify="space-between" mb="md">
        <TextInput w={320} aria-label="Find a parameter" placeholder="Find a parameter" leftSection={<IconSearch size={14} />} value={text} onChange={(event) => setText(event.currentTarget.value)} />
        <Switch label={`Only what was changed (${changed})`} checked={onlyChanged} onChange={(event) => setOnlyChanged(event.currentTarget.checked)} />
      </Group>
      {shown.length === 0 && (
        <Text c="dimmed" my="xl">
          {onlyChanged && changed === 0 ? 'Every parameter has its default.' : 'No parameter by that name.'}
        </Text>
      )}
      {sectionsOf(shown).map(({ title, about, members }) => (
        <Section key={title} title={title} about={about}>
          <Paper className={classes['rows'] ?? ''}>
            {members.map((parameter) => (
              <ParameterRow key={parameter.path} parameter={parameter} />
            ))}
          </Paper>
        </Section>
      ))}
    </>
  );
}

/** Every parameter of the workspace with its meaning, bounds and default; colours; versions and health. */
export default function SettingsPage() {
  const workspace = useOpenWorkspace();
  const parameters = useEngine('params.list', {}, { enabled: workspace === 'open' });
  return (
    <Page title="Settings" about={parameters.data === undefined ? 'Colours, versions and health' : `${formatUnits(parameters.data.length, 'parameter')} of this workspace, kept in its reelbench.yaml. A change is saved at once and counts from the next run.`}>
      <div className={classes['columns']}>
        <div>
          {workspace === 'none' ? (
            <Empty
              icon={<IconAdjustmentsHorizontal size={32} stroke={1.4} />}
              title="Parameters belong to a workspace"
              actions={
                <Button variant="default" onClick={() => runCommand('workspace.new')}>
                  New workspace
                </Button>
              }
            >
              Open one, and everything that its pipeline and models can be told is listed here.
            </Empty>
          ) : (
            <Answer of={parameters}>{(list) => <Parameters parameters={list} />}</Answer>
          )}
        </div>
        <Stack gap={0}>
          <Appearance />
          <About />
        </Stack>
      </div>
    </Page>
  );
}
