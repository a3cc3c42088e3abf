import { ReelbenchError } from '../../../../shared/contract/index.ts';
import type { Rule } from './rule.ts';
import { movieRules } from './movies.ts';
import { ratingRules } from './ratings.ts';

/** Every rule, in the order of the report. */
export const rules: readonly Rule[] = [...ratingRules, ...movieRules];

export function ruleById(id: string): Rule {
  const rule = rules.find((rule) => rule.id === id);
  if (!rule) throw new ReelbenchError('not-found', `There is no rule ${id}.`, { hint: `Rules: ${rules.map((r) => r.id).join(', ')}.` });
  return rule;
}
