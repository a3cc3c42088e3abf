import { EmptyState, Paper } from '@mantine/core';
import type { ReactNode } from 'react';

/** What a page shows when there is nothing yet: what belongs here, and the one next action. */
export function Empty({ icon, title, children, actions }: { readonly icon: ReactNode; readonly title: string; readonly children?: ReactNode; readonly actions?: ReactNode }) {
  return (
    <Paper px="lg" py={56} bg="var(--rb-surface)">
      <EmptyState size="sm" icon={icon} title={title} description={children} maw={520} mx="auto">
        {actions !== undefined && <EmptyState.Actions>{actions}</EmptyState.Actions>}
      </EmptyState>
    </Paper>
  );
}
