import type { OwnRule } from '../../../../../shared/contract/index.ts';
import { RuleFile, RULES_FILE } from '../../../workspace/rule-file.ts';
import type { Session } from '../../../workspace/session.ts';
import type { Workspace } from '../../../workspace/workspace.ts';
import { rules } from '../index.ts';
import type { Rule } from '../rule.ts';
import { aggregateName, compile } from './compile.ts';
import { PredicateCheck } from './predicate.ts';
import { type Finding, problemsOf } from './problems.ts';
import { rawTables, type RawTables } from './tables.ts';

/** The person's own rules, in `rules.yaml` of the workspace's folder. Fails with `invalid-arguments`, naming file and line, when it is wrong. */
export async function readOwnRules(workspace: Workspace): Promise<OwnRule[]> {
  return (await RuleFile.read(ruleFile(workspace))).rules();
}

export const ruleFile = (workspace: Workspace): string => workspace.path(RULES_FILE);

/** Own rules as rules of the engine. Each is checked against the data first; one that does not fit is listed with the reason and does not run. */
export async function ownRules(session: Session, own: readonly OwnRule[]): Promise<Rule[]> {
  if (own.length === 0) return [];
  const tables = await rawTables(session);
  const texts = await textTables(session);
  const check = await PredicateCheck.open();
  try {
    const made: Rule[] = [];
    for (const [number, rule] of own.entries()) {
      const [problem] = tables.has(rule.table) ? await problemsOf(rule, tables, check) : [];
      const sql = problem !== undefined || !tables.has(rule.table) ? undefined : rule.kind === 'group' ? rule.must : rule.kind === 'table' ? rule.figure : undefined;
      made.push(compile(rule, number, tables, texts, sql === undefined ? undefined : await check.split(sql, aggregateName), problem?.message));
    }
    return made;
  } finally {
    check.close();
  }
}

/** The own rules of a workspace, or the one called `only`: none when that is a built-in rule. */
export async function ownRulesOf(workspace: Workspace, session: Session, only?: string): Promise<Rule[]> {
  if (only !== undefined && rules.some(({ id }) => id === only)) return [];
  return ownRules(session, (await readOwnRules(workspace)).filter(({ id }) => only === undefined || id === only));
}

/** What is wrong with these rules given the data, rule by rule. */
export async function problemsWith(own: readonly (OwnRule | null)[], tables: RawTables): Promise<Finding[][]> {
  const check = await PredicateCheck.open();
  try {
    const found: Finding[][] = [];
    for (const rule of own) found.push(rule === null ? [] : await problemsOf(rule, tables, check));
    return found;
  } finally {
    check.close();
  }
}

/** Raw tables that have rows with an unreadable cell. */
export async function textTables(session: Session): Promise<Set<string>> {
  const found = await session.all<{ name: string }>(`SELECT table_name AS name FROM duckdb_tables() WHERE database_name = current_database() AND schema_name = 'raw' AND ends_with(table_name, '_text')`);
  return new Set(found.map(({ name }) => name.slice(0, -'_text'.length)));
}
