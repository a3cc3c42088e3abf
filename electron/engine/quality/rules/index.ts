import { ReelbenchError } from '../../../../shared/contract/index.ts';
import type { Scope } from '../relations/scope.ts';
import type { Rule } from './rule.ts';
import { datasetRules } from './dataset.ts';
import { filmRules } from './films.ts';
import { genomeRules } from './genome.ts';
import { linkRules } from './links.ts';
import { movieRules } from './movies.ts';
import { personRules } from './persons.ts';
import { ratingRules } from './ratings.ts';
import { tagRules } from './tags.ts';

/** Every built-in rule, in the order of the report. */
export const rules: readonly Rule[] = [...ratingRules, ...movieRules, ...filmRules, ...tagRules, ...linkRules, ...genomeRules, ...personRules, ...datasetRules];

/** The rules of a workspace: the built-in ones and the person's own. */
export function rulesOf(scope: Pick<Scope, 'own'>): readonly Rule[] {
  return [...rules, ...scope.own];
}

export function ruleById(id: string, scope: Pick<Scope, 'own'>): Rule {
  const known = rulesOf(scope);
  const rule = known.find((rule) => rule.id === id);
  if (!rule) throw new ReelbenchError('not-found', `There is no rule ${id}.`, { hint: `Rules: ${known.map((r) => r.id).join(', ')}.` });
  return rule;
}
