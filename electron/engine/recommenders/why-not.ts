import { type Parsed, ReelbenchError, type WhyNot } from '../../../shared/contract/index.ts';
import type { Kernels } from '../kernels/index.ts';
import { type Change, findChanges, type Standing } from './counterfactuals.ts';
import type { Library } from './library.ts';
import type { LoadedModel } from './loaded-models.ts';
import { allowedBy, bestFilms, filmsBefore } from './ranking.ts';
import { filmAt, type Person, scoreFor } from './scoring.ts';

interface Asked {
  readonly request: Parsed<'recommend.whyNot'>;
  readonly person: Person;
  readonly loaded: LoadedModel;
  readonly library: Library;
  readonly kernels: Kernels;
  readonly signal: AbortSignal;
}

/**
 * Why a film is not on a person's list: seen, kept out by a filter, unknown to the model, or simply with less of a score
 * than others; and the single change of the history, tried out on the model, that would list it.
 */
export async function whyNot({ request, person, loaded, library, kernels, signal }: Asked): Promise<Omit<WhyNot, 'milliseconds'>> {
  const position = library.position(request.movieId);
  if (position === undefined) throw new ReelbenchError('not-found', `There is no film ${request.movieId}.`, { hint: 'Search the films by title.' });
  const standingOf = standings(request, position, library, kernels);
  const { scores, because, coldStart, basis } = await scoreFor(person, loaded, library);
  const rated = person.items.find(({ movieId }) => movieId === request.movieId);
  const filters = filtersAgainst(request, position, library);
  const unknown = scores[position] === Number.NEGATIVE_INFINITY;
  const standing = standingOf(scores, person);
  const seen = rated !== undefined && !request.includeSeen;
  const verdict = unknown ? 'unknown' : seen ? 'seen' : filters.length > 0 ? 'filtered' : standing.listed ? 'listed' : standing.rank <= request.top ? 'similar' : 'below';
  const reachable = (verdict === 'below' || verdict === 'similar' || (verdict === 'seen' && filters.length === 0)) && loaded.model.personal && request.budget > 0;
  const search = reachable
    ? await findChanges({ target: position, person, loaded, library, standingOf, reasons: because, list: standing.list, budget: request.budget, signal })
    : { changes: [], nearest: null, tried: 0, complete: true, milliseconds: 0 };
  const last = standing.list.at(-1);
  const told = (change: Change) => ({ ...filmAt(library, change.position), before: change.before, after: change.after, rank: change.rank, score: change.score });
  const answer = {
    ...filmAt(library, position), model: request.model, verdict, filters, coldStart, basis,
    rank: unknown ? null : standing.rank, of: standing.of, score: unknown ? null : (scores[position] ?? 0),
    last: last === undefined ? null : { movieId: library.movieIds[last] ?? 0, title: library.titles[last] ?? '', score: scores[last] ?? 0 },
    gap: unknown || last === undefined ? null : (scores[last] ?? 0) - (scores[position] ?? 0),
    reasons: unknown ? [] : because(position),
    changes: search.changes.map(told),
    nearest: search.nearest && told(search.nearest),
    search: { tried: search.tried, complete: search.complete, milliseconds: search.milliseconds },
  } satisfies Omit<WhyNot, 'milliseconds' | 'text'>;
  return { ...answer, text: textOf(answer, { rating: rated?.rating, personal: loaded.model.personal, unrated: library.counts[position] === 0, searched: reachable }) };
}

/** Where the film would stand by these scores, as if neither filters nor its own rating kept it out; and the list as it is. */
function standings(request: Parsed<'recommend.whyNot'>, target: number, library: Library, kernels: Kernels): (scores: Float32Array, person: Pick<Person, 'items'>) => Standing {
  const allowed = allowedBy(request, library);
  return (scores, { items }) => {
    const own = scores[target] ?? Number.NEGATIVE_INFINITY;
    const open = scores.slice();
    if (!request.includeSeen) for (const { movieId } of items) open[library.position(movieId) ?? -1] = Number.NEGATIVE_INFINITY;
    if (allowed) for (let at = 0; at < open.length; at++) if (!allowed(at)) open[at] = Number.NEGATIVE_INFINITY;
    const list = bestFilms(open, request, library, kernels);
    open[target] = own;
    let of = 0;
    for (const score of open) if (score > Number.NEGATIVE_INFINITY) of++;
    return { rank: filmsBefore(open, target) + 1, of, score: own, list, listed: list.includes(target) };
  };
}

function filtersAgainst({ genres, yearFrom, yearTo }: Parsed<'recommend.whyNot'>, position: number, library: Library): string[] {
  const filters: string[] = [];
  if (genres.length > 0 && allowedBy({ genres }, library)?.(position) === false) {
    const own = library.genres[position] ?? [];
    filters.push(`Genres: ${own.length === 0 ? 'it has none' : `it is ${own.join(', ')}`}, and the list holds ${genres.join(' or ')} alone`);
  }
  const years = { genres: [], ...(yearFrom === undefined ? {} : { yearFrom }), ...(yearTo === undefined ? {} : { yearTo }) };
  if (allowedBy(years, library)?.(position) === false) {
    const year = library.years[position] ?? null;
    filters.push(`Years: ${year === null ? 'its year is not known' : `it is of ${year}`}, and the list holds ${[yearFrom, yearTo].map((limit) => limit ?? '').join(' to ').trim()} alone`);
  }
  return filters;
}

interface Known {
  readonly rating: number | undefined;
  readonly personal: boolean;
  readonly unrated: boolean;
  readonly searched: boolean;
}

function textOf(answer: Omit<WhyNot, 'milliseconds' | 'text'>, { rating, personal, unrated, searched }: Known): string {
  const { verdict, rank, of, gap, last, filters, changes, nearest, search, coldStart } = answer;
  const place = rank === null ? '' : `place ${rank.toLocaleString('en')} of ${of.toLocaleString('en')}`;
  const said = (() => {
    switch (verdict) {
      case 'listed': return `It is on the list, at ${place}.`;
      case 'unknown': return unrated ? 'The model has no score for it: nobody has rated it.' : coldStart ? 'It has no place on a cold start: nobody rated it.' : 'The model has no score for it: it was not among the films that the model was trained on.';
      case 'seen': return `It was rated ${rating}, and rated films are left out. Were they not, it would stand at ${place}.`;
      case 'filtered': return `A filter keeps it out. ${filters.join('. ')}. Without that it would stand at ${place}.`;
      case 'similar': return `By its score it would stand at ${place}, but it is like films that stand before it, and the list is to be diverse.`;
      default: return last === null || gap === null ? `It stands at ${place}.` : `It stands at ${place}: its score is ${gap > 0 ? `${figure(gap)} below that` : 'that'} of the last film on the list, ${last.title}.`;
    }
  })();
  if (!personal && verdict === 'below') return `${said} This model says the same to everyone: no rating changes it.`;
  if (!searched) return said;
  const tried = `${search.tried} ${search.tried === 1 ? 'change' : 'changes'}`;
  if (changes.length > 0) return `${said} One change of the history would put it on the list.`;
  const found = search.complete ? `None of ${tried} tried puts it on the list` : `None of the ${tried} that there was time for puts it on the list`;
  return `${said} ${found}${nearest === null ? '' : `; the best brings it to place ${nearest.rank.toLocaleString('en')}`}.`;
}

function figure(value: number): string {
  return Math.abs(value) >= 100 ? value.toFixed(0) : value.toPrecision(2);
}
