/** `npm run parameters`: writes docs/parameters.md, the reference of all parameters, from their schema. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { defaultParameters } from '../electron/engine/workspace/parameters.ts';
import { parameterList } from '../electron/engine/workspace/parameter-schema.ts';
import type { Cell, ParameterInfo } from '../shared/contract/index.ts';
import { RuleSettings } from '../shared/domain/parameters.ts';

const introduction = `# Parameters

Everything that a workspace can be told, generated from the schema in \`shared/domain/parameters.ts\` by \`npm run parameters\`.
The Settings page shows the same, with the values in force.

## Where they stand

One YAML file, \`reelbench.yaml\` in the workspace's folder (\`--config FILE\` names another). What it leaves out has its
default. \`--set path=value\` counts over the file, for that one command, and is not saved:

\`\`\`yaml
engine:
  memory_limit_mb: 4096
quality:
  earliest: 1995-01-09          # nothing was rated before
  ratings.rating.range:         # settings of one rule, by its id
    threshold: 0.5%
recommenders:
  als: { factors: 64, iterations: 20 }
\`\`\`

\`reelbench params\` lists the parameters in force with value, default, unit and where each comes from: its default, a line of
the file, or \`--set\`. \`reelbench params --diff RUN\` gives those that differ from what a run had; every run records its own.

The file is read when the workspace is opened, and again before each run and whenever the app shows the parameters: what is
changed by hand counts from then on. A change in the app touches the line of its key and no other, so comments, order and
quotes stay. It can be undone and redone (Ctrl+Z, Ctrl+Shift+Z) until the workspace is closed. A value that was changed by
hand in the meantime is never overwritten by that: the app shows it and asks to be told again.

## Secrets

In a text, and nowhere else, \`\${NAME}\` stands for the environment variable \`NAME\`; more text may stand around it. It is filled
in when the text is used. Everything that is shown or written keeps \`\${NAME}\`: lists, run records and reports, plans, logs,
the page. Values of four characters and more are also taken out of every error and log line that would hold them.

A stage is keyed by the parameters that it reads, and by no others. For a text with \`\${NAME}\` the key holds a mark made of the
variable's value with scrypt, so that another value runs again what reads it and nothing else; the value cannot be read off
the mark.

## Wrong files

A wrong file or \`--set\` stops the command with exit status 2 before anything is done. All that is wrong is named, in the
order of the file: the line, the key, what was found, and what is allowed.

\`\`\`text
Error: 2 things are wrong with the parameters:
Line 2: engine.seed is "x"; it must be a whole number from 0 to 2147483647.
Line 5: There is no parameter transform.min_rating_per_user; allowed here: min_ratings_per_user, min_ratings_per_movie. Did you mean min_ratings_per_user?
\`\`\`

The file is YAML 1.2 of plain data in UTF-8, of at most 256 KB: no tags, one document, no key twice, and at most 50 uses of
aliases. YAML 1.2 knows \`true\` and \`false\`, and takes \`yes\`, \`no\`, \`on\` and \`off\` for texts.
`;

/** The text of docs/parameters.md. */
export function reference(): string {
  const rule = Object.fromEntries(Object.keys(RuleSettings.shape).map((name) => [name, undefined]));
  const list = parameterList({ ...defaultParameters, quality: { ...defaultParameters.quality, rules: { RULE: rule } } });
  const groups = new Map<string, ParameterInfo[]>();
  for (const parameter of list) groups.set(parameter.group.title, [...(groups.get(parameter.group.title) ?? []), parameter]);
  const sections = [...groups.values()].map((members) => {
    const [first] = members;
    const rows = members.map((parameter) => `| \`${parameter.path.replace('RULE', '<rule id>')}\` | ${inWords(parameter.default)} | ${parameter.allowed}${parameter.unit === null ? '' : `, in ${parameter.unit}`} | **${parameter.title.replace(' of RULE', '')}.** ${parameter.help} |`);
    return [`### ${first?.group.title ?? ''}`, '', `${first?.group.about ?? ''}.`, '', '| parameter | default | may be | what it does |', '| --- | --- | --- | --- |', ...rows, ''].join('\n');
  });
  return `${introduction}\n## All parameters\n\n${sections.join('\n')}`;
}

function inWords(value: Cell): string {
  if (value === null) return 'left out';
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map(String).join(', ');
  return `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``;
}

if (import.meta.main) await writeFile(path.resolve(import.meta.dirname, '../docs/parameters.md'), reference());
