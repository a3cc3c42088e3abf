import { Group, NavLink, Stack, Text } from '@mantine/core';
import { IconLock } from '@tabler/icons-react';
import { hashOf, type PageId } from '../stores/route.ts';
import classes from './Frame.module.css';
import { pages } from './pages.tsx';

export function Navigation({ current }: { readonly current: PageId }) {
  return (
    <Stack justify="space-between" h="100%">
      <Stack gap={2}>
        {pages.map(({ id, title, icon: Icon }) => (
          <NavLink
            key={id}
            href={hashOf(id)}
            label={title}
            active={id === current}
            aria-current={id === current ? 'page' : undefined}
            leftSection={<Icon size={17} stroke={1.7} aria-hidden />}
            className={classes['link'] ?? ''}
          />
        ))}
      </Stack>
      <Group gap={6} wrap="nowrap" px={8} pb={4} c="dimmed" align="flex-start">
        <IconLock size={14} style={{ flex: 'none', marginTop: 1 }} aria-hidden />
        <Text size="xs">Your data does not leave this computer.</Text>
      </Group>
    </Stack>
  );
}
