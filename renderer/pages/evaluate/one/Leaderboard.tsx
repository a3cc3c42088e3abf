import { Stack, Table, Text, UnstyledButton, VisuallyHidden } from '@mantine/core';
import { IconArrowDown, IconArrowUp } from '@tabler/icons-react';
import { useState } from 'react';
import type { Comparison, Evaluation } from '../../../../shared/contract/evaluation.ts';
import { lowerIsBetter } from '../../../../shared/domain/metric-words.ts';
import { Section } from '../../../components/Page.tsx';
import classes from '../evaluate.module.css';
import { bestOf, marksOf, type Order, orderModels, publishedOf, type SortKey } from '../marks.ts';
import { digitsFor, metricTitle } from '../metrics.ts';
import { useComparisons } from '../useComparisons.ts';
import { useModels } from '../useModels.ts';
import { labelTitle } from '../words.ts';
import { AllFigures } from './AllFigures.tsx';
import { ModelRow } from './ModelRow.tsx';

interface LeaderboardProps {
  readonly evaluation: Evaluation;
  readonly metric: string;
  readonly keys: readonly string[];
  readonly onMetric: (metric: string) => void;
}

/** The models by a metric: value and interval, who cannot be told from the best, what each cost, and what was published. */
export function Leaderboard({ evaluation, metric, keys, onMetric }: LeaderboardProps) {
  const [order, setOrder] = useState<Order>({ by: 'value', reversed: false });
  const { list: comparisons, pending } = useComparisons(evaluation, metric);
  const infos = useModels();
  const models = evaluation.models.filter(({ error }) => error === null);
  const figures = models.flatMap(({ metrics }) => metrics[metric] ?? []);
  const marks = marksOf(models, metric, comparisons);
  const digits = digitsFor(figures.map(({ value }) => value));
  const ends = figures.flatMap(({ value, low, high }) => [value, low ?? value, high ?? value]);
  const published = publishedOf(models, metric);
  const definitions = [...new Set(figures.map(({ definition }) => definition))].filter((text) => text !== '');
  const best = bestOf(models, metric);
  const ranks = new Map(orderModels(models, metric, { by: 'value', reversed: false }).map(({ label }, index) => [label, index + 1]));
  const head = { order, onSort: (by: SortKey) => setOrder({ by, reversed: order.by === by && !order.reversed }), ascendingValue: lowerIsBetter(metric) };
  return (
    <Stack gap="lg">
      <Section title={`Leaderboard by ${metricTitle(metric)}`} about={definitions.map((text) => <div key={text}>{text}</div>)}>
        <Table aria-label="Leaderboard" verticalSpacing={5} horizontalSpacing={8} layout="fixed">
          <Table.Thead>
            <Table.Tr>
              <Table.Th w={34} ta="right" aria-label="Rank">
                #
              </Table.Th>
              <SortHead name="label" w={300} {...head}>
                Model
              </SortHead>
              <SortHead name="value" w={96} {...head}>
                {metricTitle(metric)}
              </SortHead>
              <Table.Th w={130} ta="right">
                95 % interval
              </Table.Th>
              <Table.Th>
                <VisuallyHidden>Interval, drawn</VisuallyHidden>
              </Table.Th>
              {published.length > 0 && (
                <Table.Th w={140} ta="right">
                  Published
                </Table.Th>
              )}
              <SortHead name="fitSeconds" w={88} {...head}>
                Training
              </SortHead>
              <SortHead name="scoreSeconds" w={84} {...head}>
                Lists
              </SortHead>
              <SortHead name="peakMemoryMB" w={92} {...head}>
                Memory
              </SortHead>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {orderModels(models, metric, order).map((model) => (
              <ModelRow
                key={model.label}
                model={model}
                title={labelTitle(model.label, infos)}
                metric={metric}
                rank={ranks.get(model.label)}
                digits={digits}
                ends={ends}
                mark={marks.get(model.label)}
                published={published.length > 0 ? published.filter(({ label }) => label === model.label) : null}
              />
            ))}
          </Table.Tbody>
        </Table>
        {best !== undefined && <Legend metric={metric} tied={[...marks.values()].includes('tied')} comparisons={comparisons} pending={pending} best={labelTitle(best.label, infos)} />}
        {published.length > 0 && (
          <Text size="xs" c="dimmed" mt={2}>
            Published by {[...new Set(published.map(({ source }) => source))].join('; ')}. In brackets: ours minus theirs.
          </Text>
        )}
      </Section>
      <AllFigures models={models} keys={keys} metric={metric} onMetric={onMetric} />
    </Stack>
  );
}

/** What the marks mean, or why there are none. */
function Legend({ metric, tied, comparisons: [first], pending, best }: { readonly metric: string; readonly tied: boolean; readonly comparisons: readonly Comparison[]; readonly pending: boolean; readonly best: string }) {
  const pairs = first?.pairs ?? 'users';
  const sentence =
    first === undefined
      ? 'Whether differences of this figure may be chance is not known: it is no mean over users, or there is nothing to compare with.'
      : `${tied ? `≈ best: cannot be told from ${best}` : `Every other model can be told from ${best}`} by a paired permutation test over ${pairs}, with Holm’s correction for ${first.family === 1 ? 'one comparison' : `${first.family} comparisons`}, at 5 %. Intervals may overlap all the same: the test looks at the same ${pairs} under both.`;
  return (
    <Text size="xs" c="dimmed" mt={6} aria-busy={pending}>
      {lowerIsBetter(metric) ? 'Less is better. ' : ''}
      {pending ? 'Comparing the models user by user …' : sentence}
    </Text>
  );
}

interface SortHeadProps {
  readonly name: SortKey;
  readonly w?: number;
  readonly order: Order;
  /** Whether the best value is the lowest. */
  readonly ascendingValue: boolean;
  readonly onSort: (name: SortKey) => void;
  readonly children: string;
}

function SortHead({ name, w, order, ascendingValue, onSort, children }: SortHeadProps) {
  const active = order.by === name;
  const ascending = (name !== 'value' || ascendingValue) !== order.reversed;
  const Arrow = ascending ? IconArrowUp : IconArrowDown;
  return (
    <Table.Th {...(w === undefined ? {} : { w })} ta={name === 'label' ? 'left' : 'right'} aria-sort={active ? (ascending ? 'ascending' : 'descending') : 'none'}>
      <UnstyledButton fz="sm" fw={600} onClick={() => onSort(name)} className={classes['sort'] ?? ''}>
        {active && <Arrow size={12} aria-hidden />}
        {children}
      </UnstyledButton>
    </Table.Th>
  );
}
