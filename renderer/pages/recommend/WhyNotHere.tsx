import { Button, Group, Stack, Text, Title } from '@mantine/core';
import type { ModelInfo, Recommendation } from '../../../shared/contract/recommend.ts';
import type { Counterfactual } from '../../../shared/contract/serving.ts';
import { Contributions } from '../../charts/contributions/Contributions.tsx';
import { contributionGroups } from '../../charts/contributions/data.ts';
import { ErrorPanel } from '../../components/ErrorPanel.tsx';
import { formatCount, formatScore, formatUnits } from '../../components/format.ts';
import { Loading } from '../../components/Loading.tsx';
import { useEngine } from '../../host/engine.ts';
import { askerOf, filtersOf } from './asks.ts';
import { useBench } from './bench.ts';
import classes from './recommend.module.css';

interface WhyNotHereProps {
  readonly movieId: number;
  readonly info: ModelInfo;
  readonly onRate: (film: Pick<Recommendation, 'movieId' | 'title' | 'year' | 'genres'>, rating: number | null) => void;
}

/** Why a film is not on the list, and the single changes of the history that would put it there, each to be tried at once. */
export function WhyNotHere({ movieId, info, onRate }: WhyNotHereProps) {
  const bench = useBench();
  const asker = askerOf(bench);
  const answer = useEngine('recommend.whyNot', { model: info.model, movieId, ...filtersOf(bench), ...asker }, { enabled: asker !== null });
  if (asker === null) return null;
  return (
    <Stack gap="sm" component="section" aria-label="Why it is not on the list">
      <Title order={3}>Why it is not on the list of {info.title}</Title>
      {answer.isError ? (
        <ErrorPanel error={answer.error.toData()} onRetry={() => void answer.refetch()} />
      ) : answer.data === undefined ? (
        <Loading lines={3} height={24} label="Trying changes of the history" />
      ) : (
        <>
          <Text size="sm" component="output">
            {answer.data.text}
          </Text>
          {(answer.data.rank !== null || answer.data.score !== null) && (
            <dl className={classes['facts']}>
              {answer.data.rank !== null && (
                <>
                  <dt>Place</dt>
                  <dd>
                    {formatCount(answer.data.rank)} of {formatCount(answer.data.of)}
                  </dd>
                </>
              )}
              {answer.data.score !== null && (
                <>
                  <dt>Score</dt>
                  <dd>{formatScore(answer.data.score)}</dd>
                </>
              )}
              {answer.data.last !== null && (
                <>
                  <dt>Last on the list</dt>
                  <dd>{formatScore(answer.data.last.score)}</dd>
                </>
              )}
            </dl>
          )}
          {answer.data.changes.length > 0 && (
            <ul className={classes['changes']} aria-label="Changes that would list it">
              {answer.data.changes.map((change) => (
                <ChangeRow key={change.movieId} change={change} onTry={() => onRate(change, change.after)} />
              ))}
            </ul>
          )}
          {answer.data.nearest !== null && (
            <ul className={classes['changes']} aria-label="The change that brings it nearest">
              <ChangeRow change={answer.data.nearest} onTry={() => answer.data.nearest !== null && onRate(answer.data.nearest, answer.data.nearest.after)} />
            </ul>
          )}
          {answer.data.search.tried > 0 && (
            <Text size="xs" c="dimmed">
              {formatUnits(answer.data.search.tried, 'change')} tried on the model in {Math.round(answer.data.search.milliseconds)} ms{answer.data.search.complete ? '' : ', then time was up'}
            </Text>
          )}
          {contributionGroups(answer.data.reasons).map((group) => (
            <Contributions key={group.title} {...group} />
          ))}
        </>
      )}
    </Stack>
  );
}

function ChangeRow({ change, onTry }: { readonly change: Counterfactual; readonly onTry: () => void }) {
  const what = change.before === null ? `Rate it ${change.after}` : change.after === null ? `Without its rating of ${change.before}` : `Rated ${change.after} instead of ${change.before}`;
  return (
    <li>
      <div style={{ minWidth: 0 }}>
        <Text size="sm" fw={500} truncate title={change.title}>
          {change.title}
        </Text>
        <Text size="xs" c="dimmed">
          {what}: then place {formatCount(change.rank)}
        </Text>
      </div>
      <Group gap={4} wrap="nowrap">
        <Button size="compact-sm" variant="light" aria-label={`Try: ${change.title}, ${what.toLowerCase()}`} onClick={onTry}>
          Try
        </Button>
      </Group>
    </li>
  );
}
