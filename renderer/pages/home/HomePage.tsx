import { Button, Grid, Group, Stack } from '@mantine/core';
import { IconFlask, IconPlus } from '@tabler/icons-react';
import { Answer } from '../../components/Answer.tsx';
import { DropFiles } from '../../components/DropFiles.tsx';
import { ErrorPanel } from '../../components/ErrorPanel.tsx';
import { Page, Section } from '../../components/Page.tsx';
import { SourceChanges } from '../../components/SourceChanges.tsx';
import { asReelbenchError, useCall, useEngine } from '../../host/engine.ts';
import { workspaceTitle } from '../../host/workspace.ts';
import { runCommand } from '../../stores/commands.ts';
import { NextAction } from './NextAction.tsx';
import { RecentWorkspaces } from './RecentWorkspaces.tsx';
import { WorkspaceOverview } from './WorkspaceOverview.tsx';

/** Where one begins: the open workspace with its one next action, others, and a place to drop files. */
export default function HomePage() {
  const summary = useEngine('workspace.summary', {});
  const sample = useCall('workspaces.openSample');
  return (
    <Page
      title={summary.data ? workspaceTitle(summary.data) : 'Home'}
      about={summary.data?.sample === true ? 'Invented users, films and ratings, with planted defects.' : 'Data quality, repeatable pipelines and honest recommenders, on this computer alone.'}
      actions={
        <>
          {summary.data?.sample !== true && (
            <Button variant={summary.data === null ? 'filled' : 'default'} leftSection={<IconFlask size={14} />} loading={sample.isPending} onClick={() => sample.mutate({})}>
              Open the built-in sample
            </Button>
          )}
          <Button variant="default" leftSection={<IconPlus size={14} />} onClick={() => runCommand('workspace.new')}>
            New workspace
          </Button>
        </>
      }
    >
      {sample.error !== null && (
        <Group mb="md">
          <ErrorPanel error={asReelbenchError(sample.error).toData()} />
        </Group>
      )}
      <Grid gap="lg">
        <Grid.Col span={8}>
          <Answer of={summary}>
            {(workspace) => (
              <Stack gap="lg">
                {workspace !== null && workspace.files.length > 0 && <SourceChanges />}
                {workspace !== null && workspace.files.length > 0 && <NextAction summary={workspace} />}
                {workspace !== null && workspace.files.length > 0 && <WorkspaceOverview summary={workspace} />}
                <DropFiles compact={workspace !== null && workspace.files.length > 0} />
              </Stack>
            )}
          </Answer>
        </Grid.Col>
        <Grid.Col span={4}>
          <Section title="Recent workspaces">
            <RecentWorkspaces />
          </Section>
        </Grid.Col>
      </Grid>
    </Page>
  );
}
