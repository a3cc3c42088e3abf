import { Skeleton } from '@mantine/core';
import { lazy, Suspense } from 'react';
import type { HistoryFilm, ModelInfo, ModelName, RecommendList } from '../../../shared/contract/recommend.ts';
import { useEngine } from '../../host/engine.ts';
import { useHistory } from './asks.ts';
import { setHistory, useBench, withFilm, without } from './bench.ts';

const FilmPanel = lazy(() => import('./FilmPanel.tsx'));

/** The film that is open, as it stands on the list that it was opened from, or why it stands on none. */
export function OpenFilm({ models, lists, model }: { readonly models: readonly ModelInfo[]; readonly lists: readonly RecommendList[]; /** Asked about a film that was opened from none of the lists. */ readonly model: ModelName }) {
  const opened = useBench((bench) => bench.opened);
  const { history } = useHistory();
  const highest = useEngine('movies.facets', {}).data?.scale.max;
  if (opened === null) return null;
  // The list that it was opened from may have made way for another model's.
  const name = lists.find((list) => list.model === opened.model)?.model ?? model;
  const item = lists.find((list) => list.model === name)?.items.find(({ movieId }) => movieId === opened.movieId);
  const rate = (film: Pick<HistoryFilm, 'movieId' | 'title' | 'year' | 'genres'>, rating: number | null) => {
    if (history === undefined) return;
    const { movieId, title, year, genres } = film;
    setHistory(rating === null ? without(history, movieId) : withFilm(history, { movieId, title, year, genres, rating, ratedAt: null }));
  };
  return (
    <Suspense fallback={<Skeleton height={420} />}>
      <FilmPanel
        key={opened.movieId}
        movieId={opened.movieId}
        title={opened.title}
        item={item}
        info={models.find((each) => each.model === name)}
        highest={highest}
        onClose={() => useBench.setState({ opened: null })}
        onRate={rate}
      />
    </Suspense>
  );
}
