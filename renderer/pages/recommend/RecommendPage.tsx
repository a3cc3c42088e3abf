import { Button, Drawer, Skeleton, Stack, Text } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { IconRoute, IconUserSearch } from '@tabler/icons-react';
import { lazy, Suspense, useEffect } from 'react';
import type { ModelInfo, Recommendation } from '../../../shared/contract/recommend.ts';
import { Answer } from '../../components/Answer.tsx';
import { Empty } from '../../components/Empty.tsx';
import { formatUnits } from '../../components/format.ts';
import { Page } from '../../components/Page.tsx';
import { useEngine } from '../../host/engine.ts';
import { navigate, useRoute } from '../../stores/route.ts';
import { useHistory, useRecommendations } from './asks.ts';
import { benchFor, chooseUser, setHistory, useBench, withFilm } from './bench.ts';
import { overlapOf } from './changes.ts';
import { HistoryPanel } from './HistoryPanel.tsx';
import { ModelList } from './ModelList.tsx';
import { firstModel } from './models.ts';
import classes from './recommend.module.css';
import { Toolbar } from './Toolbar.tsx';
import { UserPicker } from './UserPicker.tsx';

const FilmPanel = lazy(() => import('./FilmPanel.tsx'));
const Scores = lazy(async () => ({ default: (await import('../../charts/scores/Scores.tsx')).Scores }));

/** The bench: whom to recommend to, what the models answer, why, and what if the history were another. */
export default function RecommendPage() {
  const summary = useEngine('workspace.summary', {});
  const models = useEngine('models.list', {}, { enabled: summary.data != null });
  const ready = summary.data?.built === true;
  return (
    <Answer of={summary}>
      {(workspace) =>
        workspace === null || !ready ? (
          <Page title="Recommend">
            <Empty icon={<IconRoute size={28} />} title="No films to recommend yet" actions={<Button onClick={() => navigate(workspace === null || workspace.files.length === 0 ? 'import' : 'pipeline')}>{workspace === null || workspace.files.length === 0 ? 'Import files' : 'Go to the pipeline'}</Button>}>
              Import ratings and films and run the pipeline. Then pick a user, see what each model recommends and why, and change ratings to see the lists change.
            </Empty>
          </Page>
        ) : (
          <Page title="Recommend" about="Pick a user or invent one, and change ratings to see the lists follow">
            <Answer of={models}>{(list) => <OwnBench workspace={workspace.id} models={list} />}</Answer>
          </Page>
        )
      }
    </Answer>
  );
}

/** The bench of this workspace: what was set up for another one is cleared first. */
function OwnBench({ workspace, models }: { readonly workspace: string; readonly models: readonly ModelInfo[] }) {
  const owner = useBench((bench) => bench.workspace);
  useEffect(() => benchFor(workspace), [workspace]);
  return owner === workspace ? <Bench models={models} /> : null;
}

function Bench({ models }: { readonly models: readonly ModelInfo[] }) {
  const { rest } = useRoute();
  const asked = Number(rest[0] ?? NaN);
  useEffect(() => {
    if (Number.isInteger(asked)) chooseUser(asked);
  }, [asked]);
  const { who, model: chosen, against: other, opened } = useBench();
  const wide = useMediaQuery('(min-width: 1560px)', window.innerWidth >= 1560, { getInitialValueInEffect: false });
  const model = chosen ?? firstModel(models);
  const against = other === model ? null : other;
  const info = models.find((each) => each.model === model);
  const otherInfo = models.find((each) => each.model === against);
  const first = useRecommendations(model, info?.trained === true);
  const second = useRecommendations(against ?? model, otherInfo?.trained === true);
  const { history } = useHistory();
  const facets = useEngine('movies.facets', {});
  const lists = [first, ...(against === null ? [] : [second])].map(({ list }) => list.data);
  const from = lists.find((list) => list?.model === opened?.model) ?? lists[0];
  const item = from?.items.find(({ movieId }) => movieId === opened?.movieId);
  const overlap = against !== null && lists[0] !== undefined && lists[1] !== undefined ? overlapOf(lists[0].items, lists[1].items) : null;
  const close = () => useBench.setState({ opened: null });
  const rate = ({ movieId, title, year, genres }: Recommendation) => {
    if (history === undefined || facets.data === undefined) return;
    setHistory(withFilm(history, { movieId, title, year, genres, rating: facets.data.scale.max, ratedAt: null }));
  };
  const panel = opened !== null && (
    <Suspense fallback={<Skeleton height={420} />}>
      <FilmPanel key={opened.movieId} movieId={opened.movieId} title={opened.title} item={item} model={models.find((each) => each.model === from?.model)?.title} onClose={close} onRate={rate} highest={facets.data?.scale.max} />
    </Suspense>
  );
  return (
    <div className={classes['bench']} data-wide={wide || undefined} data-panel={!wide && against === null && opened !== null || undefined}>
      <section className={classes['who']} aria-label="User and history">
        <Stack gap="md">
          <UserPicker />
          <HistoryPanel />
        </Stack>
      </section>
      <Stack gap="md" miw={0}>
        <Toolbar models={models} model={model} against={against} />
        {who === null || info === undefined ? (
          <Empty icon={<IconUserSearch size={28} />} title="Whom to recommend to?">
            Choose a user on the left, or invent one by rating a few films.
          </Empty>
        ) : (
          <>
            {against !== null && (
              <Text size="sm" h={17} component="output">
                {overlap === null ? '' : `${overlap.size} of ${formatUnits(lists[0]?.items.length ?? 0, 'film')} ${overlap.size === 1 ? 'is' : 'are'} on both lists`}
              </Text>
            )}
            <div className={classes['lists']} data-two={against !== null || undefined}>
              <ModelList info={info} answer={first} shared={against === null ? null : (overlap ?? new Set())} narrow={against !== null || (!wide && opened !== null)} />
              {against !== null && otherInfo !== undefined && <ModelList info={otherInfo} answer={second} shared={overlap ?? new Set()} narrow />}
            </div>
            {!wide && lists[0] !== undefined && lists[0].items.length > 0 && <ScoreChart items={lists[0].items} title={info.title} />}
          </>
        )}
      </Stack>
      {wide || (against === null && opened !== null) ? (
        <aside className={classes['aside']} aria-label="Film and scores">
          {panel === false
            ? who !== null &&
              lists[0] !== undefined && (
                <Stack gap="md">
                  <ScoreChart items={lists[0].items} title={info?.title ?? ''} />
                  <Text size="sm" c="dimmed">
                    Open a film to see what its score is made of and which films are like it.
                  </Text>
                </Stack>
              )
            : panel}
        </aside>
      ) : (
        <Drawer.Root opened={opened !== null} onClose={close} position="right" size={440} lockScroll={false}>
          <Drawer.Overlay backgroundOpacity={0.15} />
          <Drawer.Content aria-label={opened?.title}>
            <Drawer.Body pt="md">{panel}</Drawer.Body>
          </Drawer.Content>
        </Drawer.Root>
      )}
    </div>
  );
}

function ScoreChart({ items, title }: { readonly items: readonly Recommendation[]; readonly title: string }) {
  return (
    <Suspense fallback={<Skeleton height={172} />}>
      <Scores title={`Scores of ${title} by rank`} items={items} />
    </Suspense>
  );
}
