import { SegmentedControl, Stack, Text } from '@mantine/core';
import type { EvaluatedModel, Evaluation } from '../../../../shared/contract/evaluation.ts';
import { lowerIsBetter } from '../../../../shared/domain/metric-words.ts';
import { TradeOff } from '../../../charts/tradeoff/TradeOff.tsx';
import { formatBytes, formatDecimal, formatSeconds } from '../../../components/format.ts';
import { useLook } from '../address.ts';
import { digitsFor, metricTitle } from '../metrics.ts';
import { useModels } from '../useModels.ts';
import { labelTitle } from '../words.ts';

interface CostKind {
  readonly title: string;
  readonly axis: string;
  readonly of: (model: EvaluatedModel) => number | null;
  readonly format: (cost: number) => string;
}

/** Shorter than a millisecond is not measured: such a model stands at the left end of the scale. */
const SHORTEST = 0.001;
const kinds: Readonly<Record<'training' | 'lists' | 'memory' | 'size', CostKind>> = {
  training: { title: 'Training', axis: 'Training time', of: ({ fitSeconds }) => Math.max(SHORTEST, fitSeconds), format: formatSeconds },
  lists: { title: 'Lists', axis: 'Time for all lists', of: ({ scoreSeconds }) => Math.max(SHORTEST, scoreSeconds), format: formatSeconds },
  memory: { title: 'Memory', axis: 'Peak memory', of: ({ peakMemoryMB }) => (peakMemoryMB === null || peakMemoryMB <= 0 ? null : peakMemoryMB * 1e6), format: formatBytes },
  size: { title: 'Size', axis: 'Size of the model', of: ({ bytes }) => (bytes === null || bytes <= 0 ? null : bytes), format: formatBytes },
};
const names = ['training', 'lists', 'memory', 'size'] as const;

/** How good the models are against what they cost. */
export function Cost({ evaluation, metric }: { readonly evaluation: Evaluation; readonly metric: string }) {
  const look = useLook();
  const infos = useModels();
  const cost = names.find((name) => name === look.get('cost')) ?? 'training';
  const { axis, of, format } = kinds[cost];
  const points = evaluation.models.flatMap((model) => {
    const figure = model.metrics[metric];
    const spent = of(model);
    return figure === undefined || spent === null || model.error !== null ? [] : [{ label: labelTitle(model.label, infos), value: figure.value, low: figure.low, high: figure.high, cost: spent }];
  });
  const digits = digitsFor(points.map(({ value }) => value));
  return (
    <Stack gap="sm">
      <TradeOff
        title={`${metricTitle(metric)} against ${axis.toLowerCase()}`}
        points={points}
        metric={metricTitle(metric)}
        costs={axis}
        lowerIsBetter={lowerIsBetter(metric)}
        format={(value) => formatDecimal(value, digits)}
        formatCost={format}
        height={420}
        controls={<SegmentedControl aria-label="Cost" data={names.map((name) => ({ value: name, label: kinds[name].title }))} value={cost} onChange={(name) => look.set({ cost: name })} />}
      />
      <Text size="xs" c="dimmed">
        Upright lines are 95 % intervals. The dashed line joins the models that no other one beats in both: filled dots. Times are those of this computer.
      </Text>
    </Stack>
  );
}
