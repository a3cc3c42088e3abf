import { ActionIcon, Button, Group, SegmentedControl, Select, Stack, Table, Text, Tooltip, UnstyledButton } from '@mantine/core';
import { IconArrowsLeftRight } from '@tabler/icons-react';
import { useState } from 'react';
import type { Evaluation } from '../../../../shared/contract/evaluation.ts';
import { Answer } from '../../../components/Answer.tsx';
import { formatCount, formatDecimal, formatUnits } from '../../../components/format.ts';
import { useEngine } from '../../../host/engine.ts';
import { useLook } from '../address.ts';
import classes from '../evaluate.module.css';
import { orderModels } from '../marks.ts';
import { metricTitle, signed } from '../metrics.ts';
import { useModels } from '../useModels.ts';
import { labelTitle } from '../words.ts';
import { ListPair } from './ListPair.tsx';

const BLOCK = 25;

/** Two models user by user: who gains most from one of them, and both lists beside what was hidden. */
export function Users({ evaluation, metric }: { readonly evaluation: Evaluation; readonly metric: string }) {
  const look = useLook();
  const infos = useModels();
  const labels = orderModels(evaluation.models.filter(({ error, metrics }) => error === null && metrics[metric]?.low != null), metric, { by: 'value', reversed: false }).map(({ label }) => label);
  const [first, second] = labels;
  if (first === undefined || second === undefined)
    return (
      <Text size="sm" c="dimmed" py="lg" maw={640}>
        {evaluation.models.length < 2 ? 'There is only one model: evaluate two or more to see for whom they differ.' : `${metricTitle(metric)} is no mean over users: choose a metric that every user has a value of, for at least two models.`}
      </Text>
    );
  const a = labels.find((label) => label === look.get('a')) ?? first;
  const b = labels.find((label) => label === look.get('b') && label !== a) ?? labels.find((label) => label !== a) ?? second;
  const data = labels.map((label) => ({ value: label, label: labelTitle(label, infos) }));
  return (
    <Stack gap="md">
      <Group gap="sm">
        <Select aria-label="A" leftSection="A" w={240} data={data} value={a} onChange={(value) => look.set({ a: value, b: value === b ? a : b, user: null })} />
        <Tooltip label="Swap">
          <ActionIcon aria-label="Swap A and B" size={30} onClick={() => look.set({ a: b, b: a, user: null })}>
            <IconArrowsLeftRight size={16} aria-hidden />
          </ActionIcon>
        </Tooltip>
        <Select aria-label="B" leftSection="B" w={240} data={data} value={b} onChange={(value) => look.set({ a: value === a ? b : a, b: value, user: null })} />
      </Group>
      <Pair key={`${a} ${b} ${metric}`} id={evaluation.id} a={a} b={b} metric={metric} titleOf={(label) => labelTitle(label, infos)} />
    </Stack>
  );
}

interface PairProps {
  readonly id: string;
  readonly a: string;
  readonly b: string;
  readonly metric: string;
  readonly titleOf: (label: string) => string;
}

function Pair({ id, a, b, metric, titleOf }: PairProps) {
  const look = useLook();
  const [first, setFirst] = useState<'a' | 'b'>('a');
  const [limit, setLimit] = useState(BLOCK);
  const users = useEngine('evaluation.users', { id, a, b, metric, first, limit, offset: 0 }, { keep: true });
  const asked = Number(look.get('user') ?? NaN);
  return (
    <Answer of={users}>
      {({ rows, total }) => {
        const user = Number.isInteger(asked) ? asked : rows[0]?.userId;
        return (
          <div className={classes['pair']}>
            <Stack gap="xs" component="section" aria-label="Users by difference">
              <SegmentedControl
                aria-label="Which users first"
                fullWidth
                value={first}
                data={[{ value: 'a', label: 'A is best for' }, { value: 'b', label: 'B is best for' }]}
                onChange={(value) => {
                  setFirst(value === 'b' ? 'b' : 'a');
                  setLimit(BLOCK);
                  look.set({ user: null });
                }}
              />
              <Table aria-label="Users by difference" verticalSpacing={3} horizontalSpacing={6} fz="sm" layout="fixed">
                <Table.Thead>
                  <Table.Tr>
                    <Table.Th>User</Table.Th>
                    <Table.Th ta="right" w={62}>
                      Shown
                    </Table.Th>
                    <Table.Th ta="right" w={54}>
                      A
                    </Table.Th>
                    <Table.Th ta="right" w={54}>
                      B
                    </Table.Th>
                    <Table.Th ta="right" w={68}>
                      A − B
                    </Table.Th>
                  </Table.Tr>
                </Table.Thead>
                <Table.Tbody>
                  {rows.map(({ userId, shown, a: ofA, b: ofB, difference }) => {
                    const open = () => look.set({ user: String(userId) });
                    return (
                      <Table.Tr key={userId} className={classes['row']} data-selected={userId === user} onClick={open}>
                        <Table.Td>
                          <UnstyledButton fz="sm" fw={500} onClick={open} aria-pressed={userId === user} aria-label={`User ${userId}`}>
                            {userId}
                          </UnstyledButton>
                        </Table.Td>
                        <Table.Td className="rb-number">{formatCount(shown)}</Table.Td>
                        <Table.Td className="rb-number">{formatDecimal(ofA, 3)}</Table.Td>
                        <Table.Td className="rb-number">{formatDecimal(ofB, 3)}</Table.Td>
                        <Table.Td className="rb-number">{signed(difference, 3)}</Table.Td>
                      </Table.Tr>
                    );
                  })}
                </Table.Tbody>
              </Table>
              <Group justify="space-between">
                <Text size="xs" c="dimmed">
                  {formatCount(rows.length)} of {formatUnits(total, 'user')}
                </Text>
                {rows.length < total && (
                  <Button variant="subtle" size="compact-sm" onClick={() => setLimit(limit * 4)}>
                    Show more
                  </Button>
                )}
              </Group>
            </Stack>
            {user !== undefined && <ListPair id={id} a={a} b={b} userId={user} titleOf={titleOf} />}
          </div>
        );
      }}
    </Answer>
  );
}
