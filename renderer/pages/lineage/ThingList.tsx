import { Anchor, Group, Stack, Text, Title } from '@mantine/core';
import type { LineageEdge, LineageNode } from '../../../shared/contract/lineage.ts';
import { stepsFrom } from './layout.ts';
import classes from './lineage.module.css';
import { hrefOf, KindIcon, kindWord, sizeOf } from './things.tsx';

/** The graph in words: what a thing is made from and what depends on it, step by step away from it. */
export function ThingList({ nodes, edges, focus }: { readonly nodes: readonly LineageNode[]; readonly edges: readonly LineageEdge[]; readonly focus: LineageNode }) {
  const side = (direction: 'from' | 'to', title: string, none: string) => {
    const steps = stepsFrom(nodes, edges, focus.id, direction);
    return (
      <div>
        <Title order={3} mb={4}>
          {title}
        </Title>
        {steps.length === 0 && <Text c="dimmed">{none}</Text>}
        <Stack gap="xs">
          {steps.map((things, at) => (
            <div key={things[0]?.id}>
              <Title order={4} size="xs" fw={500} c="dimmed">
                {at === 0 ? 'Directly' : `${at + 1} steps away`}
              </Title>
              <Things things={things} />
            </div>
          ))}
        </Stack>
      </div>
    );
  };
  return (
    <Stack gap="md">
      {side('from', `What ${focus.name} is made from`, 'Nothing: it came from outside.')}
      {side('to', `What depends on ${focus.name}`, 'Nothing that is there.')}
    </Stack>
  );
}

/** Things as links with what there is to know of each. */
export function Things({ things }: { readonly things: readonly LineageNode[] }) {
  return (
    <ul className={classes['steps']}>
      {things.map((thing) => (
        <li key={thing.id}>
          <Group gap={6} wrap="nowrap">
            <KindIcon kind={thing.kind} />
            <Anchor href={hrefOf(thing)} size="sm">
              {thing.name}
            </Anchor>
            <Text size="xs" c="dimmed">
              {thing.rows === null ? kindWord(thing.kind).toLowerCase() : sizeOf(thing)}
              {thing.state === 'changed' ? ', out of date' : thing.state === 'missing' ? ', not made yet' : ''}
            </Text>
          </Group>
        </li>
      ))}
    </ul>
  );
}
