import { Button, Group, Paper, Slider, Text } from '@mantine/core';
import { useState } from 'react';
import type { DuplicateList } from '../../../../shared/contract/duplicates.ts';
import { formatDecimal, formatUnits } from '../../../components/format.ts';
import classes from './duplicates.module.css';

/** What the bench of planted pairs measures, see docs/quality.md. */
const PROPOSED = 0.75;

/** Accepts every open cluster from a score on; says what that means before it is done. */
export function AcceptAbove({ above, current, busy, onAccept }: { readonly above: DuplicateList['above']; readonly current: boolean; readonly busy: boolean; readonly onAccept: (score: number) => void }) {
  const [score, setScore] = useState(PROPOSED);
  const { clusters, films } = above[Math.round(score * 100)] ?? { clusters: 0, films: 0 };
  return (
    <Paper p="xs" bg="var(--rb-surface)">
      <Group gap="md">
        <Text size="sm" fw={600}>
          Accept all from a score of
        </Text>
        <Slider size={3} thumbSize={14} label={null} thumbLabel="Accept all from a score of" min={0.5} max={1} step={0.01} value={score} onChange={setScore} className={classes['slider'] ?? ''} />
        <Text size="sm" className="rb-number" w={32}>
          {formatDecimal(score)}
        </Text>
        <Text size="sm" c="dimmed" component="output">
          {clusters === 0 ? 'No open cluster has that.' : `${formatUnits(clusters, 'cluster')}: ${formatUnits(films, 'film')} would go into another.`}
        </Text>
        <Button ml="auto" variant="default" disabled={busy || clusters === 0 || !current} onClick={() => onAccept(score)}>
          Accept {formatUnits(clusters, 'cluster')}
        </Button>
      </Group>
    </Paper>
  );
}
