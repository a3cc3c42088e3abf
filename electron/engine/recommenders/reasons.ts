import type { ModelName, RecommendReason } from '../../../shared/contract/index.ts';
import type { Explanation } from './recommender.ts';

/** What a reason needs to name films: titles and ratings by the model's positions. */
export interface Naming {
  /** Films rated at least so are named as reasons before films that were rated lower. */
  readonly liked: number;
  /** The rating that the history gives the film. */
  rating(position: number): number;
  title(position: number): string;
  movieId(position: number): number;
  modelTitle(model: ModelName): string;
}

/** Evidence that the sentence names; all of it is in `evidence`. */
const NAMED = 3;
/** Evidence that a blend repeats of each of its models. */
const PART_EVIDENCE = 5;

/** Explanations in words, each with its evidence, the largest contribution first. A blend is followed by what its models go by. */
export function inWords(explanations: readonly Explanation[], naming: Naming): RecommendReason[] {
  return explanations.flatMap((explanation): RecommendReason[] => {
    switch (explanation.kind) {
      case 'because-you-rated':
        return [becauseYouRated(explanation.evidence, naming)];
      case 'shares-genres':
      case 'shares-tags':
      case 'shares-terms':
        return [sharesTerms(explanation.kind, explanation.evidence)];
      case 'like-minded':
        return [likeMinded(explanation)];
      case 'popular':
        return [{ kind: 'popular', text: popularText(explanation.people, explanation.mean), evidence: [explanation.counted ? { label: explanation.counted.label, contribution: explanation.counted.value } : { label: 'ratings', contribution: explanation.people }] }];
      case 'random':
        return [{ kind: 'random', text: `A random draw with seed ${explanation.seed}`, evidence: [{ label: 'draw', contribution: explanation.draw }] }];
      default:
        return blend(explanation.parts, naming);
    }
  });
}

type Of<K extends Explanation['kind']> = Extract<Explanation, { kind: K }>;

function becauseYouRated(parts: Of<'because-you-rated'>['evidence'], naming: Naming): RecommendReason {
  const evidence = parts
    .filter(({ contribution }) => contribution !== 0)
    .toSorted((a, b) => b.contribution - a.contribution || a.position - b.position)
    .map(({ position, contribution }) => ({ movieId: naming.movieId(position), label: naming.title(position), rating: naming.rating(position), contribution }));
  const helping = evidence.filter(({ contribution }) => contribution > 0);
  const liked = helping.filter(({ rating }) => rating >= naming.liked);
  const named = (liked.length > 0 ? liked : helping).slice(0, NAMED);
  const text = named.length > 0 ? `Because you rated ${list(named.map(({ label, rating }) => `${spoken(label)} ${rating}`))}` : 'None of your ratings speaks for it';
  return { kind: 'because-you-rated', text, evidence };
}

type SharedKind = 'shares-genres' | 'shares-tags' | 'shares-terms';
const nouns: Readonly<Record<SharedKind, string>> = { 'shares-genres': 'genres', 'shares-tags': 'tags', 'shares-terms': 'words' };

function sharesTerms(kind: SharedKind, parts: Of<SharedKind>['evidence']): RecommendReason {
  const evidence = parts.toSorted((a, b) => b.contribution - a.contribution).map(({ label, contribution }) => ({ label, contribution }));
  const shared = evidence.filter(({ contribution }) => contribution > 0).slice(0, NAMED).map(({ label }) => label);
  const noun = nouns[kind];
  const text = shared.length > 0 ? `Shares ${noun} with films that you like: ${list(shared)}` : `Its ${noun} are those of films that you like less`;
  return { kind, text, evidence };
}

function likeMinded({ people, expected, above }: Of<'like-minded'>): RecommendReason {
  const who = `${people.toLocaleString('en')} ${people === 1 ? 'person who rates' : 'people who rate'} as you do`;
  const text = people === 0 ? `Nobody who rates as you do rated it: ${expected.toFixed(1)} is what is usual for it and for you` : `${who} gave it ${Math.abs(above).toFixed(1)} ${above < 0 ? 'less' : 'more'} than is usual, which for it and for you is ${expected.toFixed(1)}`;
  return { kind: 'like-minded', text, evidence: [{ label: 'usual', contribution: expected }, { label: 'people who rate alike', contribution: above }] };
}

/** The models' own evidence is on other scales than the blend's, so each model keeps a reason of its own: its strongest evidence. */
function blend(parts: Of<'blend'>['parts'], naming: Naming): RecommendReason[] {
  const evidence = parts.map(({ model, contribution }) => ({ label: naming.modelTitle(model), contribution }));
  const named = evidence.filter(({ contribution }) => contribution > 0).map(({ label, contribution }) => `${label} (${contribution.toFixed(2)})`);
  const text = named.length > 0 ? `A blend, from ${list(named)}` : 'A blend in which no model speaks for it';
  const because = parts.filter(({ contribution }) => contribution > 0).flatMap((part) => inWords(part.because, naming));
  return [{ kind: 'blend', text, evidence }, ...because.map((reason) => ({ ...reason, evidence: reason.evidence.slice(0, PART_EVIDENCE) }))];
}

export function popularText(people: number, mean: number): string {
  return `Rated by ${people.toLocaleString('en')} ${people === 1 ? 'person' : 'people'}${people > 0 ? `, mean ${mean.toFixed(1)}` : ''}`;
}

/** A title as it is said: "The Matrix" for "Matrix, The". */
function spoken(title: string): string {
  return title.replace(/^(.+?), (The|An?|Les?|La|Das|Der|Die|El|Il)(?= \(|$)/, '$2 $1');
}

/** "A", "A and B", "A, B and C". */
function list(parts: readonly string[]): string {
  if (parts.length < 2) return parts.join('');
  return `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
}
