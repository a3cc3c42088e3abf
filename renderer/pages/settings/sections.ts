import type { ParameterInfo } from '../../../shared/contract/parameters.ts';

interface SectionEntry {
  readonly title: string;
  readonly about: string;
  readonly members: readonly ParameterInfo[];
}

/** The first keys of a parameter's path, and what they are called. */
const titles: readonly (readonly [prefix: string, title: string, about: string])[] = [
  ['engine.', 'Engine', 'What the database and the kernels may use'],
  ['pipeline.', 'Pipeline', 'How stages run and what is kept of them'],
  ['quality.', 'Quality', 'What the rules hold the data against'],
  ['transform.', 'Transform', 'What the cleaned tables keep'],
  ['features.', 'Features', 'What models and charts read'],
  ['train.', 'Training', 'What the pipeline fits'],
  ['recommenders.random.', 'Random', 'The floor that every model must beat'],
  ['recommenders.popularity.', 'Popularity', 'What most people rated'],
  ['recommenders.content.', 'Content', 'Films like those of the history, by genre and tag'],
  ['recommenders.item-knn.', 'Item neighbours', 'Films rated by the same people'],
  ['recommenders.ease.', 'EASE', 'A linear model of films on films'],
  ['recommenders.als.', 'ALS', 'Factors of users and films by alternating least squares'],
  ['recommenders.hybrid.', 'Hybrid', 'A blend with learnt weights'],
];

/** Parameters by section, in the order of the pipeline; the settings of single rules, where there are any, in one of their own. */
export function sectionsOf(parameters: readonly ParameterInfo[]): SectionEntry[] {
  const isRule = ({ path }: ParameterInfo) => path.startsWith('quality.') && path.split('.').length > 2;
  const known = titles.map(([prefix, title, about]) => ({ title, about, members: parameters.filter((parameter) => parameter.path.startsWith(prefix) && !isRule(parameter)) }));
  const rules = { title: 'Single rules', about: 'Rules with settings of their own', members: parameters.filter(isRule) };
  const rest = parameters.filter(({ path }) => !titles.some(([prefix]) => path.startsWith(prefix)));
  return [...known, rules, { title: 'More', about: '', members: rest }].filter(({ members }) => members.length > 0);
}
