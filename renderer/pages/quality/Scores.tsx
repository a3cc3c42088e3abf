import type { Dimension, QualityReport } from '../../../shared/contract/index.ts';
import { Group, Paper, Progress, SimpleGrid, Stack, Text } from '@mantine/core';
import { IconChevronDown } from '@tabler/icons-react';
import { useState } from 'react';
import { formatShare, formatUnits } from '../../components/format.ts';
import classes from './quality.module.css';
import { dimensions } from './rules.ts';
import { ScorePanel } from './ScorePanel.tsx';

const scoreColor = (score: number) => (score >= 0.99 ? 'var(--rb-good)' : score >= 0.95 ? 'var(--rb-warn)' : 'var(--rb-bad)');

/** The five dimensions: how much of what was looked at is as it should be, and how many rules found something. Each opens to its formula. */
export function Scores({ report }: { report: QualityReport }) {
  const [open, setOpen] = useState<Dimension | null>(null);
  return (
    <Stack gap="sm">
      <SimpleGrid cols={{ base: 2, sm: 5 }} spacing="sm" component="section" aria-label="Scores">
        {dimensions.map((dimension) => {
          const score = report.scores[dimension];
          const rules = report.rules.filter((rule) => rule.dimension === dimension);
          const looked = rules.filter(({ checked }) => checked > 0);
          const found = looked.filter(({ failed }) => failed > 0).length;
          return (
            <Paper
              key={dimension}
              component="button"
              type="button"
              className={classes['score'] ?? ''}
              px="sm"
              py="xs"
              data-open={open === dimension || undefined}
              aria-expanded={open === dimension}
              onClick={() => setOpen(open === dimension ? null : dimension)}
            >
              <Group justify="space-between" wrap="nowrap" gap={4}>
                <Text size="sm" c="dimmed" tt="capitalize">
                  {dimension}
                </Text>
                <IconChevronDown size={14} aria-hidden style={{ rotate: open === dimension ? '180deg' : undefined }} />
              </Group>
              <Group justify="space-between" align="baseline" wrap="nowrap">
                <Text size="xl" fw={score === null ? 400 : 600} c={score === null ? 'dimmed' : 'var(--mantine-color-text)'}>
                  {score === null ? 'not rated' : formatShare(score, 1)}
                </Text>
              </Group>
              <Progress value={(score ?? 0) * 100} color={score === null ? 'gray' : scoreColor(score)} size={4} my={6} aria-hidden />
              <Text size="xs" c="dimmed">
                {looked.length === 0 ? 'no rule looked at anything' : found === 0 ? `${formatUnits(looked.length, 'rule')}, nothing found` : `${found} of ${formatUnits(looked.length, 'rule')} found something`}
              </Text>
            </Paper>
          );
        })}
      </SimpleGrid>
      {open !== null && <ScorePanel report={report} dimension={open} onClose={() => setOpen(null)} />}
    </Stack>
  );
}
