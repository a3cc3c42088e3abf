import type { TrainingCurve } from '../../../../shared/contract/evaluation.ts';
import type { CurveSeries } from '../../../charts/curves/data.ts';

export interface CurveChart {
  readonly kind: 'metric' | 'loss';
  readonly name: string;
  readonly series: readonly CurveSeries[];
}

/** Curves that may share a chart: the same figure on held-out ratings, or the same loss. Figures first. `all` are the models there are: a model looks alike in every chart, whichever are shown. */
export function chartsOf(curves: readonly TrainingCurve[], all: readonly string[], over: 'epochs' | 'seconds', titleOf: (model: string) => string): CurveChart[] {
  const charts = (['metric', 'loss'] as const).flatMap((kind) => {
    const named = Map.groupBy(curves.filter((curve) => curve[kind] !== null), (curve) => curve[kind] ?? '');
    return [...named].map(([name, members]) => ({
      kind,
      name,
      series: members.map(({ model, points, best, training }) => ({
        name: titleOf(model),
        series: all.indexOf(model),
        running: training,
        best: over === 'epochs' ? best : (points.find(({ epoch }) => epoch === best)?.seconds ?? null),
        points: points.flatMap(({ epoch, seconds, [kind]: y }) => (y === null ? [] : [{ x: over === 'epochs' ? epoch : seconds, y }])),
      })),
    }));
  });
  return charts.filter(({ series }) => series.some(({ points }) => points.length > 0));
}
