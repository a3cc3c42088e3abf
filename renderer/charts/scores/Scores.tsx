import { Bar, BarChart, CartesianGrid, ResponsiveContainer, Tooltip, type TooltipContentProps, XAxis, YAxis } from 'recharts';
import type { Recommendation } from '../../../shared/contract/recommend.ts';
import { formatNumber, formatScore } from '../../components/format.ts';
import { ChartFrame } from '../ChartFrame.tsx';
import { ChartTip } from '../ChartTip.tsx';
import { axisLine, axisStyle, gridLine, seriesColors } from '../palette.ts';
import { type ScorePoint, scorePoints, scoreRows, scoresSummary } from './data.ts';

function PointTip({ active = false, payload }: Partial<TooltipContentProps>) {
  const point = payload?.[0]?.payload as ScorePoint | undefined;
  return active && point !== undefined ? <ChartTip title={`${point.rank}. ${point.title}`} lines={[`score ${formatScore(point.score)}`]} /> : null;
}

/** How the scores of a list fall from rank to rank. */
export function Scores({ title, items, height = 140 }: { readonly title: string; readonly items: readonly Recommendation[]; readonly height?: number }) {
  const points = scorePoints(items);
  return (
    <ChartFrame title={title} summary={scoresSummary(points)} height={height} columns={['Film', 'Score']} rows={scoreRows(points)}>
      <ResponsiveContainer width="100%" height={height} initialDimension={{ width: 380, height }}>
        <BarChart data={points} barCategoryGap="20%" margin={{ top: 4, right: 4, bottom: 0, left: 0 }} accessibilityLayer={false}>
          <CartesianGrid vertical={false} stroke={gridLine} />
          <XAxis dataKey="rank" tick={axisStyle} axisLine={axisLine} tickLine={false} minTickGap={12} height={20} />
          <YAxis width={44} tick={axisStyle} axisLine={false} tickLine={false} tickCount={4} tickFormatter={(score: number) => formatNumber(Number(score.toPrecision(3)))} />
          <Tooltip cursor={{ fill: 'var(--rb-hover)' }} content={<PointTip />} />
          <Bar dataKey="score" fill={seriesColors[0]} maxBarSize={32} isAnimationActive={false} />
        </BarChart>
      </ResponsiveContainer>
    </ChartFrame>
  );
}
