import { Badge, Table, Text } from '@mantine/core';
import type { QualityHistory } from '../../../../shared/contract/quality-history.ts';
import { formatCount, formatDateTime, formatSeconds, formatShare } from '../../../components/format.ts';
import { Section } from '../../../components/Page.tsx';
import { dimensions } from '../rules.ts';
import { findings, pointKind } from './points.ts';

/** Every check that is kept, the newest first. */
export function Checks({ history: { points } }: { readonly history: QualityHistory }) {
  return (
    <Section title="Checks">
      <Table.ScrollContainer minWidth={820} maxHeight={360} scrollAreaProps={{ viewportProps: { tabIndex: 0, role: 'region', 'aria-label': 'All checks' } }}>
        <Table fz="sm" verticalSpacing={4} stickyHeader aria-label="Checks">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>When</Table.Th>
              <Table.Th>What</Table.Th>
              <Table.Th ta="right">Rows</Table.Th>
              <Table.Th ta="right">Rules that found something</Table.Th>
              {dimensions.map((name) => (
                <Table.Th key={name} ta="right">
                  {name}
                </Table.Th>
              ))}
              <Table.Th ta="right">Took</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {points.toReversed().map((point) => (
              <Table.Tr key={point.id}>
                <Table.Td style={{ whiteSpace: 'nowrap' }}>{formatDateTime(point.at)}</Table.Td>
                <Table.Td>
                  {pointKind(point)}{' '}
                  {point.blocked && (
                    <Badge size="xs" color="red" c="var(--rb-bad)">
                      stops a run
                    </Badge>
                  )}
                </Table.Td>
                <Table.Td className="rb-number">{formatCount(point.rows)}</Table.Td>
                <Table.Td className="rb-number">{formatCount(findings(point))}</Table.Td>
                {dimensions.map((name) => (
                  <Table.Td key={name} className="rb-number">
                    {point.scores[name] === null ? (
                      <Text span size="sm" c="dimmed">
                        –
                      </Text>
                    ) : (
                      formatShare(point.scores[name], 1)
                    )}
                  </Table.Td>
                ))}
                <Table.Td className="rb-number">{formatSeconds(point.seconds)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Section>
  );
}
