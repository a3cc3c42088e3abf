import { Button, Group, Loader, Text } from '@mantine/core';
import type { UseQueryResult } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { ErrorPanel } from '../../../components/ErrorPanel.tsx';
import { asReelbenchError } from '../../../host/engine.ts';

/** What a facet says while its counts are on their way, after they were given up, or when they failed. */
export function Counting({ of, onCancel }: { readonly of: UseQueryResult; readonly onCancel: () => void }) {
  const [late, setLate] = useState(false);
  useEffect(() => {
    if (!of.isFetching) return undefined;
    const timer = setTimeout(() => setLate(true), 300);
    return () => {
      clearTimeout(timer);
      setLate(false);
    };
  }, [of.isFetching]);
  if (of.isFetching) {
    return (
      <Group gap="xs" mih={24} aria-busy style={{ visibility: late ? 'visible' : 'hidden' }}>
        <Loader size={12} />
        <Text size="xs" c="dimmed">Counting</Text>
        <Button variant="subtle" size="compact-xs" onClick={onCancel}>Stop</Button>
      </Group>
    );
  }
  if (of.isError && asReelbenchError(of.error).code !== 'cancelled') return <ErrorPanel error={asReelbenchError(of.error).toData()} onRetry={() => void of.refetch()} />;
  if (of.data === undefined) {
    return (
      <Group gap="xs" mih={24}>
        <Text size="xs" c="dimmed">Stopped</Text>
        <Button variant="subtle" size="compact-xs" onClick={() => void of.refetch()}>Count again</Button>
      </Group>
    );
  }
  return null;
}
