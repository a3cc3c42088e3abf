import { ReelbenchError } from '../../../../shared/contract/index.ts';
import type { Rule } from './rule.ts';
import { datasetRules } from './dataset.ts';
import { genomeRules } from './genome.ts';
import { linkRules } from './links.ts';
import { movieRules } from './movies.ts';
import { personRules } from './persons.ts';
import { ratingRules } from './ratings.ts';
import { tagRules } from './tags.ts';

/** Every rule, in the order of the report. */
export const rules: readonly Rule[] = [...ratingRules, ...movieRules, ...tagRules, ...linkRules, ...genomeRules, ...personRules, ...datasetRules];

export function ruleById(id: string): Rule {
  const rule = rules.find((rule) => rule.id === id);
  if (!rule) throw new ReelbenchError('not-found', `There is no rule ${id}.`, { hint: `Rules: ${rules.map((r) => r.id).join(', ')}.` });
  return rule;
}
