import type { Decision, Lineage, LineageFile, LineageParameter, LineageRule, StageName } from '../../../shared/contract/index.ts';
import { builtInRules } from '../../../shared/domain/quality-rules.ts';
import { tableExists } from '../workspace/catalog.ts';
import type { Build } from '../workspace/builds.ts';
import type { Session } from '../workspace/session.ts';
import { literal } from '../workspace/sql.ts';
import { type Facts, visibleBuildOf } from './facts.ts';

/** A parameter's value as the cache keeps it. */
const textOf = (value: unknown): string | null => (value === null || value === undefined ? null : typeof value === 'string' ? value : JSON.stringify(value));

/** The value in force of a parameter, or of an own rule (`rules.<id>`), as text. */
export function inForce(facts: Facts, path: string): string | null {
  if (path.startsWith('rules.')) return facts.ownRules[path.slice('rules.'.length)] ?? null;
  return textOf(facts.parameters.find((parameter) => parameter.path === path)?.value);
}

/** The parameters that builds were made with, those of the first build first, against those in force. */
export function parametersOf(facts: Facts, builds: readonly Build[]): LineageParameter[] {
  return builds.flatMap(({ stage, inputs }) => {
    const reads = facts.stages.find(({ name }) => name === stage)?.parameters ?? [];
    const isRead = (path: string) => reads.some((prefix) => path === prefix || path.startsWith(`${prefix}.`));
    const since = [...facts.parameters.filter(({ value }) => value !== null).map(({ path }) => path), ...Object.keys(facts.ownRules).map((id) => `rules.${id}`)]
      .filter((path) => isRead(path) && !Object.hasOwn(inputs.parameters, path));
    return [...Object.keys(inputs.parameters), ...since].map((path) => parameterOf(facts, path, stage, inputs.parameters[path] ?? null));
  });
}

/** A parameter with the value that a stage had for it. */
export function parameterOf(facts: Facts, path: string, stage: StageName, value: string | null): LineageParameter {
  const info = facts.parameters.find((parameter) => parameter.path === path);
  const now = inForce(facts, path);
  return { path, title: info?.title ?? path, unit: info?.unit ?? null, stage, value, inForce: now, differs: value !== now, isDefault: info !== undefined && value === textOf(info.default) };
}

/** What the rules on these imported tables found and did, as the visible quality stage wrote it down: those that changed rows first. */
export async function rulesOf(session: Session, kinds: readonly string[]): Promise<LineageRule[]> {
  if (kinds.length === 0 || !(await tableExists(session, 'main', 'data_quality_findings')) || !(await tableExists(session, 'main', 'fixes'))) return [];
  const row = 'coalesce(row_id, -1 - text_row_id)';
  return session.all<LineageRule>(`
    WITH fixed AS (SELECT rule, count(DISTINCT ${row}) FILTER (action = 'set') AS changed, count(DISTINCT ${row}) FILTER (action = 'drop') AS dropped FROM main.fixes GROUP BY rule),
    keeping AS (SELECT DISTINCT rule FROM main.fixes WHERE action = 'set'),
    aside AS (SELECT rule, count(DISTINCT ${row}) AS "setAside" FROM main.quarantine WHERE rule NOT IN (SELECT rule FROM keeping) GROUP BY rule)
    SELECT f.rule AS id, f.title, f."table", f."column", f.severity, f.status, f.checked, f.failed, f.fix, f.fix_enabled AS "fixEnabled",
      coalesce(fixed.changed, 0) AS changed, coalesce(aside."setAside", 0) AS "setAside", coalesce(fixed.dropped, 0) AS dropped
    FROM main.data_quality_findings f LEFT JOIN fixed ON fixed.rule = f.rule LEFT JOIN aside ON aside.rule = f.rule
    WHERE f."table" IN (${kinds.map(literal).join(', ')})
    ORDER BY coalesce(fixed.changed, 0) + coalesce(aside."setAside", 0) + coalesce(fixed.dropped, 0) DESC, f.failed DESC, f.rule`);
}

/** Decisions by hand about rows and films of these imported tables that stand, or that the visible tables still hold. */
export async function decisionsOf(session: Session, facts: Facts, kinds: readonly string[]): Promise<Lineage['decisions']> {
  const build = visibleBuildOf(facts, 'validate');
  const built = `TIMESTAMP ${literal((build?.builtAt ?? '1970-01-01T00:00:00Z').replace('Z', '').replace('T', ' '))}`;
  const names = kinds.map(literal).join(', ');
  if (kinds.length === 0) return [];
  const current = facts.status.get('validate')?.state === 'current';
  const rows = await session.all<Decision & { was: boolean }>(`
    SELECT id, made_at AS "madeAt", kind, title, reason, rule, undone_at AS "undoneAt", made_at <= ${built} AS was,
      (SELECT count(*) FROM journal.decision_rows r WHERE r.decision = id) + (SELECT count(*) FROM journal.decision_films f WHERE f.decision = id) AS names
    FROM journal.decisions d
    WHERE (undone_at IS NULL OR (undone_at > ${built} AND made_at <= ${built}))
      AND (EXISTS (FROM journal.decision_rows r WHERE r.decision = d.id AND r.table_name IN (${names}))
        ${kinds.includes('movies') ? 'OR EXISTS (FROM journal.decision_films f WHERE f.decision = d.id)' : ''}
        OR (kind = 'fix' AND split_part(rule, '.', 1) IN (${names})))
    ORDER BY id DESC`);
  return rows.map(({ was, ...decision }) => ({ ...decision, applied: build !== undefined && (current ? decision.undoneAt === null : was) }));
}

/** The imported files of these raw tables, against what the builds were made from. */
export function filesOf(facts: Facts, tables: ReadonlySet<string>, builds: readonly { readonly inputs: Pick<Build['inputs'], 'files'> }[]): LineageFile[] {
  const recorded = new Map<string, string>();
  for (const { inputs } of builds) for (const [path, print] of Object.entries(inputs.files)) if (!recorded.has(path)) recorded.set(path, print);
  const since = (path: string, table: string): LineageFile['since'] => {
    const before = recorded.get(path);
    if (builds.length === 0) return 'unbuilt';
    return before === undefined ? 'new' : before === facts.state.files.get(table)?.[path] ? 'same' : 'modified';
  };
  const mine = facts.imported.filter(({ table }) => tables.has(table));
  const files = [...Map.groupBy(mine, ({ path }) => path)].map(([path, parts]): LineageFile => {
    const [first] = parts;
    const sum = (count: (part: (typeof parts)[number]) => number) => parts.reduce((all, part) => all + count(part), 0);
    return {
      path, tables: [...new Set(parts.map(({ table }) => table))], rows: sum(({ rows }) => rows), unreadable: sum(({ unreadable }) => unreadable), rejected: sum(({ rejected }) => rejected),
      bytes: first?.bytes ?? 0, sha256: first?.sha256 ?? '', format: first?.format ?? '', release: first?.release ?? null, importedAt: first?.importedAt ?? '', since: since(path, first?.table ?? ''),
    };
  });
  const gone = [...recorded].filter(([path]) => path !== 'decisions' && !facts.imported.some((file) => file.path === path));
  return [...files, ...gone.map(([path]): LineageFile => ({ path, tables: [], rows: 0, unreadable: 0, rejected: 0, bytes: 0, sha256: '', format: '', release: null, importedAt: '', since: 'gone' }))];
}

/** Whether there is a rule of this name, built in or the person's own. */
export function isRule(facts: Facts, id: string): boolean {
  return builtInRules.includes(id) || Object.hasOwn(facts.ownRules, id);
}
