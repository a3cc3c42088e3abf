import { ActionIcon, Checkbox, Select, Stack, Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconUserPlus, IconX } from '@tabler/icons-react';
import { useState } from 'react';
import type { GroupList } from '../../../../shared/contract/serving.ts';
import { formatUnits } from '../../../components/format.ts';
import { useEngine } from '../../../host/engine.ts';
import { useBench } from '../bench.ts';
import classes from '../recommend.module.css';

const LIMIT = 50;
const MOST = 20;

/** The users of the group: found, added and taken out. */
export function Members({ list }: { readonly list: GroupList | undefined }) {
  const { members, who, edited, withBench } = useBench();
  const [text, setText] = useState('');
  const [asked] = useDebouncedValue(text.replace(/^user\s*/i, '').trim(), 120);
  const found = useEngine('users.search', { text: asked, limit: LIMIT, offset: 0 }, { keep: true });
  const users = (found.data?.users ?? []).filter(({ userId }) => !members.includes(userId));
  const bench = who === 'invented' || (who !== null && edited !== null && !members.includes(who));
  return (
    <Stack gap="xs">
      <Text size="sm" fw={600}>
        Members{' '}
        <Text span inherit c="dimmed" fw={400}>
          {members.length + Number(bench && withBench)}
        </Text>
      </Text>
      <Select
        aria-label="Add a user to the group"
        placeholder="Add a user by id, or browse"
        searchable
        disabled={members.length >= MOST}
        leftSection={<IconUserPlus size={14} aria-hidden />}
        value={null}
        searchValue={text}
        onSearchChange={setText}
        data={users.map(({ userId }) => ({ value: String(userId), label: `User ${userId}` }))}
        filter={({ options }) => options}
        onChange={(value) => {
          if (value !== null) useBench.setState({ members: [...members, Number(value)] });
          setText('');
        }}
        renderOption={({ option }) => {
          const user = users.find(({ userId }) => String(userId) === option.value);
          return (
            <div className={classes['option']}>
              <Text size="sm" fw={500}>
                {option.label}{' '}
                <Text span inherit c="dimmed" fw={400}>
                  {user === undefined ? '' : formatUnits(user.ratings, 'rating')}
                </Text>
              </Text>
              <Text size="xs" c="dimmed" truncate>
                {user?.favouriteGenres.join(', ')}
              </Text>
            </div>
          );
        }}
        nothingFoundMessage="No user with this id"
        maxDropdownHeight={360}
        comboboxProps={{ width: 340, position: 'bottom-start' }}
      />
      {bench && (
        <Checkbox
          size="xs"
          label={who === 'invented' ? 'With the invented user' : `With user ${who} as edited`}
          checked={withBench}
          onChange={(event) => useBench.setState({ withBench: event.currentTarget.checked })}
        />
      )}
      <ul className={classes['members']}>
        {members.map((userId) => {
          const member = list?.members.find((each) => each.userId === userId);
          return (
            <li key={userId}>
              <div style={{ minWidth: 0 }}>
                <Text size="sm" fw={500}>
                  User {userId}
                </Text>
                <Text size="xs" c="dimmed" truncate title={member?.basis}>
                  {member === undefined ? '' : member.coldStart ? 'Cold start' : formatUnits(member.ratings, 'rating')}
                </Text>
              </div>
              <ActionIcon size="sm" aria-label={`Take user ${userId} out`} onClick={() => useBench.setState({ members: members.filter((id) => id !== userId) })}>
                <IconX size={14} aria-hidden />
              </ActionIcon>
            </li>
          );
        })}
      </ul>
    </Stack>
  );
}
