import { MultiSelect, SegmentedControl, Stack, Text } from '@mantine/core';
import type { Evaluation, Segments } from '../../../../shared/contract/evaluation.ts';
import { Intervals } from '../../../charts/intervals/Intervals.tsx';
import { tickDigits } from '../../../charts/scale.ts';
import { Answer } from '../../../components/Answer.tsx';
import { formatCount, formatDecimal, formatUnits } from '../../../components/format.ts';
import { useEngine } from '../../../host/engine.ts';
import { useLook } from '../address.ts';
import classes from '../evaluate.module.css';
import { orderModels } from '../marks.ts';
import { digitsFor, intervalText, metricTitle } from '../metrics.ts';
import { useModels } from '../useModels.ts';
import { labelTitle } from '../words.ts';

type By = Segments['by'];
const kinds: readonly { readonly value: By; readonly label: string }[] = [
  { value: 'activity', label: 'Activity' }, { value: 'popularity', label: 'Popularity' }, { value: 'genre', label: 'Genre' }, { value: 'cold-start', label: 'Cold start' },
];
/** More series than this on one line cannot be told apart. */
const SHOWN = 6;

/** For whom and for what the models are good: a metric by groups of users or of films, every model with its interval. */
export function SegmentsView({ evaluation, metric }: { readonly evaluation: Evaluation; readonly metric: string }) {
  const look = useLook();
  const infos = useModels();
  const by = kinds.find(({ value }) => value === look.get('by'))?.value ?? 'activity';
  const segments = useEngine('evaluation.segments', { id: evaluation.id, metric, by }, { keep: true });
  const labels = orderModels(evaluation.models.filter(({ error, metrics }) => error === null && metrics[metric] !== undefined), metric, { by: 'value', reversed: false }).map(({ label }) => label);
  const asked = look.get('models')?.split(',').filter((label) => labels.includes(label));
  const chosen = asked === undefined || asked.length === 0 ? labels.slice(0, SHOWN) : asked;
  return (
    <Stack gap="md">
      <div className={classes['choices']}>
        <SegmentedControl aria-label="Segments by" data={[...kinds]} value={by} onChange={(value) => look.set({ by: value })} />
        <MultiSelect aria-label="Models shown" data={labels.map((label) => ({ value: label, label: labelTitle(label, infos) }))} value={chosen} onChange={(next) => look.set({ models: next.join(',') })} maxValues={SHOWN} />
      </div>
      <Answer of={segments}>{(content) => <Plot segments={content} chosen={chosen} labels={labels} titleOf={(label) => labelTitle(label, infos)} />}</Answer>
    </Stack>
  );
}

interface PlotProps {
  readonly segments: Segments;
  readonly chosen: readonly string[];
  readonly labels: readonly string[];
  readonly titleOf: (label: string) => string;
}

function Plot({ segments: { by, metric, definition, segments }, chosen, labels, titleOf }: PlotProps) {
  if (segments.length === 0)
    return (
      <Text size="sm" c="dimmed" py="lg">
        There is nothing to tell apart: {definition}
      </Text>
    );
  const digits = digitsFor(segments.flatMap(({ figures }) => figures.flatMap(({ value }) => value ?? [])));
  const format = (value: number) => formatDecimal(value, digits);
  const rows = segments.map(({ name, users, figures }) => ({
    name,
    note: formatUnits(users, 'user'),
    items: chosen.flatMap((label) => {
      const figure = figures.find((each) => each.label === label);
      return figure === undefined ? [] : [{ label: titleOf(label), series: labels.indexOf(label), value: figure.value, low: figure.low, high: figure.high }];
    }),
  }));
  const table = segments.flatMap(({ name, users, figures }) => figures.filter(({ label }) => chosen.includes(label)).map(({ label, value, low, high }) => [name, titleOf(label), formatCount(users), value === null ? '–' : format(value), intervalText({ low, high }, digits)]));
  return (
    <Stack gap="sm">
      <Text size="sm" maw={900}>
        {definition}
      </Text>
      <Intervals
        title={`${metricTitle(metric)} by ${kinds.find(({ value }) => value === by)?.label.toLowerCase() ?? by}`}
        summary={summaryOf(rows, format)}
        rows={rows}
        axis={metricTitle(metric)}
        format={format}
        formatTick={(value, ticks) => formatDecimal(value, tickDigits(ticks))}
        columns={['Segment', 'Model', 'Users', metricTitle(metric), '95 % interval']}
        table={table}
      />
    </Stack>
  );
}

/** Where the first model does best and worst. */
function summaryOf(rows: readonly { readonly name: string; readonly items: readonly { readonly label: string; readonly value: number | null }[] }[], format: (value: number) => string): string {
  const label = rows[0]?.items[0]?.label;
  const values = rows.flatMap(({ name, items: [first] }) => (first === undefined || first.value === null ? [] : [{ name, value: first.value }]));
  const sorted = values.sort((a, b) => b.value - a.value);
  const [top, bottom] = [sorted[0], sorted.at(-1)];
  if (label === undefined || top === undefined || bottom === undefined) return 'No figure.';
  return top === bottom ? `${label}: ${format(top.value)} in ${top.name}.` : `${label}: from ${format(bottom.value)} in ${bottom.name} to ${format(top.value)} in ${top.name}.`;
}
