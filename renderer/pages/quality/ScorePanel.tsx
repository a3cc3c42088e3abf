import { Anchor, CloseButton, Group, Paper, Table, Text, Title } from '@mantine/core';
import type { Dimension, QualityReport } from '../../../shared/contract/quality.ts';
import { score, scoreParts } from '../../../shared/domain/scores.ts';
import { formatCount, formatDecimal, formatShare, formatUnits } from '../../components/format.ts';
import { replaceRoute } from '../../stores/route.ts';

/** A dimension's score taken apart: the formula with its numbers, and the rules behind it. */
export function ScorePanel({ report, dimension, onClose }: { readonly report: QualityReport; readonly dimension: Dimension; readonly onClose: () => void }) {
  const parts = scoreParts(report.rules, dimension);
  const total = score(report.rules, dimension);
  const idle = report.rules.filter((rule) => rule.dimension === dimension).length - parts.length;
  const low = parts.filter(({ passed }) => passed < 1);
  const sum = [...low.slice(0, 4).map(({ passed }) => formatDecimal(passed, 4)), ...(low.length > 4 ? [`${low.length - 4} more`] : []), ...(parts.length > low.length ? [`${parts.length - low.length} × 1`] : [])].join(' + ');
  const title = (id: string) => report.rules.find((rule) => rule.id === id)?.title ?? id;
  return (
    <Paper component="section" aria-label={`Score of ${dimension}`} p="md">
      <Group justify="space-between" wrap="nowrap" align="flex-start">
        <div>
          <Title order={2} tt="capitalize">
            {dimension} {total === null ? 'is not rated' : formatDecimal(total, 4)}
          </Title>
          <Text size="sm">
            {total === null
              ? 'No rule of this dimension looked at anything.'
              : `The mean, over ${formatUnits(parts.length, 'rule')}, of the share that passed, 1 − failed ÷ checked: (${sum}) ÷ ${parts.length} = ${formatDecimal(total, 4)}.`}
          </Text>
          <Text size="sm" c="dimmed">
            All rules weigh the same.{idle > 0 ? ` ${formatUnits(idle, 'rule')} of this dimension looked at nothing and ${idle === 1 ? 'does' : 'do'} not count.` : ''}
          </Text>
        </div>
        <CloseButton aria-label="Close the score" onClick={onClose} />
      </Group>
      {parts.length > 0 && (
        <Table.ScrollContainer minWidth={520} maxHeight={320} mt="sm" scrollAreaProps={{ viewportProps: { tabIndex: 0, role: 'region', 'aria-label': `Rules of ${dimension}` } }}>
          <Table fz="sm" verticalSpacing={3} stickyHeader aria-label={`Rules behind ${dimension}`}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Rule</Table.Th>
                <Table.Th ta="right">Failed</Table.Th>
                <Table.Th ta="right">Checked</Table.Th>
                <Table.Th ta="right">Passed</Table.Th>
                <Table.Th ta="right">Takes off the score</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {parts.map(({ rule, failed, checked, passed }) => (
                <Table.Tr key={rule}>
                  <Table.Td>
                    <Anchor component="button" size="sm" ta="left" onClick={() => replaceRoute('quality', ['rules', rule])}>
                      {title(rule)}
                    </Anchor>{' '}
                    <Text span size="xs" c="dimmed" ff="monospace">
                      {rule}
                    </Text>
                  </Table.Td>
                  <Table.Td className="rb-number">{formatCount(failed)}</Table.Td>
                  <Table.Td className="rb-number">{formatCount(checked)}</Table.Td>
                  <Table.Td className="rb-number">{formatShare(passed, 1)}</Table.Td>
                  <Table.Td className="rb-number">{passed === 1 ? '0' : ((1 - passed) / parts.length).toLocaleString(undefined, { maximumSignificantDigits: 2 })}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
    </Paper>
  );
}
