import { readFile, stat } from 'node:fs/promises';
import { type Document, isMap, isScalar, isSeq, LineCounter, parseDocument, YAMLSeq } from 'yaml';
import { type OwnRule, type OwnRuleEntry, ReelbenchError, type RuleProblem } from '../../../shared/contract/index.ts';
import { writeFileAtomically } from './atomic-file.ts';
import { toReelbenchError } from './failures.ts';
import { nearest } from './parameter-schema.ts';
import { parseRule, type RuleText } from './rule-text.ts';

const MOST_BYTES = 1024 * 1024;
const MOST_RULES = 500;
const HEADER = '# Rules of this workspace, besides the built-in ones. See docs/quality.md for what they can say.\n';

/** One rule of the file, and its lines there (from 1, the last one included); none for a rule written in braces. */
interface Entry {
  readonly text: RuleText;
  readonly line: number;
  readonly block: { readonly last: number; readonly indent: number } | undefined;
}

/**
 * `rules.yaml`, the person's own rules of a workspace: a list under `rules`. An edit changes the lines of its rule and
 * no others, so comments, order and layout stay. Nothing here knows the data: see quality/rules/own for that.
 */
export class RuleFile {
  readonly file: string;
  readonly text: string;
  /** What keeps the file from being read as a list of rules. */
  readonly problems: readonly RuleProblem[];
  readonly #entries: readonly Entry[];

  private constructor(file: string, text: string, problems: readonly RuleProblem[], entries: readonly Entry[]) {
    this.file = file;
    this.text = text;
    this.problems = problems;
    this.#entries = entries;
  }

  /** Reads the file; one that is not there counts as empty. Fails only when it cannot be read at all. */
  static async read(file: string): Promise<RuleFile> {
    try {
      const { size } = await stat(file);
      if (size > MOST_BYTES) return new RuleFile(file, '', [{ line: 1, key: null, message: `A file of rules may be ${MOST_BYTES / 1024} KB long; this one has ${Math.ceil(size / 1024)} KB.` }], []);
      return RuleFile.parse(file, await readFile(file, 'utf8'));
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return RuleFile.parse(file, '');
      throw toReelbenchError(error);
    }
  }

  static parse(file: string, text: string): RuleFile {
    const wrong = (line: number, message: string, key: string | null = null) => new RuleFile(file, text, [{ line, key, message }], []);
    const lines = new LineCounter();
    let document;
    try {
      document = parseDocument(text, { schema: 'core', resolveKnownTags: false, lineCounter: lines, prettyErrors: false });
    } catch (error) {
      return wrong(1, `This cannot be read: ${error instanceof Error ? error.message : String(error)}`);
    }
    const error = document.errors[0] ?? document.warnings[0];
    if (error) return wrong(lines.linePos(error.pos[0]).line, `This is not valid YAML: ${error.message}`);
    const { contents } = document;
    if (contents === null || (isScalar(contents) && contents.value === null)) return new RuleFile(file, text, [], []);
    if (!isMap(contents)) return wrong(1, 'The file must hold "rules:" with a list of rules below it.');
    for (const { key } of contents.items) {
      const name = isScalar(key) ? String(key.value) : '';
      if (name === 'rules') continue;
      const near = nearest(name, ['rules']);
      return wrong(isScalar(key) && key.range ? lines.linePos(key.range[0]).line : 1, `There is no key ${name} here; allowed: rules.${near === undefined ? '' : ` Did you mean ${near}?`}`, name);
    }
    const list = contents.get('rules', true);
    if (list === undefined || (isScalar(list) && list.value === null)) return new RuleFile(file, text, [], []);
    if (!isSeq(list)) return wrong(1, 'rules must be a list: each rule begins with "- ".', 'rules');
    if (list.items.length > MOST_RULES) return wrong(1, `There may be ${MOST_RULES} rules; these are ${list.items.length}.`, 'rules');
    const source = text.split('\n');
    const entries = list.items.map((item): Entry => {
      const range = hasRange(item) ? item.range : undefined;
      const first = range ? lines.linePos(range[0]) : { line: 1, col: 1 };
      if (!range || list.flow === true || (isMap(item) && item.flow === true) || !isMap(item)) return { text: parseRule(isMap(item) ? String(item) : text.slice(range?.[0] ?? 0, range?.[1] ?? 0)), line: first.line, block: undefined };
      const end = lines.linePos(Math.max(range[0], trimmedEnd(text, range[0], range[1]) - 1)).line;
      const indent = first.col - 1;
      const yaml = source.slice(first.line - 1, end).map((line, at) => (at === 0 ? line.slice(indent) : line.slice(Math.min(indent, line.length - line.trimStart().length)))).join('\n');
      return { text: parseRule(`${yaml.replaceAll('\r', '')}\n`), line: first.line, block: { last: end, indent } };
    });
    return new RuleFile(file, text, [], entries);
  }

  /** Every rule in the file's order, with what is wrong with its text. */
  entries(): OwnRuleEntry[] {
    return this.#entries.map(({ text, line }, at) => {
      const twin = this.#entries.findIndex((other) => other.text.id !== null && other.text.id === text.id);
      const twice = twin < at ? [{ line: text.lineOf('id'), key: 'id', message: `id is ${text.id}, which the rule on line ${this.#entries[twin]?.line ?? 1} is called, too; each rule needs a name of its own.` }] : [];
      return { id: text.id, yaml: text.yaml, line, rule: twice.length === 0 ? text.rule : null, problems: [...text.problems, ...twice] };
    });
  }

  /** The ids of the rules, wrong ones too; undefined when the file as a whole cannot be read. */
  ids(): string[] | undefined {
    return this.problems.length > 0 ? undefined : this.#entries.flatMap(({ text: { id } }) => (id === null ? [] : [id]));
  }

  /** All rules; fails with `invalid-arguments`, naming file, line and key, when any of them is wrong. */
  rules(): OwnRule[] {
    const [whole] = this.problems;
    if (whole) throw this.#error(whole, 0);
    return this.entries().map(({ rule, problems, line }) => {
      if (rule) return rule;
      throw this.#error(problems[0] ?? { line: 1, key: null, message: 'This rule cannot be read.' }, line - 1);
    });
  }

  #error({ line, key, message }: RuleProblem, offset: number): ReelbenchError {
    return new ReelbenchError('invalid-arguments', message, { file: this.file, line: line + offset, ...(key === null ? {} : { column: key }), hint: 'Correct the file, or the rule on the Quality page under Own rules.' });
  }

  /** The file with a rule added, or put in the place of the one called `replaces`. */
  with(yaml: string, replaces?: string): RuleFile {
    const lines = `${yaml.replaceAll('\r', '').trimEnd()}\n`;
    const at = replaces === undefined ? -1 : this.#entries.findIndex(({ text }) => text.id === replaces);
    if (replaces !== undefined && at < 0) throw new ReelbenchError('not-found', `There is no rule ${replaces} in ${this.file}.`);
    const spliced = this.#spliced(lines, at);
    if (spliced !== undefined && spliced.problems.length === 0 && spliced.#entries.length === this.#entries.length + (at < 0 ? 1 : 0)) return spliced;
    return this.#rewritten((list) => {
      const node = parseDocument(lines, { schema: 'core', resolveKnownTags: false }).contents;
      if (at < 0) list.add(node);
      else list.items[at] = node;
    });
  }

  without(id: string): RuleFile {
    const at = this.#entries.findIndex(({ text }) => text.id === id);
    const entry = this.#entries[at];
    if (!entry) throw new ReelbenchError('not-found', `There is no rule ${id} in ${this.file}.`);
    if (entry.block && this.#entries.length > 1) {
      const source = this.text.split('\n');
      // Comments right above a rule, inside the list, are about it.
      let first = entry.line;
      if (at > 0) while (/^\s+#/.test(source[first - 2] ?? '')) first--;
      const rest = RuleFile.parse(this.file, source.toSpliced(first - 1, entry.block.last - first + 1).join('\n'));
      if (rest.problems.length === 0 && rest.#entries.length === this.#entries.length - 1) return rest;
    }
    return this.#rewritten((list) => {
      list.delete(at);
    });
  }

  /** The change made to the lines of the text alone, where the list is written with dashes. */
  #spliced(yaml: string, at: number): RuleFile | undefined {
    const place = this.#entries.at(at);
    if (!place?.block) return this.text.trim() === '' ? RuleFile.parse(this.file, `${HEADER}rules:\n${indented(yaml, 4)}\n`) : undefined;
    const source = this.text.split('\n');
    const { indent, last } = place.block;
    const block = indented(yaml, indent, (source[place.line - 1] ?? '').slice(0, indent)).split('\n');
    return RuleFile.parse(this.file, (at < 0 ? source.toSpliced(last, 0, ...block) : source.toSpliced(place.line - 1, last - place.line + 1, ...block)).join('\n'));
  }

  #rewritten(change: (list: YAMLSeq) => void): RuleFile {
    const document: Document = parseDocument(this.text === '' ? `${HEADER}rules: []\n` : this.text, { schema: 'core', resolveKnownTags: false });
    const known = document.get('rules');
    const list = isSeq(known) ? known : new YAMLSeq();
    list.flow = false;
    if (!isMap(document.contents)) document.contents = document.createNode({});
    document.set('rules', list);
    change(list);
    return RuleFile.parse(this.file, document.toString({ lineWidth: 0, flowCollectionPadding: false }));
  }

  async save(): Promise<void> {
    try {
      await writeFileAtomically(this.file, this.text);
    } catch (error) {
      throw toReelbenchError(error);
    }
  }
}

/** The rule as lines of a list: the first behind its dash. */
function indented(yaml: string, indent: number, dash = `${' '.repeat(Math.max(0, indent - 2))}- `): string {
  return yaml.trimEnd().split('\n').map((line, at) => (at === 0 ? `${dash}${line}` : line === '' ? '' : `${' '.repeat(indent)}${line}`)).join('\n');
}

function hasRange(node: unknown): node is { range: [number, number, number] } {
  return typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range);
}

/** Where the text from `start` to `end` ends without blank lines and comments on lines of their own. */
function trimmedEnd(text: string, start: number, end: number): number {
  const lines = text.slice(start, end).split('\n');
  while (lines.length > 1 && /^\s*(#.*)?$/.test(lines.at(-1) ?? '')) lines.pop();
  return start + lines.join('\n').length;
}

/** Where a workspace keeps the person's own rules. */
export const RULES_FILE = 'rules.yaml';

/**
 * The rules as inputs of a stage, each in one line by its id: what `status` compares and names. A file that cannot be
 * read stands for itself with what is wrong with it.
 */
export function ruleInputs(rules: RuleFile): Record<string, string> {
  const entries = rules.entries();
  const [problem] = [...rules.problems, ...entries.flatMap(({ problems }) => problems)];
  if (problem) return { [RULES_FILE]: problem.message };
  return Object.fromEntries(entries.map(({ id, rule }) => [id ?? '', Object.entries(rule ?? {}).filter(([key]) => key !== 'id').map(([key, value]) => `${key} ${typeof value === 'string' ? value : JSON.stringify(value)}`).join(', ')]));
}
