import { Button, Stack } from '@mantine/core';
import { IconShieldCheck } from '@tabler/icons-react';
import { Answer } from '../../components/Answer.tsx';
import { Empty } from '../../components/Empty.tsx';
import { useEngine } from '../../host/engine.ts';
import { useRoute } from '../../stores/route.ts';
import { Rules } from './Rules.tsx';
import { Scores } from './Scores.tsx';
import { useCheck } from './useCheck.ts';

/** The last check: scores, every rule, and the rows that fail it. */
export function RulesTab() {
  const { rest } = useRoute();
  const report = useEngine('quality.report', {});
  const { running, start } = useCheck();
  return (
    <Answer of={report}>
      {(made) =>
        made === null ? (
          <Empty icon={<IconShieldCheck size={28} />} title="Not checked yet" actions={<Button disabled={running} onClick={start}>Check the data</Button>}>
            The rules look at every imported row: missing and impossible values, duplicates, ids that lead nowhere. A check changes nothing.
          </Empty>
        ) : (
          <Stack gap="md">
            <Scores report={made} />
            <Rules report={made} opened={rest[0] === 'rules' ? (rest[1] ?? null) : null} />
          </Stack>
        )
      }
    </Answer>
  );
}
