import type { QualityReport } from '../../../shared/contract/index.ts';
import { Group, Paper, Progress, SimpleGrid, Text } from '@mantine/core';
import { formatShare, formatUnits } from '../../components/format.ts';
import { dimensions } from './rules.ts';

const scoreColor = (score: number) => (score >= 0.99 ? 'var(--rb-good)' : score >= 0.95 ? 'var(--rb-warn)' : 'var(--rb-bad)');

/** The five dimensions: how much of what was looked at is as it should be, and how many rules found something. */
export function Scores({ report }: { report: QualityReport }) {
  return (
    <SimpleGrid cols={{ base: 2, sm: 5 }} spacing="sm" component="section" aria-label="Scores">
      {dimensions.map((dimension) => {
        const score = report.scores[dimension];
        const rules = report.rules.filter((rule) => rule.dimension === dimension);
        const found = rules.filter(({ status }) => status !== 'pass').length;
        return (
          <Paper key={dimension} px="sm" py="xs">
            <Text size="sm" c="dimmed" tt="capitalize">
              {dimension}
            </Text>
            <Group justify="space-between" align="baseline" wrap="nowrap">
              <Text size="xl" fw={score === null ? 400 : 600} c={score === null ? 'dimmed' : 'var(--mantine-color-text)'}>
                {score === null ? 'not rated' : formatShare(score, 1)}
              </Text>
            </Group>
            <Progress value={(score ?? 0) * 100} color={score === null ? 'gray' : scoreColor(score)} size={4} my={6} aria-hidden />
            <Text size="xs" c="dimmed">
              {rules.length === 0 ? 'no rule' : found === 0 ? `${formatUnits(rules.length, 'rule')}, nothing found` : `${found} of ${formatUnits(rules.length, 'rule')} found something`}
            </Text>
          </Paper>
        );
      })}
    </SimpleGrid>
  );
}
