import { formatScore } from '../../components/format.ts';
import { ChartFrame } from '../ChartFrame.tsx';
import { axisStyle } from '../palette.ts';
import { type RankChange, rankChanges, rankRows, ranksSummary } from './data.ts';

const ROW = 20;
const MOST = 20;
const WIDTH = 400;
const LEFT = 46;
const RIGHT = 142;
const LABEL = 34;

interface RanksProps {
  readonly before: Parameters<typeof rankChanges>[0];
  readonly after: Parameters<typeof rankChanges>[1];
}

const shorten = (title: string) => (title.length > LABEL ? `${title.slice(0, LABEL - 1)}…` : title);
const colorOf = ({ before, after }: RankChange) => {
  if (before === null) return 'var(--rb-series-1)';
  if (after === null) return 'var(--mantine-color-dimmed)';
  return after < before ? 'var(--rb-good)' : after > before ? 'var(--rb-warn)' : 'var(--mantine-color-dimmed)';
};

/** Places before and after a change of the history, each film's joined by a line. */
export function Ranks({ before, after }: RanksProps) {
  const changes = rankChanges(before.slice(0, MOST), after.slice(0, MOST));
  const gone = changes.filter((change) => change.after === null);
  const lines = Math.max(Math.min(MOST, before.length), Math.min(MOST, after.length));
  const height = (lines + 1) * ROW + (gone.length > 0 ? 14 : 0);
  const y = (rank: number | null) => (rank === null ? (lines + 1) * ROW + 2 : rank * ROW);
  return (
    <ChartFrame title="Places before and after the changes" summary={ranksSummary(changes)} height={height} columns={['Film', 'Before', 'After', 'Score before', 'Score after']} rows={rankRows(changes, formatScore)}>
      <svg viewBox={`0 0 ${WIDTH} ${height}`} width="100%" height={height} preserveAspectRatio="xMinYMin meet">
        <text x={LEFT - 8} y={10} textAnchor="end" {...axisStyle}>
          before
        </text>
        <text x={RIGHT + 8} y={10} {...axisStyle}>
          after
        </text>
        {changes.map((change) => (
          <g key={change.movieId}>
            {change.before !== null && (
              <text x={LEFT - 8} y={y(change.before) + 4} textAnchor="end" {...axisStyle}>
                {change.before}
              </text>
            )}
            {change.before === null && change.after !== null && <circle cx={RIGHT} cy={y(change.after)} r={3} fill={colorOf(change)} />}
            {change.before !== null && (
              <line x1={LEFT} y1={y(change.before)} x2={RIGHT} y2={y(change.after)} stroke={colorOf(change)} strokeWidth={change.before === change.after ? 1 : 2} strokeDasharray={change.after === null ? '3 3' : undefined} />
            )}
            {change.after !== null && (
              <text x={RIGHT + 8} y={y(change.after) + 4} {...axisStyle} fill="var(--mantine-color-text)">
                {change.after} {shorten(change.title)}
                {change.before === null ? ' (new)' : ''}
              </text>
            )}
          </g>
        ))}
        {gone.length > 0 && (
          <text x={RIGHT + 8} y={y(null) + 4} {...axisStyle}>
            {gone.length} gone
          </text>
        )}
      </svg>
    </ChartFrame>
  );
}
