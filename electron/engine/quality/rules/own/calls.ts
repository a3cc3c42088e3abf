import { type CheckedDraft, type OwnRules, ReelbenchError, type RuleDraft, type RuleProblem } from '../../../../../shared/contract/index.ts';
import type { Calls, EngineContext } from '../../../workspace/context.ts';
import { RuleFile } from '../../../workspace/rule-file.ts';
import { parseRule, ruleWithFields } from '../../../workspace/rule-text.ts';
import { evaluate } from '../../evaluate.ts';
import { failingRows } from '../../evidence.ts';
import { Relations } from '../../relations/index.ts';
import { readScope } from '../../relations/scope.ts';
import { ownRules, problemsWith, ruleFile } from './index.ts';
import { suggestRules } from './suggest.ts';
import { rawTables } from './tables.ts';

/** A draft that takes longer than this on the present data is not waited for. */
const CHECK_SECONDS = 30;
const SAMPLE = 10;

/** The person's own rules: read, tried out, saved, suggested. */
export function ownRuleCalls(engine: EngineContext) {
  let turn: Promise<unknown> = Promise.resolve();
  /** One change of the file after the other. */
  const change = (edit: (file: RuleFile) => Promise<RuleFile>): Promise<OwnRules> => {
    const work = async () => {
      const before = await RuleFile.read(ruleFile(engine.workspace()));
      const changed = await edit(before);
      await changed.save();
      for (const id of before.ids() ?? []) if (!changed.ids()?.includes(id)) await forgetSettings(engine, id);
      engine.emit({ name: 'workspace.changed', data: { what: 'quality' } });
      return listRules(engine);
    };
    const result = turn.then(work);
    turn = result.catch(() => undefined);
    return result;
  };

  return {
    'rules.list': () => listRules(engine),
    'rules.check': async (draft, { signal }) => checkDraft(engine, await RuleFile.read(ruleFile(engine.workspace())), draft, signal),
    'rules.save': (draft, { signal }) => change(async (file) => {
      const { yaml, problems } = await checkDraft(engine, file, draft, signal, false);
      const [problem] = problems;
      if (problem) throw new ReelbenchError('invalid-arguments', problem.message, { line: problem.line, ...(problem.key === null ? {} : { column: problem.key }) });
      return file.with(yaml, draft.replaces);
    }),
    'rules.suggest': async ({ table }, { signal }) => {
      const workspace = engine.workspace();
      const own = (await RuleFile.read(ruleFile(workspace))).entries().flatMap(({ rule }) => (rule === null ? [] : [rule]));
      return workspace.read((session) => suggestRules(session, table, own, engine.parameters().values.quality, engine.clock), signal);
    },
    'rules.remove': ({ id }) => change((file) => Promise.resolve(file.without(id))),
  } satisfies Calls;
}

/** Settings of a rule that is no more would stop the workspace from being opened. */
async function forgetSettings(engine: EngineContext, id: string): Promise<void> {
  const parameters = engine.parameters();
  for (const setting of Object.keys(parameters.values.quality.rules[id] ?? {})) await parameters.reset(`quality.${id}.${setting}`);
}

async function listRules(engine: EngineContext): Promise<OwnRules> {
  const workspace = engine.workspace();
  const file = await RuleFile.read(ruleFile(workspace));
  const tables = await workspace.read(rawTables);
  const entries = file.entries();
  const found = await problemsWith(entries.map(({ rule }) => (rule !== null && tables.has(rule.table) ? rule : null)), tables);
  const rules = entries.map((entry, at) => {
    const { lineOf } = parseRule(entry.yaml);
    return { ...entry, problems: [...entry.problems, ...(found[at] ?? []).map(({ key, message }): RuleProblem => ({ line: lineOf(key), key, message }))] };
  });
  return { file: 'rules.yaml', problems: [...file.problems], rules, tables: [...tables].map(([name, columns]) => ({ name, columns: [...columns] })) };
}

/** The draft as it would be saved; with `run`, also what it finds in the data as they are. */
async function checkDraft(engine: EngineContext, file: RuleFile, draft: RuleDraft, signal: AbortSignal, run = true): Promise<CheckedDraft> {
  const began = engine.clock().getTime();
  const before = file.entries().find(({ id }) => draft.replaces !== undefined && id === draft.replaces);
  const yaml = draft.fields === undefined ? (draft.yaml ?? '') : ruleWithFields(draft.fields, draft.yaml ?? before?.yaml);
  const { rule, problems, lineOf } = parseRule(yaml);
  const answer = (found: readonly RuleProblem[], rest: Partial<CheckedDraft> = {}): CheckedDraft => ({ yaml, rule, problems: [...found], result: null, rows: [], seconds: (engine.clock().getTime() - began) / 1000, ...rest });
  if (file.problems[0]) return answer([...problems, { line: 1, key: null, message: `rules.yaml cannot be read, line ${file.problems[0].line}: ${file.problems[0].message}` }]);
  if (rule === null) return answer(problems);
  const twin = file.entries().find(({ id }) => id === rule.id && id !== draft.replaces);
  if (twin) return answer([{ line: lineOf('id'), key: 'id', message: `id is ${rule.id}, which the rule on line ${twin.line} of rules.yaml is called, too; each rule needs a name of its own.` }]);

  const workspace = engine.workspace();
  const limit = AbortSignal.timeout(CHECK_SECONDS * 1000);
  try {
    return await workspace.read(async (session) => {
      const tables = await rawTables(session);
      const [found = []] = await problemsWith([rule], tables);
      if (found.length > 0) return answer(found.map(({ key, message }) => ({ line: lineOf(key), key, message })));
      if (!run) return answer([]);
      const { quality } = engine.parameters().values;
      const [made] = await ownRules(session, [{ ...rule, enabled: true }]);
      if (made === undefined) return answer([]);
      const relations = new Relations(session, await readScope(session, quality, engine.clock(), null, [made]));
      const [result = null] = await evaluate(relations, [made]);
      const { rows } = await failingRows(relations, made, { limit: SAMPLE, offset: 0 });
      return answer([], { result, rows });
    }, AbortSignal.any([signal, limit]));
  } catch (error) {
    if (limit.aborted && !signal.aborted) return answer([{ line: 1, key: null, message: `On these data the rule takes more than ${CHECK_SECONDS} seconds; it was not tried out.` }]);
    if (error instanceof ReelbenchError && (error.code === 'internal' || error.code === 'out-of-memory') && !signal.aborted) return answer([{ line: 1, key: null, message: `It fails on these data: ${error.message.replace(/^(?:\w+ )+Error: /, '')}` }]);
    throw error;
  }
}
