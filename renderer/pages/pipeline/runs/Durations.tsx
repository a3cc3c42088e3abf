import type { Run } from '../../../../shared/contract/pipeline.ts';
import { ChartFrame } from '../../../charts/ChartFrame.tsx';
import { formatDateTime, formatSeconds } from '../../../components/format.ts';
import classes from './runs.module.css';
import { outcomeText, runWords } from './words.ts';

const HEIGHT = 64;
const MOST = 60;

/** How long the last runs took, the oldest first, a bar a run. */
export function Durations({ runs }: { readonly runs: readonly Run[] }) {
  const shown = runs.slice(0, MOST).toReversed();
  const longest = Math.max(0.001, ...shown.map(({ seconds }) => seconds));
  return (
    <ChartFrame
      title={shown.length === 1 ? 'One run' : `The last ${shown.length} runs`}
      summary={`Up to ${formatSeconds(longest)}; ${shown.filter(({ status }) => status === 'succeeded').length} succeeded`}
      height={HEIGHT}
      columns={['Started', 'Outcome', 'Time']}
      rows={shown.map(({ startedAt, status, seconds }) => [formatDateTime(startedAt), runWords[status][1], formatSeconds(seconds)])}
    >
      <div className={classes['bars']}>
        {shown.map((run) => (
          <span key={run.id} title={`${formatDateTime(run.startedAt)}: ${runWords[run.status][1].toLowerCase()} after ${formatSeconds(run.seconds)}, ${outcomeText(run)}`}>
            <span data-status={run.status} style={{ height: `${(run.seconds / longest) * 100}%` }} />
          </span>
        ))}
      </div>
    </ChartFrame>
  );
}
