import { Button, Group, Paper, SegmentedControl, Stack, Text, useMantineColorScheme } from '@mantine/core';
import { IconAdjustmentsHorizontal } from '@tabler/icons-react';
import { Empty } from '../../components/Empty.tsx';
import { formatUnits } from '../../components/format.ts';
import { Page, Section } from '../../components/Page.tsx';
import { ParameterEditor } from '../../components/parameters/ParameterEditor.tsx';
import { useEngine } from '../../host/engine.ts';
import { useOpenWorkspace } from '../../host/workspace.ts';
import { runCommand } from '../../stores/commands.ts';
import { About } from './About.tsx';
import { Alerts } from './Alerts.tsx';
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
            <ParameterEditor />
          )}
        </div>
        <Stack gap={0}>
          <Appearance />
          {workspace === 'open' && <Alerts />}
          <About />
        </Stack>
      </div>
    </Page>
  );
}
