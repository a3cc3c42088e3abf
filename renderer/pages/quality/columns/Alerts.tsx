import { Chip, Group, Paper, Stack, Text, UnstyledButton } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useState } from 'react';
import type { TableProfile } from '../../../../shared/contract/index.ts';
import { type ProfileAlertKind, profileAlerts } from '../../../../shared/domain/profile-alerts.ts';
import { formatUnits } from '../../../components/format.ts';
import { Status } from '../../../components/Status.tsx';
import { alertKinds } from './profiles.ts';
import classes from './columns.module.css';

/** What the profile warns of, by kind; an alert opens its column. Keeps its height while figures become exact. */
export function Alerts({ profile, onOpen }: { readonly profile: TableProfile; readonly onOpen: (column: string) => void }) {
  const [kind, setKind] = useState<ProfileAlertKind | 'all'>('all');
  const { alerts } = profile;
  const kinds = alertKinds(alerts);
  const chosen = kinds.some((entry) => entry.kind === kind) ? kind : 'all';
  const shown = alerts.filter((alert) => chosen === 'all' || alert.kind === chosen);
  return (
    <Paper p="sm" component="section" aria-label="Alerts" h={136}>
      <Stack gap="xs" h="100%">
        <Group gap="xs">
          <Text fw={600} size="sm">
            {alerts.length === 0 ? 'Alerts' : formatUnits(alerts.length, 'alert')}
          </Text>
          {kinds.length > 1 && (
            <Chip.Group value={chosen} onChange={setKind}>
              <Group gap={6} role="radiogroup" aria-label="Kind of alert">
                <Chip size="xs" value="all">
                  All
                </Chip>
                {kinds.map((entry) => (
                  <Chip key={entry.kind} size="xs" value={entry.kind}>
                    {profileAlerts[entry.kind].label} {entry.count}
                  </Chip>
                ))}
              </Group>
            </Chip.Group>
          )}
        </Group>
        {alerts.length === 0 ? (
          <Status tone={profile.exact ? 'good' : 'info'}>{profile.exact ? 'Nothing stands out' : 'Nothing stands out in the sample'}</Status>
        ) : (
          <ul className={classes['alerts']}>
            {shown.map((alert) => {
              const [column] = alert.columns;
              const words = (
                <>
                  <IconAlertTriangle size={14} aria-hidden color="var(--rb-warn)" />
                  <Text span size="sm" fw={500}>
                    {profileAlerts[alert.kind].label}
                  </Text>
                  <Text span size="sm">
                    {alert.estimate ? '≈ ' : ''}
                    {alert.text}{' '}
                    <Text span size="sm" c="dimmed">
                      {profileAlerts[alert.kind].meaning}
                    </Text>
                  </Text>
                </>
              );
              return (
                <li key={`${alert.kind} ${alert.columns.join(' ')}`}>
                  {column === undefined ? (
                    <div className={classes['alert']}>{words}</div>
                  ) : (
                    <UnstyledButton className={classes['alert'] ?? ''} onClick={() => onOpen(column)}>
                      {words}
                    </UnstyledButton>
                  )}
                </li>
              );
            })}
          </ul>
        )}
      </Stack>
    </Paper>
  );
}
