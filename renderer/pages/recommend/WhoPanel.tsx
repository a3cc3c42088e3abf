import { Button, Stack } from '@mantine/core';
import { IconUserSearch } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { Empty } from '../../components/Empty.tsx';
import { ErrorPanel } from '../../components/ErrorPanel.tsx';
import { useEngine } from '../../host/engine.ts';
import { useHistory } from './asks.ts';
import { chooseUser, inventUser } from './bench.ts';
import { HistoryPanel } from './HistoryPanel.tsx';
import classes from './recommend.module.css';
import { mostActive, UserPicker } from './UserPicker.tsx';

/** At the left of a bench: whom it is about, and what that user rated, which the keyboard may pass by: each film has three stops. */
export function WhoPanel() {
  return (
    <section className={classes['who']} aria-label="User and history">
      <Stack gap="md">
        <UserPicker />
        <button type="button" className={classes['skip']} onClick={() => document.querySelector<HTMLElement>('search input')?.focus()}>
          Skip the history
        </button>
        <HistoryPanel />
      </Stack>
    </section>
  );
}

/** Nobody is chosen yet: who could be. */
export function Nobody() {
  const first = useEngine('users.search', mostActive).data?.users[0];
  return (
    <Empty
      icon={<IconUserSearch size={28} />}
      title="Whom to recommend to?"
      actions={
        <>
          {first !== undefined && <Button onClick={() => chooseUser(first.userId)}>Take the most active user</Button>}
          <Button variant="default" onClick={inventUser}>
            Invent a user
          </Button>
        </>
      }
    >
      Choose a user on the left, or invent one by rating a few films.
    </Empty>
  );
}

/** What is said of a user, or once and for all why there is no such user. */
export function OfKnownUser({ children }: { readonly children: ReactNode }) {
  const { answer, real } = useHistory();
  return answer.isError && real === undefined ? <ErrorPanel error={answer.error.toData()} onRetry={() => void answer.refetch()} /> : children;
}
