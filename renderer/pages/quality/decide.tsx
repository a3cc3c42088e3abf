import { Button, Group, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import type { Decided } from '../../../shared/contract/decisions.ts';
import { asReelbenchError } from '../../host/engine.ts';
import { host } from '../../host/host.ts';

const TOAST_MS = 10_000;

function failed(thrown: unknown): void {
  const error = asReelbenchError(thrown);
  notifications.show({ color: 'red', title: 'Nothing was decided', message: [error.message, error.hint].filter((part) => part !== undefined).join(' ') });
}

/** Takes a decision back and says so. */
export async function undoDecision(decision: number, words: string): Promise<void> {
  try {
    await host.call('quality.undo', { decision });
    notifications.show({ message: `Undone: ${words}.` });
  } catch (thrown) {
    failed(thrown);
  }
}

/** Makes decisions, and offers after each to take it back. */
export function useDecide() {
  const [busy, setBusy] = useState(false);
  const decide = async (words: (decided: Decided) => string, work: () => Promise<Decided>): Promise<boolean> => {
    setBusy(true);
    try {
      const decided = await work();
      const { decision } = decided;
      if (decision === null) {
        notifications.show({ message: 'This is decided already.' });
        return true;
      }
      const said = words(decided);
      const id = `decision-${decision}`;
      notifications.show({
        id,
        autoClose: TOAST_MS,
        message: (
          <Group justify="space-between" wrap="nowrap">
            <Text size="sm">{said}. It counts from the next run on.</Text>
            <Button
              size="compact-xs"
              variant="default"
              onClick={() => {
                notifications.hide(id);
                void undoDecision(decision, said);
              }}
            >
              Undo
            </Button>
          </Group>
        ),
      });
      return true;
    } catch (thrown) {
      failed(thrown);
      return false;
    } finally {
      setBusy(false);
    }
  };
  return { busy, decide };
}
