import type { RuleResult } from '../../../shared/contract/index.ts';
import { CloseButton, Code, Group, Paper, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { formatCount, formatNumber, formatShare, formatUnits } from '../../components/format.ts';
import { LineageLink } from '../../components/LineageLink.tsx';
import { FailingRows } from './FailingRows.tsx';
import { FixSection } from './FixSection.tsx';
import { Gate } from './Gate.tsx';
import { SeverityMark, StatusMark } from './marks.tsx';
import { consequence, unitWord } from './rules.ts';

function Fact({ name, children }: { name: string; children: React.ReactNode }) {
  return (
    <div>
      <Text size="xs" c="dimmed">
        {name}
      </Text>
      <Text size="sm" component="div">
        {children}
      </Text>
    </div>
  );
}

/** All about one rule: what it means, its threshold, its fix, and the rows that fail it. */
export function RulePanel({ rule, onClose }: { rule: RuleResult; onClose: () => void }) {
  return (
    <Paper component="section" aria-label={`Rule ${rule.id}`} p="md">
      <Stack gap="md">
        <Group justify="space-between" wrap="nowrap" align="flex-start">
          <div style={{ minWidth: 0 }}>
            <Title order={2}>{rule.title}</Title>
            <Text size="xs" c="dimmed" ff="monospace" style={{ overflowWrap: 'anywhere' }}>
              {rule.id}
            </Text>
          </div>
          <Group gap={4} wrap="nowrap">
            <LineageLink kind="rule" name={rule.id} />
            <CloseButton aria-label="Close the rule" onClick={onClose} />
          </Group>
        </Group>
        <Text size="sm">
          {rule.unit === 'table'
            ? `Looks at the table ${rule.table} as a whole${rule.figure === null ? '' : ` and found ${formatNumber(rule.figure)}`}.`
            : `${formatCount(rule.failed)} of ${formatCount(rule.checked)} ${unitWord(rule.unit, rule.checked)} (${formatShare(rule.failed, rule.checked)}) fail.`}{' '}
          {consequence(rule)}
        </Text>
        <SimpleGrid cols={3} spacing="xs" verticalSpacing="xs">
          <Fact name="Status">
            <StatusMark status={rule.status} />
          </Fact>
          <Fact name="Severity">
            <SeverityMark severity={rule.severity} />
          </Fact>
          {rule.unit !== 'table' && (
            <Fact name="Threshold">
              {formatNumber(rule.threshold)} {unitWord(rule.unit, rule.threshold)}
              {rule.thresholdShare === undefined ? '' : ` (${formatNumber(rule.thresholdShare * 100)} %)`}
            </Fact>
          )}
          <Fact name="Column">
            <Code>{rule.column === null ? rule.table : `${rule.table}.${rule.column}`}</Code>
          </Fact>
          <Fact name="Dimension">{rule.dimension}</Fact>
          <Fact name="Counts">{unitWord(rule.unit, 2)}</Fact>
        </SimpleGrid>
        <Gate rule={rule} />
        {rule.fix === undefined ? (
          rule.status !== 'pass' && (
            <Text size="sm" c="dimmed">
              There is no safe automatic fix: what to do is yours to decide.
            </Text>
          )
        ) : (
          <FixSection key={rule.id} rule={rule} />
        )}
        {rule.byHand !== undefined && (
          <Text size="sm">
            By hand: {[rule.byHand.setAside > 0 ? `${formatUnits(rule.byHand.setAside, 'row')} set aside` : '', rule.byHand.putBack > 0 ? `${formatUnits(rule.byHand.putBack, 'row')} put back` : ''].filter((part) => part !== '').join(', ')}.
          </Text>
        )}
        {rule.note !== undefined && (
          <Text size="sm" c="dimmed">
            {rule.note}
          </Text>
        )}
        {rule.unit === 'table' ? (
          rule.note === undefined && (
            <Text size="sm" c="dimmed">
              A table rule gives one figure; it has no failing rows.
            </Text>
          )
        ) : rule.failed === 0 ? (
          <Text size="sm" c="dimmed">
            No {unitWord(rule.unit, 1)} fails this rule.
          </Text>
        ) : (
          <FailingRows key={rule.id} rule={rule} />
        )}
      </Stack>
    </Paper>
  );
}
