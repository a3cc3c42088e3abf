import { DuckDBInstance } from '@duckdb/node-api';
import { type Column, ReelbenchError } from '../../../../../shared/contract/index.ts';
import { nearest } from '../../../workspace/parameter-schema.ts';
import { Session } from '../../../workspace/session.ts';
import { identifier, literal } from '../../../workspace/sql.ts';

/** What a person's SQL may be: a condition on one row or on one group, or one figure of a table. */
export type Place = 'row' | 'group' | 'figure';

/** Functions that look at the program, the time or another text of SQL, or make values of any size. */
const refused = new Set([
  'current_setting', 'getvariable', 'current_localtime', 'current_localtimestamp', 'age', 'version', 'range', 'generate_series', 'repeat', 'lpad', 'rpad', 'list_resize', 'array_resize', 'bar',
  'json_serialize_sql', 'json_serialize_plan', 'json_deserialize_sql', 'parse_duckdb_log_message', 'reservoir_quantile', 'ago', 'getenv', 'can_cast_implicitly', 'make_type', 'enum_range',
  'printf', 'format', 'equi_width_bins', 'list_reduce', 'array_reduce', 'reduce',
]);
/** Functions whose values can be much larger than what they are given: inside one another they could grow without end. */
const growing = new Set(['replace', 'regexp_replace', 'list_transform', 'list_apply', 'apply', 'array_transform', 'array_apply', 'hex', 'to_hex', 'to_base64', 'base64', 'url_encode']);
const MOST_GROWING = 3;
const macros = /^(?:list_|array_)|^(?:split_part|nullif|fmod|fdiv|round_even|roundbankers|date_add|days_in_month|map_contains_entry|map_contains_value|wavg|weighted_avg|geomean|geometric_mean)$/;
const classes = new Set(['COLUMN_REF', 'CONSTANT', 'FUNCTION', 'OPERATOR', 'COMPARISON', 'CONJUNCTION', 'BETWEEN', 'CASE', 'CAST', 'COLLATE', 'LAMBDA']);
const refusedClasses: Record<string, string> = {
  SUBQUERY: 'a query inside it: a condition looks at its own table only; for another table use a rule of kind reference',
  WINDOW: 'a window function (OVER): use a rule of kind unique or group',
  PARAMETER: 'a parameter ($1 or ?)',
  STAR: 'a star: name the columns',
  POSITIONAL_REFERENCE: 'a column by its number: name the column',
};
/** Checking alone may take this long: constants are computed in it. */
const SECONDS = 3;

/**
 * Checks SQL that a person wrote, before it comes near the workspace: it is parsed, every part of it must be on the lists
 * above, and it is bound in an empty database without files, network, extensions or settings. Answers sentences that
 * say what is wrong; none when it may run.
 */
export class PredicateCheck {
  readonly #instance: DuckDBInstance;
  readonly #session: Session;
  readonly #functions: ReadonlyMap<string, FunctionType>;

  private constructor(instance: DuckDBInstance, session: Session, functions: ReadonlyMap<string, FunctionType>) {
    this.#instance = instance;
    this.#session = session;
    this.#functions = functions;
  }

  static async open(): Promise<PredicateCheck> {
    const instance = await DuckDBInstance.create(':memory:', { threads: '1', memory_limit: '96MB', autoinstall_known_extensions: 'false', autoload_known_extensions: 'false' });
    const session = new Session(await instance.connect());
    await session.run(`SET temp_directory = ''; SET enable_external_access = false; SET lock_configuration = true`);
    const found = await session.all<{ name: string; type: string; pure: boolean }>(`
      SELECT lower(function_name) AS name, min(function_type) AS type, bool_and(function_type IN ('aggregate', 'macro') OR (function_type = 'scalar' AND stability = 'CONSISTENT')) AS pure
      FROM duckdb_functions() WHERE database_name = 'system' AND function_type NOT IN ('table', 'table_macro', 'pragma') GROUP BY ALL`);
    const functions = new Map(found.map(({ name, type, pure }): [string, FunctionType] => {
      const allowed = pure && !refused.has(name) && !/^__(?!postfix)/.test(name) && (type !== 'macro' || macros.test(name));
      return [name, !allowed ? 'refused' : type === 'aggregate' ? 'aggregate' : 'scalar'];
    }));
    return new PredicateCheck(instance, session, functions);
  }

  close(): void {
    this.#instance.closeSync();
  }

  async problem(text: string, place: Place, columns: readonly Column[], by: readonly string[] = []): Promise<string | undefined> {
    // The parser drops comments, and what it does not see cannot be judged.
    if (/--|\/\*/.test(text.replace(/'(?:[^']|'')*'|"(?:[^"]|"")*"/g, ''))) return 'A condition has no comments of SQL (-- or /*): write them in YAML, behind #.';
    // Both, so that brackets around it change nothing: it is put into brackets where it runs.
    const parsed = await this.#parse(text);
    const inBrackets = await this.#parse(`(\n${text}\n)`);
    for (const tree of [parsed, inBrackets]) {
      if (tree['error'] !== true) continue;
      const message = textOf(tree['error_message']).replace(/\s+/g, ' ');
      return /;/.test(text) ? 'A condition is one expression: no ; and no statement beside it.' : `This is not an expression in SQL: ${message.replace(/\.$/, '')}.`;
    }
    const expression = soleExpression(parsed) && soleExpression(inBrackets);
    if (expression === undefined) return 'A condition is one expression: no second column, FROM, WHERE or statement.';
    const names = new Set(columns.map(({ name }) => name.toLowerCase()));
    const seen = { aggregate: false };
    const wrong = this.#walk(expression, { place, names, columns, seen, inAggregate: false, inLambda: false, growing: 0 });
    if (wrong !== undefined) return wrong;
    if (place !== 'row' && /\d{16,}/.test(text.replace(/'(?:[^']|'')*'/g, ''))) return 'A number of 16 digits or more cannot stand here: write it with an exponent.';
    if (place !== 'row' && !seen.aggregate) return place === 'figure' ? 'A figure needs an aggregate such as count(*), avg(rating) or max(year).' : 'A condition on a group needs an aggregate such as count(*) or avg(rating).';
    return this.#bind(text, place, columns, by);
  }

  /**
   * A checked condition on groups, or a figure, in two steps: its aggregates, each of what can be computed of its
   * values (a value that cannot counts as none), and what is then made of `names(0)`, `names(1)`, …
   */
  async split(text: string, names: (at: number) => string): Promise<Split> {
    const tree = await this.#parse(text, false);
    const trees: { guarded: Node; plain: Node }[] = [];
    const outer = mapNodes(tree, (node) => {
      if (node['class'] !== 'FUNCTION' || this.#functions.get(textOf(node['function_name']).toLowerCase()) !== 'aggregate') return undefined;
      const guard = (part: unknown) => (isNode(part) && part['class'] !== 'COLUMN_REF' && part['class'] !== 'CONSTANT' ? { class: 'OPERATOR', type: 'OPERATOR_TRY', alias: '', query_location: 0, children: [part] } : part);
      const children = Array.isArray(node['children']) ? node['children'].map(guard) : [];
      trees.push({ plain: node, guarded: { ...node, children, ...(isNode(node['filter']) ? { filter: guard(node['filter']) } : {}) } });
      return { class: 'COLUMN_REF', type: 'COLUMN_REF', alias: '', query_location: 0, column_names: [names(trees.length - 1)] };
    });
    const aggregates = [];
    for (const { guarded, plain } of trees) aggregates.push({ sql: await this.#write(tree, guarded), label: (await this.#write(tree, plain)).replaceAll('count_star()', 'count(*)') });
    return { aggregates, outer: await this.#write(tree, soleExpression(isNode(outer) ? outer : {}) ?? {}) };
  }

  /** An expression of the parser as SQL. */
  async #write(tree: Node, expression: Node): Promise<string> {
    const statement = mapNodes(tree, (node) => (node['type'] === 'SELECT_NODE' ? { ...node, select_list: [expression] } : undefined));
    const { sql } = await this.#session.one<{ sql: string }>(`SELECT json_deserialize_sql(${literal(JSON.stringify(statement))}) AS sql`);
    return sql.replace(/^SELECT /, '');
  }

  async #parse(expression: string, brief = true): Promise<Node> {
    const { json } = await this.#session.one<{ json: string }>(`SELECT CAST(json_serialize_sql(${literal(`SELECT ${expression}`)}, skip_null := ${brief}, skip_empty := ${brief}) AS VARCHAR) AS json`);
    // The parser's number for "nowhere" is beyond what JSON's numbers can hold here.
    const tree: unknown = JSON.parse(json.replaceAll('18446744073709551615', '0'));
    return isNode(tree) ? tree : { error: true };
  }

  /** What is wrong with a part of the expression, given what it stands in. */
  #walk(node: unknown, within: Within): string | undefined {
    if (Array.isArray(node)) return this.#walkAll(node, within);
    if (!isNode(node)) return undefined;
    const kind = node['class'];
    if (typeof kind === 'string' && !classes.has(kind)) return `A condition cannot have ${refusedClasses[kind] ?? `a part of the kind ${kind.toLowerCase()}`}.`;
    if (kind === 'CONSTANT') return undefined;
    if (kind === 'COLUMN_REF') return columnProblem(node, within);
    if (kind === 'LAMBDA') {
      if (within.inLambda) return 'A lambda inside a lambda cannot be used in a rule: it could take for ever.';
      return this.#walk(node['expr'], { ...within, inLambda: true, names: new Set([...within.names, ...lambdaNames(node['lhs'])]) });
    }
    let inside = within;
    if (kind === 'FUNCTION') {
      const name = textOf(node['function_name']).toLowerCase();
      const type = this.#functions.get(name);
      const problem = this.#functionProblem(node, name, type, within);
      if (problem !== undefined) return problem;
      if (type === 'aggregate') within.seen.aggregate = true;
      inside = { ...within, inAggregate: within.inAggregate || type === 'aggregate', growing: within.growing + (growing.has(name) ? 1 : 0) };
      if (inside.growing > MOST_GROWING) return `${name} stands inside ${MOST_GROWING} others of its kind, which could grow without end.`;
    }
    return this.#walkAll(Object.entries(node).filter(([key]) => key !== 'cast_type' && key !== 'value').map(([, part]) => part), inside);
  }

  #walkAll(parts: readonly unknown[], within: Within): string | undefined {
    for (const part of parts) {
      const problem = this.#walk(part, within);
      if (problem !== undefined) return problem;
    }
    return undefined;
  }

  #functionProblem(node: Node, name: string, type: FunctionType | undefined, { place, inAggregate }: Within): string | undefined {
    if (type === undefined) {
      const near = nearest(name, [...this.#functions].filter(([other, usable]) => usable !== 'refused' && /^[a-z]/.test(other)).map(([other]) => other));
      return `There is no function ${name} that a rule can use.${near === undefined ? '' : ` Did you mean ${near}?`}`;
    }
    if (type === 'refused' || !['main', 'pg_catalog', ''].includes(textOf(node['schema'])) || !['', 'system'].includes(textOf(node['catalog']))) {
      return `The function ${name} cannot be used in a rule: a rule depends on the values of its table alone, not on time, chance, settings or files, and its values are of bounded size.`;
    }
    if (type !== 'aggregate') return undefined;
    if (place === 'row') return `${name.replace('count_star', 'count(*)')} is an aggregate; a condition on a row has none: use a rule of kind group or table.`;
    return inAggregate ? `${name} stands inside another aggregate.` : undefined;
  }

  /** Binds it to an empty table of these columns, which finds wrong types, and computes what does not depend on a row. */
  async #bind(text: string, place: Place, columns: readonly Column[], by: readonly string[]): Promise<string | undefined> {
    const session = new Session(this.#session.connection, AbortSignal.timeout(SECONDS * 1000));
    try {
      await session.run(`CREATE OR REPLACE TEMP TABLE rule_columns (${columns.map(({ name, type }) => `${identifier(name)} ${type}`).join(', ')})`);
      const { columns: [result] } = await session.table(`SELECT (\n${text}\n) AS result FROM rule_columns${by.length === 0 ? '' : ` GROUP BY ${by.map(identifier).join(', ')}`}`);
      if (place === 'figure') {
        if (!/^(?:U?(?:TINY|SMALL|BIG|HUGE)INT|U?INTEGER|FLOAT|DOUBLE|DECIMAL|DATE|TIMESTAMP)/.test(result?.type ?? '')) return `The figure is a ${result?.type}; it must be a number or a time.`;
      } else if (result?.type !== 'BOOLEAN') return `The condition gives a ${result?.type}; it must be true or false, for instance title <> ''.`;
      return undefined;
    } catch (error) {
      if (!(error instanceof ReelbenchError)) throw error;
      if (error.code === 'cancelled') return `Working out its constants took more than ${SECONDS} seconds.`;
      return `This does not fit the columns: ${error.message.replace(/^(?:\w+ )+Error: /, '')}`;
    }
  }

  /** What is wrong with a regular expression (RE2), if anything. */
  async patternProblem(pattern: string): Promise<string | undefined> {
    try {
      await this.#session.all(`SELECT regexp_full_match('', ?)`, [pattern]);
      return undefined;
    } catch (error) {
      return `${JSON.stringify(pattern)} is not a regular expression: ${error instanceof Error ? error.message.replace(/^(?:\w+ )+Error: /, '') : String(error)}`;
    }
  }
}

/** SQL with aggregates in two steps: the aggregates, and what is made of them. */
export interface Split {
  readonly aggregates: readonly { readonly sql: string; readonly label: string }[];
  readonly outer: string;
}

type FunctionType = 'scalar' | 'aggregate' | 'refused';
type Node = Record<string, unknown>;
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && !Array.isArray(value);

/** The one expression of `SELECT (…)`, or undefined when the text made anything else of it. */
function soleExpression(parsed: Node): Node | undefined {
  const statements = parsed['statements'];
  if (!Array.isArray(statements) || statements.length !== 1) return undefined;
  const statement: unknown = statements[0];
  const node = isNode(statement) ? statement['node'] : undefined;
  if (!isNode(node) || node['type'] !== 'SELECT_NODE') return undefined;
  const from = node['from_table'];
  const list = node['select_list'];
  const rest = Object.entries(node).filter(([key, value]) => !['type', 'select_list', 'from_table', 'aggregate_handling', 'group_sets', 'cte_map', 'modifiers', 'group_expressions'].includes(key) && value !== null && value !== undefined);
  const extra = ['modifiers', 'group_expressions', 'group_sets'].some((key) => Array.isArray(node[key]) && node[key].length > 0);
  if (rest.length > 0 || extra || !isNode(from) || from['type'] !== 'EMPTY' || !Array.isArray(list) || list.length !== 1) return undefined;
  const expression: unknown = list[0];
  return isNode(expression) && (expression['alias'] === undefined || expression['alias'] === '') ? expression : undefined;
}

/** Where a part of an expression stands. */
interface Within {
  readonly place: Place;
  /** Names that may be used, in lower case. */
  readonly names: ReadonlySet<string>;
  readonly columns: readonly Column[];
  readonly seen: { aggregate: boolean };
  readonly inAggregate: boolean;
  readonly inLambda: boolean;
  /** How many growing functions it stands in. */
  readonly growing: number;
}

function columnProblem(node: Node, { names, columns }: Within): string | undefined {
  const path = Array.isArray(node['column_names']) ? node['column_names'].map(String) : [];
  const [name = ''] = path;
  if (names.has(name.toLowerCase())) return undefined;
  const known = columns.map((column) => column.name);
  const near = nearest(name, known);
  if (path.length > 1 && near === undefined) return `There is no column ${path.join('.')}: columns stand without their table.`;
  return `There is no column ${name}; columns: ${known.join(', ')}.${near === undefined ? '' : ` Did you mean ${near}?`}`;
}

/** The tree with every node replaced for which `change` answers another; the parts of a replaced node stay as they come. */
function mapNodes(node: unknown, change: (node: Node) => Node | undefined): unknown {
  if (Array.isArray(node)) return node.map((part) => mapNodes(part, change));
  if (!isNode(node)) return node;
  return change(node) ?? Object.fromEntries(Object.entries(node).map(([key, part]) => [key, mapNodes(part, change)]));
}

function lambdaNames(node: unknown): string[] {
  if (Array.isArray(node)) return node.flatMap(lambdaNames);
  if (!isNode(node)) return [];
  if (node['class'] === 'COLUMN_REF' && Array.isArray(node['column_names'])) return node['column_names'].map((name) => String(name).toLowerCase());
  return Object.values(node).flatMap(lambdaNames);
}
