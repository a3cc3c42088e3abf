import { Button, Group, Paper, Text } from '@mantine/core';
import { IconArrowRight } from '@tabler/icons-react';
import type { WorkspaceSummary } from '../../../shared/contract/methods.ts';
import { navigate } from '../../stores/route.ts';
import { runCommand } from '../../stores/commands.ts';

const actions: Record<WorkspaceSummary['next'], { readonly title: string; readonly about: string; readonly button: string; readonly go: () => void }> = {
  import: { title: 'Import ratings', about: 'There is nothing in this workspace yet.', button: 'Import files', go: () => navigate('import') },
  'check quality': { title: 'Check what is wrong with the data', about: 'Every rule counts what fails it and shows the rows, before anything is built on them.', button: 'Check quality', go: () => navigate('quality') },
  run: { title: 'Run the pipeline', about: 'It cleans the data, builds the core tables and features, and trains the models.', button: 'Run the pipeline', go: () => { if (!runCommand('pipeline.run')) navigate('pipeline'); } },
  recommend: { title: 'See recommendations', about: 'Pick a user or invent one, read the reasons, change a rating and watch the list change.', button: 'Recommend', go: () => navigate('recommend') },
};

/** The one thing to do next. */
export function NextAction({ summary }: { readonly summary: WorkspaceSummary }) {
  const { title, about, button, go } = actions[summary.next];
  return (
    <Paper p="md" component="section" aria-label="Next step">
      <Group justify="space-between" wrap="nowrap">
        <div>
          <Text size="xs" c="dimmed">
            Next step
          </Text>
          <Text fz="lg" fw={600}>
            {title}
          </Text>
          <Text size="sm" c="dimmed">
            {about}
          </Text>
        </div>
        <Button size="sm" rightSection={<IconArrowRight size={16} />} onClick={go}>
          {button}
        </Button>
      </Group>
    </Paper>
  );
}
