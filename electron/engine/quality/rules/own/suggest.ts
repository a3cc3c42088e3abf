import { OwnRule, type OwnRule as Own, type SuggestedRule } from '../../../../../shared/contract/index.ts';
import type { Clock } from '../../../workspace/clock.ts';
import { ruleWithFields } from '../../../workspace/rule-text.ts';
import type { Session } from '../../../workspace/session.ts';
import { evaluate } from '../../evaluate.ts';
import { Relations } from '../../relations/index.ts';
import { type QualityParameters, readScope } from '../../relations/scope.ts';
import { rules } from '../index.ts';
import { type ColumnFacts, countDistinct, countOutside, countWith, factsOf, newestOf, shapeOf, valuesOf } from './facts.ts';
import { ownRules, textTables } from './index.ts';
import { isNumeric, isTemporal, isUnixTime } from './problems.ts';
import { rawTables, type RawTables } from './tables.ts';

/** Below this nothing can be learnt. */
const FEWEST_ROWS = 20;
/** A rule that this share of the rows would break is no rule of these data. */
const MOST_FAILING = 0.01;
const MOST_SUGGESTIONS = 8;
const DAY = 86_400_000;

interface Candidate {
  readonly fields: Readonly<Record<string, unknown>> & { readonly id: string };
  readonly why: string;
}

interface Subject {
  readonly session: Session;
  readonly table: string;
  readonly tables: RawTables;
  readonly now: Date;
}

const count = (value: number): string => value.toLocaleString('en');
const identifying = /(?:^|_)(?:id|key|code|uuid|isbn|url)$/;
const scored = /rating|score|stars|grade|relevance|probability|percent|share|average|popularity/;
const scales: readonly (readonly [number, number])[] = [[0, 1], [0.5, 5], [1, 5], [0, 5], [1, 10], [0, 10], [0, 100]];

/**
 * Rules that the rows of a table keep already, or all but a few: those few are worth a look. What a built-in or own rule
 * covers is not suggested again. Figures are of the data as imported; the failing ones are counted by the rule itself.
 */
export async function suggestRules(session: Session, table: string, own: readonly Own[], quality: QualityParameters, clock: Clock): Promise<SuggestedRule[]> {
  const tables = await rawTables(session);
  const facts = tables.has(table) ? await factsOf(session, table, tables, (await textTables(session)).has(table)) : [];
  if ((facts[0]?.rows ?? 0) < FEWEST_ROWS) return [];
  const subject: Subject = { session, table, tables, now: clock() };
  const open = (kind: string, column: ColumnFacts) => !covered(kind, table, column.name, own);
  const found: Candidate[] = required(subject, facts.filter((column) => open('missing', column)));
  for (const column of facts) {
    if (open('type', column)) found.push(...readable(subject, column));
    if (open('unique', column)) found.push(...(await unique(subject, column, facts[0] === column)));
    if (open('reference', column)) found.push(...(await reference(subject, column)));
    if (open('range', column)) found.push(...(await range(subject, column)));
    const listed = open('set', column) ? await values(subject, column) : [];
    found.push(...listed);
    if (listed.length === 0 && open('pattern', column)) found.push(...(await pattern(subject, column)));
    if (open('freshness', column)) found.push(...(await freshness(subject, column)));
  }
  return tried(subject, found, quality, own);
}

/** Counts what each candidate would find now, and keeps those that hold for nearly all. */
async function tried({ session, now }: Subject, candidates: readonly Candidate[], quality: QualityParameters, own: readonly Own[]): Promise<SuggestedRule[]> {
  const taken = new Set([...rules, ...own].map(({ id }) => id));
  const parsed = candidates.map(({ fields, why }) => ({ why, rule: OwnRule.parse({ ...fields, id: taken.has(fields.id) ? `${fields.id}.own` : fields.id }) })).filter(({ rule }) => !taken.has(rule.id));
  const made = await ownRules(session, parsed.map(({ rule }) => rule));
  const results = await evaluate(new Relations(session, await readScope(session, quality, now, null, made)), made);
  return parsed
    .map(({ rule, why }, at): SuggestedRule => ({ rule, why, yaml: ruleWithFields(rule), checked: results[at]?.checked ?? 0, failed: results[at]?.failed ?? 0 }))
    .filter(({ checked, failed }) => checked > 0 && failed <= MOST_FAILING * checked)
    .toSorted((a, b) => Number(b.failed > 0) - Number(a.failed > 0))
    .slice(0, MOST_SUGGESTIONS);
}

/** Whether a rule says already what a suggestion of this kind would say of the column. */
function covered(kind: string, table: string, column: string, own: readonly Own[]): boolean {
  const [dimension, id] = ({ missing: ['completeness', /present/], type: ['accuracy', /type|format/], unique: ['uniqueness', /./], reference: ['consistency', /orphan/], range: ['accuracy', /./], set: ['accuracy', /./], pattern: ['accuracy', /./], freshness: ['timeliness', /freshness/] } as const)[kind] ?? [];
  return rules.some((rule) => rule.table === table && rule.column === column && rule.dimension === dimension && id?.test(rule.id))
    || own.some((rule) => rule.kind === kind && rule.table === table && (('column' in rule && rule.column === column) || ('columns' in rule && rule.columns.includes(column))));
}

function required({ table }: Subject, facts: readonly ColumnFacts[]): Candidate[] {
  const always = facts.filter(({ missing }) => missing === 0).map(({ name }) => name);
  const nearly = facts.filter(({ missing, rows }) => missing > 0 && missing <= 0.005 * rows);
  return [
    ...(always.length === 0 ? [] : [{ fields: { id: `${table}.required`, kind: 'missing', table, columns: always.slice(0, 20) }, why: `None of ${count(facts[0]?.rows ?? 0)} rows lacks ${always.length === 1 ? 'it' : `any of these ${always.length}`}.` }]),
    ...nearly.slice(0, 3).map(({ name, missing, rows }) => ({ fields: { id: `${table}.${slug(name)}.present`, kind: 'missing', table, columns: [name] }, why: `${count(rows - missing)} of ${count(rows)} rows have a value.` })),
  ];
}

function readable({ table }: Subject, { name, type, unreadable, present, example }: ColumnFacts): Candidate[] {
  if (unreadable === 0 || unreadable > 0.05 * present) return [];
  return [{ fields: { id: `${table}.${slug(name)}.readable`, kind: 'type', table, column: name }, why: `${count(present)} cells are read as ${type}, ${count(unreadable)} cannot be, for instance “${(example ?? '').slice(0, 40)}”.` }];
}

async function unique({ session, table }: Subject, { name, present, distinct }: ColumnFacts, first: boolean): Promise<Candidate[]> {
  if (present < FEWEST_ROWS || distinct < 0.8 * present || !(identifying.test(name) || (first && /id|code|key|name|title/.test(name)))) return [];
  const { values: different, of: looked } = await countDistinct(session, table, name);
  if (looked - different > 0.001 * looked) return [];
  return [{ fields: { id: `${table}.${slug(name)}.unique`, kind: 'unique', table, columns: [name] }, why: different === looked ? `All ${count(looked)} values differ.` : `${count(different)} of ${count(looked)} values differ.` }];
}

async function reference({ session, table, tables }: Subject, { name, present, type }: ColumnFacts): Promise<Candidate[]> {
  const base = /^(.+)_id$/.exec(name)?.[1];
  if (base === undefined || present < FEWEST_ROWS || table.includes(base) || (type !== 'BIGINT' && type !== 'VARCHAR')) return [];
  for (const [other, columns] of tables) {
    if (other === table || !other.includes(base) || !columns.some((column) => column.name === name)) continue;
    const { values: different, lost } = await countDistinct(session, table, name, { table: other, column: name });
    if (lost > MOST_FAILING * different) continue;
    return [{ fields: { id: `${table}.${slug(name)}.known`, kind: 'reference', table, column: name, to: `${other}.${name}` }, why: `${lost === 0 ? 'All' : count(different - lost)} ${lost === 0 ? '' : 'of '}${count(different)} different values are in ${other}.${name}.`.replace('  ', ' ') }];
  }
  return [];
}

async function range({ session, table, now }: Subject, column: ColumnFacts): Promise<Candidate[]> {
  const { name, type, present, distinct, min, max } = column;
  if (!isNumeric(type) || isUnixTime(column) || identifying.test(name) || present < FEWEST_ROWS || distinct < 3 || typeof min !== 'number' || typeof max !== 'number') return [];
  const propose = async (low: number | undefined, high: number | undefined): Promise<Candidate[]> => {
    const outside = await countOutside(session, table, name, low, high);
    if (outside > 0.005 * present) return [];
    const bounds = { ...(low === undefined ? {} : { min: low }), ...(high === undefined ? {} : { max: high }) };
    const words = high === undefined ? `at least ${low}` : `from ${low} to ${high}`;
    return [{ fields: { id: `${table}.${slug(name)}.range`, kind: 'range', table, column: name, ...bounds }, why: `${outside === 0 ? 'All' : `${count(present - outside)} of`} ${count(present)} values are ${words}; the lowest is ${min}, the highest ${max}.` }];
  };
  if (/(?:^|_)year(?:$|_)/.test(name)) return propose(1870, now.getUTCFullYear() + 2);
  if (scored.test(name)) {
    for (const [low, high] of scales) {
      const outside = await countOutside(session, table, name, low, high);
      const near = await countOutside(session, table, name, undefined, low + 0.75 * (high - low));
      if (outside <= 0.005 * present && near > 0) return propose(low, high);
    }
  }
  return min >= 0 || max > 0 ? propose(0, undefined) : [];
}

async function values({ session, table }: Subject, column: ColumnFacts): Promise<Candidate[]> {
  const { name, type, present, distinct } = column;
  const list = type.endsWith('[]');
  if ((type !== 'VARCHAR' && type !== 'VARCHAR[]') || present < FEWEST_ROWS) return [];
  let separator: string | undefined;
  if (!list && distinct > 30) {
    for (const mark of ['|', ', ', ';']) if (separator === undefined && (await countWith(session, table, name, mark)) > 0.3 * present) separator = mark.trim();
    if (separator === undefined) return [];
  }
  const most = separator !== undefined || list ? 60 : 30;
  const found = await valuesOf(session, table, column, separator, 200);
  const kept = found.filter((each) => each.count >= Math.max(3, 0.0005 * present));
  const rest = found.slice(kept.length).reduce((sum, each) => sum + each.count, 0);
  if (found.length === 200 || kept.length < 2 || kept.length > most || rest > 0.005 * present || kept.length * 10 > present) return [];
  const commonest = kept.slice(0, 3).map((each) => `${each.value} (${count(each.count)})`).join(', ');
  return [{
    fields: { id: `${table}.${slug(name)}.set`, kind: 'set', table, column: name, values: kept.map(({ value }) => value), ...(separator === undefined ? {} : { separator }) },
    why: `${count(present)} cells have ${kept.length} different ${separator === undefined && !list ? 'values' : 'parts'}: ${commonest}${kept.length > 3 ? ', …' : ''}.${rest > 0 ? ` ${count(found.length - kept.length)} more come less than three times or hardly ever.` : ''}`,
  }];
}

async function pattern({ session, table }: Subject, { name, type, present }: ColumnFacts): Promise<Candidate[]> {
  if (type !== 'VARCHAR' || present < FEWEST_ROWS) return [];
  const found = await shapeOf(session, table, name);
  if (!found || found.count < 0.99 * found.of) return [];
  const numbers = found.runs.map(({ least, most }) => (least === most ? (least === 1 ? '[0-9]' : `[0-9]{${least}}`) : most - least > 3 ? '[0-9]+' : `[0-9]{${least},${most}}`));
  const regex = found.shape.split('9').map((text, at) => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&') + (numbers[at] ?? '')).join('');
  return [{ fields: { id: `${table}.${slug(name)}.pattern`, kind: 'pattern', table, column: name, pattern: regex }, why: `${count(found.count)} of ${count(found.of)} texts looked at have the form of “${found.example}”.` }];
}

async function freshness({ session, table, now }: Subject, column: ColumnFacts): Promise<Candidate[]> {
  if ((!isTemporal(column.type) && !isUnixTime(column)) || column.present < FEWEST_ROWS) return [];
  const newest = await newestOf(session, table, column, now);
  const age = newest === null ? Infinity : (now.getTime() - newest) / DAY;
  if (newest === null || age > 60) return [];
  return [{ fields: { id: `${table}.${slug(column.name)}.freshness`, kind: 'freshness', table, column: column.name, max_age: '90 days' }, why: `The newest is of ${new Date(newest).toISOString().slice(0, 10)}, ${age < 1 ? 'less than a day' : `${Math.round(age)} days`} ago.` }];
}

/** A column's name as a part of a rule's. */
const slug = (name: string): string => name.toLowerCase().replace(/[^a-z0-9_]+/g, '_');
