import type { HistoryFilm, RecommendList } from '../../../shared/contract/recommend.ts';
import { Genres } from '../../charts/genres/Genres.tsx';
import { Ranks } from '../../charts/ranks/Ranks.tsx';
import { Scores } from '../../charts/scores/Scores.tsx';
import classes from './recommend.module.css';

interface ListChartsProps {
  readonly list: RecommendList;
  /** The list before the edits. */
  readonly before: RecommendList | undefined;
  readonly history: readonly HistoryFilm[];
  readonly title: string;
  readonly wide: boolean;
}

/** The list as pictures, which follow every edit: what moved, how scores fall, and its genres against those of the history. */
export default function ListCharts({ list, before, history, title, wide }: ListChartsProps) {
  return (
    <div className={classes['charts']} data-wide={wide || undefined}>
      <div className={classes['charts']} data-wide>
        {before !== undefined && <Ranks before={before.items} after={list.items} />}
        <Scores title={`Scores of ${title} by rank`} items={list.items} />
      </div>
      <Genres history={history} list={list.items} />
    </div>
  );
}
