import { Table, Text, UnstyledButton } from '@mantine/core';
import type { EvaluatedModel } from '../../../../shared/contract/evaluation.ts';
import { lowerIsBetter } from '../../../../shared/domain/metric-words.ts';
import { formatDecimal } from '../../../components/format.ts';
import { Section } from '../../../components/Page.tsx';
import classes from '../evaluate.module.css';
import { bestOf, orderModels } from '../marks.ts';
import { digitsFor, metricTitle, parseMetric } from '../metrics.ts';
import { useModels } from '../useModels.ts';
import { labelTitle } from '../words.ts';

interface AllFiguresProps {
  readonly models: readonly EvaluatedModel[];
  readonly keys: readonly string[];
  readonly metric: string;
  readonly onMetric: (metric: string) => void;
}

/** Every metric at the cutoff that is looked at, and those without one; a heading opens its metric above. */
export function AllFigures({ models, keys, metric, onMetric }: AllFiguresProps) {
  const infos = useModels();
  const cutoff = parseMetric(metric).cutoff ?? keys.map((key) => parseMetric(key).cutoff).find((each) => each !== null) ?? null;
  const shown = keys.filter((key) => {
    const at = parseMetric(key).cutoff;
    return at === null || at === cutoff;
  });
  if (shown.length < 2) return null;
  const columns = shown.map((key) => ({
    key,
    best: models.length > 1 ? bestOf(models, key)?.label : undefined,
    digits: digitsFor(models.flatMap(({ metrics }) => metrics[key]?.value ?? [])),
    definition: models.find(({ metrics }) => metrics[key] !== undefined)?.metrics[key]?.definition ?? '',
  }));
  return (
    <Section title="All figures" about="The best of each column is bold. A heading makes its metric that of the leaderboard.">
      <Table.ScrollContainer minWidth={0} scrollAreaProps={{ type: 'auto', viewportProps: { tabIndex: 0, role: 'region', 'aria-label': 'All figures' } }}>
        <Table aria-label="All figures" verticalSpacing={4} horizontalSpacing={8}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th miw={140} className="rb-held">Model</Table.Th>
              {columns.map(({ key }) => (
                <Table.Th key={key} ta="right" aria-current={key === metric || undefined}>
                  <UnstyledButton fz="sm" fw={600} className={classes['sort'] ?? ''} onClick={() => onMetric(key)} style={{ whiteSpace: 'nowrap' }}>
                    {metricTitle(key)}
                  </UnstyledButton>
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {orderModels(models, metric, { by: 'value', reversed: false }).map(({ label, metrics }) => (
              <Table.Tr key={label}>
                <Table.Td className="rb-held" style={{ whiteSpace: 'nowrap' }}>{labelTitle(label, infos)}</Table.Td>
                {columns.map(({ key, best, digits }) => {
                  const value = metrics[key]?.value;
                  return (
                    <Table.Td key={key} className="rb-number" fw={best === label ? 700 : 400} {...(key === metric ? { bg: 'var(--rb-hover)' } : {})}>
                      {value === undefined ? '–' : formatDecimal(value, digits)}
                    </Table.Td>
                  );
                })}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      <dl className={classes['definitions']}>
        {columns.map(({ key, definition }) => (
          <div key={key}>
            <Text component="dt" size="xs" fw={500}>
              {metricTitle(key)}
            </Text>
            <Text component="dd" size="xs" c="dimmed" m={0}>
              {definition}
              {lowerIsBetter(key) ? ' Less is better.' : ''}
            </Text>
          </div>
        ))}
      </dl>
    </Section>
  );
}
