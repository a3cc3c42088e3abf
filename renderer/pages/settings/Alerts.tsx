import { Button, Code, Group, Paper, Stack, Text } from '@mantine/core';
import { IconBell } from '@tabler/icons-react';
import { useState } from 'react';
import type { AlertDelivery, AlertTarget } from '../../../shared/contract/log.ts';
import { Answer } from '../../components/Answer.tsx';
import { ErrorPanel } from '../../components/ErrorPanel.tsx';
import { formatSeconds } from '../../components/format.ts';
import { Section } from '../../components/Page.tsx';
import { Status, type Tone } from '../../components/Status.tsx';
import { queryClient, useCall, useEngine } from '../../host/engine.ts';
import { askForNotifications, type NotificationState, notificationState } from '../../host/notifications.ts';

const channelWords: Record<AlertDelivery['channel'], string> = { desktop: 'Notification', webhook: 'Webhook', command: 'Command' };
const tones: Record<AlertDelivery['state'], Tone> = { sent: 'good', failed: 'bad', 'not allowed': 'warn', off: 'skipped' };
const words: Record<AlertDelivery['state'], string> = { sent: 'sent', failed: 'not sent', 'not allowed': 'not allowed', off: 'off' };

/** Where alerts of this workspace go, what of it this computer allows, and a test of it all. */
export function Alerts() {
  const targets = useEngine('alerts.targets', {});
  const test = useCall('alerts.test');
  return (
    <Section
      title="Where alerts go"
      actions={
        <Button variant="default" leftSection={<IconBell size={14} aria-hidden />} loading={test.isPending} onClick={() => test.mutate({})}>
          Send a test alert
        </Button>
      }
    >
      <Paper p="md">
        <Stack gap="sm">
          <Notifications />
          <Answer of={targets}>
            {(list) => (
              <>
                {list.map((target) => (
                  <Target key={target.channel} target={target} />
                ))}
              </>
            )}
          </Answer>
          {test.error !== null && <ErrorPanel error={test.error.toData()} />}
          <div aria-live="polite">
            {test.data !== undefined && (
              <Stack gap={6} component="ul" m={0} p={0} aria-label="The test" style={{ listStyle: 'none' }}>
                {test.data.map(({ channel, state, detail, milliseconds }) => (
                  <li key={channel}>
                    <Status tone={tones[state]}>{`${channelWords[channel]}: ${words[state]}${state === 'sent' || state === 'failed' ? ` after ${formatSeconds(milliseconds / 1000)}` : ''}`}</Status>
                    <Text size="xs" c="dimmed" pl={22} style={{ overflowWrap: 'anywhere' }}>
                      {detail}
                    </Text>
                  </li>
                ))}
              </Stack>
            )}
          </div>
        </Stack>
      </Paper>
    </Section>
  );
}

const permissionWords: Record<NotificationState, string> = {
  desktop: 'Shown by the system.',
  granted: 'Shown by the browser.',
  denied: 'The browser was told not to show any, so they appear in this window.',
  default: 'They appear in this window.',
  none: 'This browser knows none, so they appear in this window.',
};

function Notifications() {
  const [state, setState] = useState(notificationState);
  return (
    <Group justify="space-between" wrap="nowrap" align="flex-start">
      <div>
        <Text fw={500}>Notification</Text>
        <Text size="xs" c="dimmed">
          {permissionWords[state]}
        </Text>
      </div>
      {state === 'default' && (
        <Button variant="default" onClick={() => void askForNotifications().then(setState)}>
          Allow in the browser
        </Button>
      )}
    </Group>
  );
}

/** A webhook or command that the workspace names. It came with the workspace, so it is used only once it was allowed here. */
function Target({ target: { channel, target, allowed, problem } }: { readonly target: AlertTarget }) {
  const allow = useCall('alerts.allow');
  const forbid = useCall('alerts.forbid');
  const seen = { onSuccess: () => void queryClient.invalidateQueries({ queryKey: ['alerts.targets'] }) };
  const error = allow.error ?? forbid.error;
  return (
    <div>
      <Group justify="space-between" wrap="nowrap" align="flex-start">
        <div style={{ minWidth: 0 }}>
          <Text fw={500}>{channelWords[channel]}</Text>
          {target === null ? (
            <Text size="xs" c="dimmed">
              None; set alerts.{channel} to have one.
            </Text>
          ) : (
            <Code style={{ overflowWrap: 'anywhere', whiteSpace: 'pre-wrap' }}>{target}</Code>
          )}
        </div>
        {target !== null && problem === null && !allowed && (
          <Button variant="default" loading={allow.isPending} onClick={() => allow.mutate({ channel, target }, seen)} aria-label={`Allow the ${channel}`}>
            Allow
          </Button>
        )}
        {target !== null && allowed && (
          <Button variant="default" loading={forbid.isPending} onClick={() => forbid.mutate({ channel }, seen)} aria-label={`Forbid the ${channel}`}>
            Forbid
          </Button>
        )}
      </Group>
      {target !== null && (
        <Text size="xs" c={problem === null && allowed ? 'dimmed' : 'var(--rb-warn)'} mt={2}>
          {problem ?? (allowed ? 'Allowed on this computer.' : channel === 'command' ? 'The workspace wants to run this on your computer. Allow it only if you know it.' : 'The workspace wants to send news of its runs there. Allow it only if you know it.')}
        </Text>
      )}
      {error !== null && (
        <Text size="xs" c="var(--rb-bad)" role="alert">
          {error.message}
        </Text>
      )}
    </div>
  );
}
