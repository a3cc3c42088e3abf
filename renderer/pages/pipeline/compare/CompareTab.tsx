import { ActionIcon, Group, Select, Stack, Switch, Text, Tooltip } from '@mantine/core';
import { IconArrowsLeftRight } from '@tabler/icons-react';
import { useState } from 'react';
import type { Run } from '../../../../shared/contract/pipeline.ts';
import { Answer } from '../../../components/Answer.tsx';
import { formatDateTime } from '../../../components/format.ts';
import { useEngine } from '../../../host/engine.ts';
import { replaceRoute, useRoute } from '../../../stores/route.ts';
import { runWords } from '../runs/words.ts';
import { Comparison } from './Comparison.tsx';

const labelOf = (run: Run): string => `${formatDateTime(run.startedAt)} · ${runWords[run.status][1].toLowerCase()} · ${run.id}`;

/** Two runs side by side: the two that the address names, else the last two that succeeded. */
export function CompareTab() {
  const { rest } = useRoute();
  const [all, setAll] = useState(false);
  const runs = useEngine('runs.list', { limit: 200, offset: 0 });
  return (
    <Answer of={runs}>
      {(list) => {
        const usual = list.filter(({ status }) => status === 'succeeded').slice(0, 2);
        const a = rest[1] ?? usual[1]?.id ?? null;
        const b = rest[2] ?? usual[0]?.id ?? null;
        const choose = (first: string | null, second: string | null) => first !== null && second !== null && replaceRoute('pipeline', ['compare', first, second]);
        if (list.length < 2) {
          return (
            <Text size="sm" c="dimmed" py="xl" ta="center">
              Two runs are needed to compare; there {list.length === 0 ? 'is none' : 'is one'} yet.
            </Text>
          );
        }
        const data = list.map((run) => ({ value: run.id, label: labelOf(run) }));
        return (
          <Stack gap="md">
            <Group gap="sm" align="flex-end">
              <Select label="A" data={data} value={a} searchable w={380} onChange={(id) => choose(id, b ?? id)} />
              <Tooltip label="Swap">
                <ActionIcon aria-label="Swap A and B" size={30} disabled={a === null || b === null} onClick={() => choose(b, a)}>
                  <IconArrowsLeftRight size={16} aria-hidden />
                </ActionIcon>
              </Tooltip>
              <Select label="B" data={data} value={b} searchable w={380} onChange={(id) => choose(a ?? id, id)} />
              <Switch label="Also what is the same" checked={all} onChange={(event) => setAll(event.currentTarget.checked)} mb={6} />
            </Group>
            {a === null || b === null ? (
              <Text size="sm" c="dimmed">
                Choose two runs.
              </Text>
            ) : (
              <Comparison a={a} b={b} all={all} />
            )}
          </Stack>
        );
      }}
    </Answer>
  );
}
