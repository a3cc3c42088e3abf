import { Box, Group, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './Page.module.css';

export interface PageProps {
  readonly title: string;
  /** One line under the title. */
  readonly about?: ReactNode;
  /** Buttons at the right of the title. */
  readonly actions?: ReactNode;
  /** The page fills the window and scrolls inside itself (grids), instead of scrolling as a whole. */
  readonly fill?: boolean;
  readonly children: ReactNode;
}

/** A page's frame: heading, actions, content. The heading takes the focus when the page opens (see app/Frame). */
export function Page({ title, about, actions, fill = false, children }: PageProps) {
  return (
    <Box className={classes['page']} data-fill={fill || undefined}>
      <Group className={classes['head']} justify="space-between" align="flex-start" wrap="nowrap" gap="lg">
        <div className={classes['titles']}>
          <Title order={1} tabIndex={-1} data-page-title>
            {title}
          </Title>
          {about !== undefined && (
            <Text c="dimmed" size="sm" component="div">
              {about}
            </Text>
          )}
        </div>
        {actions !== undefined && (
          <Group gap="xs" wrap="nowrap" className={classes['actions']}>
            {actions}
          </Group>
        )}
      </Group>
      <div className={classes['body']}>{children}</div>
    </Box>
  );
}

/** A titled part of a page. */
export function Section({ title, about, actions, children }: { readonly title: string; readonly about?: ReactNode; readonly actions?: ReactNode; readonly children: ReactNode }) {
  return (
    <section className={classes['section']} aria-label={title}>
      <Group justify="space-between" align="flex-end" wrap="nowrap" mb="xs">
        <div>
          <Title order={2}>{title}</Title>
          {about !== undefined && (
            <Text c="dimmed" size="sm" component="div">
              {about}
            </Text>
          )}
        </div>
        {actions !== undefined && (
          <Group gap="xs" wrap="nowrap">
            {actions}
          </Group>
        )}
      </Group>
      {children}
    </section>
  );
}
