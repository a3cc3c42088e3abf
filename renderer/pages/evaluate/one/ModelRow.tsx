import { Badge, Group, Table, Text, Tooltip } from '@mantine/core';
import type { EvaluatedModel } from '../../../../shared/contract/evaluation.ts';
import { formatBytes, formatDecimal, formatSeconds } from '../../../components/format.ts';
import type { Mark, Published } from '../marks.ts';
import { intervalText, signed } from '../metrics.ts';
import { IntervalBar } from './IntervalBar.tsx';

interface ModelRowProps {
  readonly model: EvaluatedModel;
  readonly title: string;
  readonly metric: string;
  readonly rank: number | undefined;
  readonly digits: number;
  /** Values and ends of all rows. */
  readonly ends: readonly number[];
  readonly mark: Mark | undefined;
  /** Nothing where the evaluation has no published figure of the metric at all. */
  readonly published: readonly Published[] | null;
}

/** One model of the leaderboard. */
export function ModelRow({ model, title, metric, rank, digits, ends, mark, published }: ModelRowProps) {
  const figure = model.metrics[metric];
  return (
    <Table.Tr data-model={model.label}>
      <Table.Td className="rb-number" c="dimmed">
        {figure === undefined ? '' : rank}
      </Table.Td>
      <Table.Td>
        <Group gap="xs" wrap="nowrap">
          <Text size="sm" fw={mark === 'best' ? 600 : 500} truncate title={title}>
            {title}
          </Text>
          {mark !== undefined && (
            <Badge variant={mark === 'best' ? 'filled' : 'light'} color={mark === 'best' ? 'accent' : 'gray'} {...(mark === 'best' ? {} : { c: 'var(--mantine-color-text)' })} style={{ flex: 'none' }}>
              {mark === 'best' ? 'best' : '≈ best'}
            </Badge>
          )}
        </Group>
      </Table.Td>
      <Table.Td className="rb-number" fw={mark === undefined ? 400 : 600}>
        {figure === undefined ? '–' : formatDecimal(figure.value, digits)}
      </Table.Td>
      <Table.Td className="rb-number" c="dimmed">
        {figure === undefined ? '–' : intervalText(figure, digits)}
      </Table.Td>
      <Table.Td>{figure !== undefined && <IntervalBar value={figure.value} low={figure.low} high={figure.high} ends={ends} best={mark === 'best'} />}</Table.Td>
      {published !== null && (
        <Table.Td className="rb-number">
          {published.length === 0
            ? '–'
            : published.map(({ value, ours, source }) => (
                <Tooltip key={source} label={source}>
                  <div>
                    {formatDecimal(value, digits)}
                    {ours === null ? '' : ` (${signed(ours - value, digits)})`}
                  </div>
                </Tooltip>
              ))}
        </Table.Td>
      )}
      <Table.Td className="rb-number">{formatSeconds(model.fitSeconds)}</Table.Td>
      <Table.Td className="rb-number">{formatSeconds(model.scoreSeconds)}</Table.Td>
      <Table.Td className="rb-number">{model.peakMemoryMB === null ? '–' : formatBytes(model.peakMemoryMB * 1e6)}</Table.Td>
    </Table.Tr>
  );
}
