import { Badge, Group, ScrollArea, Table, Text } from '@mantine/core';
import type { Trial } from '../../../../shared/contract/evaluation.ts';
import { lowerIsBetter } from '../../../../shared/domain/metric-words.ts';
import { formatDecimal, formatNumber, formatSeconds } from '../../../components/format.ts';
import { Status } from '../../../components/Status.tsx';
import { intervalText, metricTitle } from '../metrics.ts';
import { paramWords } from '../words.ts';
import { trialWords } from './states.ts';

/** The trials, best first, then those without a figure. */
export function TrialTable({ trials, metric, best }: { readonly trials: readonly Trial[]; readonly metric: string; readonly best: number | null }) {
  const sign = lowerIsBetter(metric) ? 1 : -1;
  const sorted = [...trials].sort((a, b) => (a.value === null || b.value === null ? Number(a.value === null) - Number(b.value === null) : b.budget - a.budget || sign * (a.value - b.value)) || a.number - b.number);
  const parts = trials.some(({ budget }) => budget < 1);
  return (
    <ScrollArea.Autosize mah={420} viewportProps={{ tabIndex: 0, 'aria-label': 'Trials', role: 'region' }}>
      <Table aria-label="Trials" fz="sm" verticalSpacing={3} stickyHeader layout="fixed">
        <Table.Thead>
          <Table.Tr>
            <Table.Th w={60} ta="right">
              Trial
            </Table.Th>
            <Table.Th>Parameters</Table.Th>
            {parts && (
              <Table.Th w={80} ta="right">
                Budget
              </Table.Th>
            )}
            <Table.Th w={110} ta="right">
              {metricTitle(metric)}
            </Table.Th>
            <Table.Th w={140} ta="right">
              95 % interval
            </Table.Th>
            <Table.Th w={84} ta="right">
              Time
            </Table.Th>
            <Table.Th w={110}>State</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {sorted.map(({ number, round, params, budget, value, low, high, seconds, state, current, error }) => {
            const [tone, word] = trialWords[state];
            return (
              <Table.Tr key={`${number} ${round}`}>
                <Table.Td className="rb-number">{number}</Table.Td>
                <Table.Td>
                  <Group gap="xs" wrap="nowrap">
                    <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
                      {paramWords(params)}
                    </Text>
                    {current && <Badge color="gray" c="var(--mantine-color-text)">as in force</Badge>}
                    {number === best && <Badge variant="filled">best</Badge>}
                  </Group>
                  {error !== null && (
                    <Text size="xs" c="var(--rb-bad)" style={{ overflowWrap: 'anywhere' }}>
                      {error}
                    </Text>
                  )}
                </Table.Td>
                {parts && <Table.Td className="rb-number">{formatNumber(Number((budget * 100).toPrecision(3)))} %</Table.Td>}
                <Table.Td className="rb-number" fw={number === best ? 600 : 400}>
                  {value === null ? '–' : formatDecimal(value, 4)}
                </Table.Td>
                <Table.Td className="rb-number" c="dimmed">
                  {intervalText({ low, high }, 4)}
                </Table.Td>
                <Table.Td className="rb-number">{formatSeconds(seconds)}</Table.Td>
                <Table.Td>
                  <Status tone={tone}>{word}</Status>
                </Table.Td>
              </Table.Tr>
            );
          })}
        </Table.Tbody>
      </Table>
    </ScrollArea.Autosize>
  );
}
