import { Skeleton, Stack, Text } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { lazy, Suspense } from 'react';
import type { ModelInfo, Movie } from '../../../shared/contract/recommend.ts';
import { AllUsers } from './AllUsers.tsx';
import { useHistory, useRecommendations } from './asks.ts';
import { useBench } from './bench.ts';
import { FilmSearch } from './FilmSearch.tsx';
import { ModelList } from './ModelList.tsx';
import { firstModel } from './models.ts';
import { OpenFilm } from './OpenFilm.tsx';
import classes from './recommend.module.css';
import { ModelChoice, Toolbar } from './Toolbar.tsx';
import { Nobody, OfKnownUser, WhoPanel } from './WhoPanel.tsx';

const ListCharts = lazy(() => import('./ListCharts.tsx'));

/** One user and one model: the list, why, and what another history would make of it. */
export function OneUser({ models }: { readonly models: readonly ModelInfo[] }) {
  const { who, model: chosen, opened } = useBench();
  const wide = useMediaQuery('(min-width: 1560px)', window.innerWidth >= 1560, { getInitialValueInEffect: false });
  const model = chosen ?? firstModel(models);
  const info = models.find((each) => each.model === model);
  const answer = useRecommendations(model, info?.trained === true);
  const { history } = useHistory();
  // While another model is asked, the list of the one before stands there still: it says nothing of this one.
  const list = info?.trained === true && answer.list.data?.model === model ? answer.list.data : undefined;
  const charts = who !== null && list !== undefined && list.items.length > 0 && history !== undefined && (
    <Suspense fallback={<Skeleton height={240} />}>
      <ListCharts list={list} before={answer.before} history={history} title={info?.title ?? ''} wide={wide} />
    </Suspense>
  );
  const film = opened !== null && <OpenFilm models={models} lists={list === undefined ? [] : [list]} model={model} />;
  return (
    <div className={classes['bench']} data-wide={wide || undefined} data-panel={(!wide && opened !== null) || undefined}>
      <WhoPanel />
      <Stack gap="md" miw={0}>
        <Toolbar>
          <ModelChoice models={models} model={model} />
        </Toolbar>
        {who === null || info === undefined ? (
          <Nobody />
        ) : (
          <OfKnownUser>
            <ModelList info={info} answer={answer} narrow={!wide && opened !== null} />
            {info.trained && !answer.list.isError && <AskAbout exclude={new Set([...(list?.items ?? []), ...(history ?? [])].map(({ movieId }) => movieId))} />}
            {!wide && charts}
            {info.trained && <AllUsers info={info} />}
          </OfKnownUser>
        )}
      </Stack>
      {(wide || opened !== null) && (
        <aside className={classes['aside']} aria-label="Film and scores">
          {film === false
            ? charts !== false && (
                <Stack gap="lg">
                  {charts}
                  <Text size="sm" c="dimmed">
                    Open a film to see what its score is made of and which films are like it.
                  </Text>
                </Stack>
              )
            : film}
        </aside>
      )}
    </div>
  );
}

/** Asks why any film is not on the list. */
function AskAbout({ exclude }: { readonly exclude: ReadonlySet<number> }) {
  const open = ({ movieId, title }: Movie) => useBench.setState({ opened: { movieId, title, model: null } });
  return (
    <div className={classes['ask']}>
      <FilmSearch label="Why is a film not on the list?" placeholder="Why is a film not on the list? Find it" icon="question" exclude={exclude} onAdd={open} />
    </div>
  );
}
