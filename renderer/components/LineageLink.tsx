import { ActionIcon, Tooltip } from '@mantine/core';
import { IconBinaryTree2 } from '@tabler/icons-react';
import type { ThingKind } from '../../shared/contract/lineage.ts';
import { hashOf } from '../stores/route.ts';

/** Leads to where a table, model, figure, file, rule, parameter or run comes from. */
export function LineageLink({ kind, name, run, size = 22 }: { readonly kind: ThingKind; readonly name: string; readonly run?: string; readonly size?: 22 | 30 }) {
  const label = `Where ${name} comes from`;
  return (
    <Tooltip label={label}>
      <ActionIcon component="a" href={hashOf('lineage', [kind, name], run === undefined ? {} : { run })} {...(size === 30 ? { variant: 'default' } : { variant: 'subtle', color: 'gray' })} size={size} aria-label={label}>
        <IconBinaryTree2 size={15} stroke={1.7} />
      </ActionIcon>
    </Tooltip>
  );
}
