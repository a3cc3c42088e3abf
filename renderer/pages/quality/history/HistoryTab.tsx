import { Button, Grid, Stack } from '@mantine/core';
import { IconHistory } from '@tabler/icons-react';
import { Answer } from '../../../components/Answer.tsx';
import { Empty } from '../../../components/Empty.tsx';
import { useEngine } from '../../../host/engine.ts';
import { useCheck } from '../useCheck.ts';
import { Changes } from './Changes.tsx';
import { Checks } from './Checks.tsx';
import { DriftSection } from './DriftSection.tsx';
import { TrendSection } from './TrendSection.tsx';

/** How quality and the data themselves changed from check to check. */
export function HistoryTab() {
  const history = useEngine('quality.history', {});
  const { running, start } = useCheck();
  return (
    <Answer of={history}>
      {(made) =>
        made.points.length === 0 ? (
          <Empty icon={<IconHistory size={28} />} title="Nothing to look back on yet" actions={<Button disabled={running} onClick={start}>Check the data</Button>}>
            Every check and every run is kept: what each rule found, the scores, and how the values of each column were spread.
          </Empty>
        ) : (
          <Stack gap="xl">
            <Grid gap="lg">
              <Grid.Col span={{ base: 12, lg: 7 }}>
                <TrendSection history={made} />
              </Grid.Col>
              <Grid.Col span={{ base: 12, lg: 5 }}>
                <Changes history={made} />
              </Grid.Col>
            </Grid>
            <DriftSection points={made.points} />
            <Checks history={made} />
          </Stack>
        )
      }
    </Answer>
  );
}
