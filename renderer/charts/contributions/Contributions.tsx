import { Bar, BarChart, Cell, ReferenceLine, ResponsiveContainer, Tooltip, type TooltipContentProps, XAxis, YAxis } from 'recharts';
import { formatNumber, formatScore } from '../../components/format.ts';
import { ChartFrame } from '../ChartFrame.tsx';
import { ChartTip } from '../ChartTip.tsx';
import { axisLine, axisStyle, seriesColors } from '../palette.ts';
import { type Contribution, type ContributionGroup, contributionRows, contributionsOf, contributionsSummary } from './data.ts';

const ROW = 22;
const LABEL = 24;

const formatTick = (value: number) => formatNumber(Number(value.toPrecision(3)));
const shorten = (label: string) => (label.length > LABEL ? `${label.slice(0, LABEL - 1)}…` : label);

function PartTip({ active = false, payload }: Partial<TooltipContentProps>) {
  const part = payload?.[0]?.payload as Contribution | undefined;
  if (!active || part === undefined) return null;
  return <ChartTip title={part.label} lines={[...(part.rating === null ? [] : [`rated ${part.rating}`]), `${part.value < 0 ? 'against: ' : ''}${formatScore(part.value)}`]} />;
}

/** One line however long: Recharts would wrap it into the next bar. */
function EvidenceTick({ x, y, payload }: { readonly x?: number; readonly y?: number; readonly payload?: { readonly value: string } }) {
  return (
    <text x={x} y={y} dy={4} textAnchor="end" {...axisStyle}>
      {shorten(payload?.value ?? '')}
    </text>
  );
}

/** What a score is made of: one bar a piece of evidence, to the left of the line where it speaks against the film. */
export function Contributions({ title, reasons }: ContributionGroup) {
  const parts = contributionsOf(reasons);
  const height = Math.max(2, parts.length) * ROW + 24;
  return (
    <ChartFrame title={title} summary={contributionsSummary(parts)} height={height} columns={['Evidence', 'Rated', 'Contribution']} rows={contributionRows(parts)}>
      <ResponsiveContainer width="100%" height={height} initialDimension={{ width: 380, height }}>
        <BarChart layout="vertical" data={parts} barCategoryGap={4} margin={{ top: 0, right: 8, bottom: 0, left: 0 }} accessibilityLayer={false}>
          <XAxis type="number" tick={axisStyle} axisLine={axisLine} tickLine={false} tickCount={4} tickFormatter={formatTick} height={20} />
          <YAxis type="category" dataKey="label" width={160} interval={0} tick={<EvidenceTick />} axisLine={false} tickLine={false} />
          <ReferenceLine x={0} stroke={axisLine.stroke} />
          <Tooltip cursor={{ fill: 'var(--rb-hover)' }} content={<PartTip />} />
          <Bar dataKey="value" isAnimationActive={false}>
            {parts.map(({ label, value }, index) => (
              <Cell key={`${label} ${index}`} fill={value < 0 ? seriesColors[1] : seriesColors[0]} />
            ))}
          </Bar>
        </BarChart>
      </ResponsiveContainer>
    </ChartFrame>
  );
}
