import { Bar, BarChart, Legend, ResponsiveContainer, Tooltip, type TooltipContentProps, XAxis, YAxis } from 'recharts';
import { ChartFrame } from '../ChartFrame.tsx';
import { ChartTip } from '../ChartTip.tsx';
import { axisLine, axisStyle, seriesColors } from '../palette.ts';
import { genreRows, type GenreShare, genreShares, genresSummary } from './data.ts';

const MOST = 8;
const ROW = 24;

function ShareTip({ active = false, payload }: Partial<TooltipContentProps>) {
  const share = payload?.[0]?.payload as GenreShare | undefined;
  return active && share !== undefined ? <ChartTip title={share.genre} lines={[`history ${Math.round(100 * share.history)} %`, `list ${Math.round(100 * share.list)} %`]} /> : null;
}

const legendText = (name: string) => <span style={{ color: 'var(--mantine-color-text)', fontSize: 11 }}>{name}</span>;

interface GenresProps {
  readonly history: readonly { readonly genres: readonly string[] }[];
  readonly list: readonly { readonly genres: readonly string[] }[];
}

/** Whether a list has the genres of the history that it rests on. */
export function Genres({ history, list }: GenresProps) {
  const shares = genreShares(history, list, MOST);
  const height = Math.max(2, shares.length) * ROW + 44;
  return (
    <ChartFrame title="Genres of the list and of the history" summary={genresSummary(shares, history.length)} height={height} columns={['Genre', 'History', 'List']} rows={genreRows(shares)}>
      <ResponsiveContainer width="100%" height={height} initialDimension={{ width: 380, height }}>
        <BarChart layout="vertical" data={shares} barCategoryGap={3} barGap={0} margin={{ top: 0, right: 8, bottom: 0, left: 0 }} accessibilityLayer={false}>
          <XAxis type="number" tick={axisStyle} axisLine={axisLine} tickLine={false} tickCount={4} tickFormatter={(share: number) => `${Math.round(share * 100)} %`} height={20} />
          <YAxis type="category" dataKey="genre" width={92} interval={0} tick={axisStyle} axisLine={false} tickLine={false} />
          <Tooltip cursor={{ fill: 'var(--rb-hover)' }} content={<ShareTip />} />
          <Legend verticalAlign="top" align="left" height={22} iconSize={9} formatter={legendText} />
          <Bar dataKey="history" name="History" fill={seriesColors[1]} isAnimationActive={false} />
          <Bar dataKey="list" name="List" fill={seriesColors[0]} isAnimationActive={false} />
        </BarChart>
      </ResponsiveContainer>
    </ChartFrame>
  );
}
