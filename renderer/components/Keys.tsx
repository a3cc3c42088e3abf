import { Group, Kbd } from '@mantine/core';
import { keyCaps } from '../host/keys.ts';

/** A shortcut as key caps. */
export function Keys({ of }: { readonly of: string }) {
  return (
    <Group gap={3} wrap="nowrap" component="span" display="inline-flex">
      {keyCaps(of).map((cap) => (
        <Kbd key={cap} size="xs">
          {cap}
        </Kbd>
      ))}
    </Group>
  );
}
