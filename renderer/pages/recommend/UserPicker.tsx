import { Group, SegmentedControl, Select, Stack, Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconUser } from '@tabler/icons-react';
import { useState } from 'react';
import type { UserSummary } from '../../../shared/contract/recommend.ts';
import { formatDecimal, formatUnits } from '../../components/format.ts';
import { useEngine } from '../../host/engine.ts';
import { chooseUser, inventUser, useBench } from './bench.ts';
import classes from './recommend.module.css';

const LIMIT = 50;
/** The question whose answer begins with the user who rated most. */
export const mostActive = { text: '', limit: LIMIT, offset: 0 } as const;
const nameOf = (userId: number) => `User ${userId}`;

/** Finds a user by id or by activity, or invents one. */
export function UserPicker() {
  const who = useBench((bench) => bench.who);
  const [text, setText] = useState('');
  const [asked] = useDebouncedValue(text.replace(/^user\s*/i, '').trim(), 120);
  const found = useEngine('users.search', { text: typeof who === 'number' && asked === String(who) ? '' : asked, limit: LIMIT, offset: 0 }, { keep: true });
  const [lastUser, setLastUser] = useState<number | null>(null);
  if (typeof who === 'number' && who !== lastUser) setLastUser(who);
  const users = new Map((found.data?.users ?? []).map((user) => [String(user.userId), user]));
  const values = [...new Set([...(typeof who === 'number' ? [String(who)] : []), ...users.keys()])];
  const first = found.data?.users[0];
  return (
    <Stack gap="xs">
      <SegmentedControl
        fullWidth
        aria-label="Whom to recommend to"
        value={who === 'invented' ? 'invented' : 'user'}
        data={[
          { value: 'user', label: 'A user' },
          { value: 'invented', label: 'An invented user' },
        ]}
        onChange={(value) => {
          if (value === 'invented') inventUser();
          else if (lastUser !== null) chooseUser(lastUser);
          else if (first !== undefined) chooseUser(first.userId);
        }}
      />
      {who !== 'invented' && (
        <Select
          aria-label="User"
          placeholder="User id, or browse by activity"
          searchable
          leftSection={<IconUser size={14} aria-hidden />}
          value={typeof who === 'number' ? String(who) : null}
          data={values.map((value) => ({ value, label: nameOf(Number(value)) }))}
          filter={({ options }) => options}
          onSearchChange={setText}
          onChange={(value) => value !== null && chooseUser(Number(value))}
          renderOption={({ option }) => <UserOption name={option.label} user={users.get(option.value)} />}
          nothingFoundMessage="No user with this id"
          maxDropdownHeight={360}
          comboboxProps={{ width: 340, position: 'bottom-start' }}
        />
      )}
      {who !== 'invented' && found.data !== undefined && (
        <Text size="xs" c="dimmed">
          {formatUnits(found.data.total, 'user')}, the most active first
        </Text>
      )}
    </Stack>
  );
}

function UserOption({ name, user }: { readonly name: string; readonly user: UserSummary | undefined }) {
  return (
    <div className={classes['option']}>
      <Group justify="space-between" wrap="nowrap">
        <Text size="sm" fw={500}>
          {name}
        </Text>
        {user !== undefined && (
          <Text size="sm" c="dimmed">
            {formatUnits(user.ratings, 'rating')}
            {user.mean === null ? '' : `, mean ${formatDecimal(user.mean, 2)}`}
          </Text>
        )}
      </Group>
      {user !== undefined && user.favouriteGenres.length > 0 && (
        <Text size="xs" c="dimmed" truncate>
          {user.favouriteGenres.join(', ')}
        </Text>
      )}
    </div>
  );
}
