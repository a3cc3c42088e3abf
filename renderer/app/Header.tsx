import { ActionIcon, Button, Group, Menu, Text, Tooltip, useMantineColorScheme } from '@mantine/core';
import { IconCheck, IconChevronDown, IconDeviceDesktop, IconDatabase, IconFlask, IconMoon, IconPlus, IconSearch, IconSun } from '@tabler/icons-react';
import { Keys } from '../components/Keys.tsx';
import { useCall, useEngine } from '../host/engine.ts';
import { workspaceTitle } from '../host/workspace.ts';
import { runCommand } from '../stores/commands.ts';
import { complain } from './complain.ts';
import classes from './Frame.module.css';
import { JobIndicator } from './JobIndicator.tsx';

function Workspaces() {
  const entries = useEngine('workspaces.list', {});
  const summary = useEngine('workspace.summary', {});
  const open = useCall('workspaces.open');
  return (
    <Menu position="bottom-start" width={280}>
      <Menu.Target>
        <Button variant="subtle" color="gray" rightSection={<IconChevronDown size={14} />} fw={500} fz="md" px={8}>
          {summary.isPending ? '\u00a0' : (summary.data ? workspaceTitle(summary.data) : 'No workspace open')}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {(entries.data ?? []).length > 0 && <Menu.Label>Recent workspaces</Menu.Label>}
        {entries.data?.slice(0, 8).map((entry) => (
          <Menu.Item
            key={entry.id}
            leftSection={entry.current ? <IconCheck size={15} /> : <IconDatabase size={15} />}
            disabled={!entry.exists}
            onClick={() => { if (!entry.current) open.mutate({ id: entry.id }, { onError: complain }); }}
          >
            {workspaceTitle(entry)}
          </Menu.Item>
        ))}
        {(entries.data ?? []).length > 0 && <Menu.Divider />}
        <Menu.Item leftSection={<IconPlus size={15} />} onClick={() => runCommand('workspace.new')}>
          New workspace
        </Menu.Item>
        <Menu.Item leftSection={<IconFlask size={15} />} onClick={() => runCommand('workspace.openSample')}>
          Open the built-in sample
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

const schemes = [
  { value: 'light', label: 'Light', icon: IconSun },
  { value: 'dark', label: 'Dark', icon: IconMoon },
  { value: 'auto', label: 'As the system', icon: IconDeviceDesktop },
] as const;

function Theme() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const Current = (schemes.find(({ value }) => value === colorScheme) ?? schemes[2]).icon;
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Tooltip label="Colours">
          <ActionIcon aria-label="Colours">
            <Current size={17} />
          </ActionIcon>
        </Tooltip>
      </Menu.Target>
      <Menu.Dropdown>
        {schemes.map(({ value, label, icon: Icon }) => (
          <Menu.Item key={value} leftSection={<Icon size={15} />} rightSection={value === colorScheme ? <IconCheck size={14} aria-label="chosen" /> : undefined} onClick={() => setColorScheme(value)}>
            {label}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

export function Header() {
  return (
    <Group h="100%" px={12} justify="space-between" wrap="nowrap">
      <Group gap="xs" wrap="nowrap">
        <div className={classes['brand']}>
          <img src="/icon.svg" width={20} height={20} alt="" />
          <Text span fw={600}>
            Reelbench
          </Text>
        </div>
        <Workspaces />
      </Group>
      <Group gap="sm" wrap="nowrap">
        <JobIndicator />
        <Button variant="default" className={classes['palette'] ?? ''} leftSection={<IconSearch size={14} />} rightSection={<Keys of="mod+K" />} justify="flex-start" styles={{ label: { flex: 1 } }} aria-keyshortcuts="Control+K" onClick={() => runCommand('view.palette')}>
          Search
        </Button>
        <Theme />
      </Group>
    </Group>
  );
}
