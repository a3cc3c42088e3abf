import { ActionIcon, Badge, Group, Paper, Stack, Text, Tooltip, UnstyledButton } from '@mantine/core';
import { IconDatabase, IconX } from '@tabler/icons-react';
import { Answer } from '../../components/Answer.tsx';
import { ErrorPanel } from '../../components/ErrorPanel.tsx';
import { formatAgo } from '../../components/format.ts';
import { useCall, useEngine } from '../../host/engine.ts';
import { workspaceTitle } from '../../host/workspace.ts';
import classes from './RecentWorkspaces.module.css';

/** Workspaces opened before, newest first: open one, or take it off the list (its files stay). */
export function RecentWorkspaces() {
  const entries = useEngine('workspaces.list', {});
  const open = useCall('workspaces.open');
  const forget = useCall('workspaces.forget');
  const error = open.error ?? forget.error;
  return (
    <Stack gap="sm">
      {error !== null && <ErrorPanel error={error.toData()} onRetry={open.error === null ? undefined : () => open.mutate(open.variables)} />}
      <Answer of={entries}>
        {(list) =>
          list.length === 0 ? (
            <Text size="sm" c="dimmed">
              None yet. The workspaces that you open are listed here.
            </Text>
          ) : (
            <Paper p={4} component="ul" className={classes['list'] ?? ''} aria-label="Recent workspaces">
              {list.map((entry) => (
                <li key={entry.id} className={classes['entry']}>
                  <UnstyledButton className={classes['open'] ?? ''} disabled={!entry.exists || entry.current} onClick={() => open.mutate({ id: entry.id })} aria-current={entry.current || undefined}>
                    <Group gap="sm" wrap="nowrap">
                      <IconDatabase size={16} aria-hidden color="var(--mantine-color-dimmed)" />
                      <div className={classes['name']}>
                        <Text truncate fw={500}>
                          {workspaceTitle(entry)}
                        </Text>
                        <Text size="xs" c="dimmed">
                          {entry.exists ? `Opened ${formatAgo(entry.openedAt)}` : 'Its folder is gone'}
                        </Text>
                      </div>
                      {entry.current && <Badge>open</Badge>}
                    </Group>
                  </UnstyledButton>
                  {!entry.current && (
                    <Tooltip label="Take off this list; the files stay">
                      <ActionIcon aria-label={`Take ${workspaceTitle(entry)} off the list`} onClick={() => forget.mutate({ id: entry.id })}>
                        <IconX size={15} />
                      </ActionIcon>
                    </Tooltip>
                  )}
                </li>
              ))}
            </Paper>
          )
        }
      </Answer>
    </Stack>
  );
}
