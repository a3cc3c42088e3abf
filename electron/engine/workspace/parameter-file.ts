import { readFile, stat } from 'node:fs/promises';
import { type Document, isPair, isScalar, LineCounter, parseDocument, visit, type YAMLError } from 'yaml';
import { ReelbenchError } from '../../../shared/contract/index.ts';
import { writeFileAtomically } from './atomic-file.ts';
import { toReelbenchError } from './failures.ts';
import { editYaml, linesOf, parsing } from './parameter-edit.ts';
import { type ParameterProblem, problemsError, syntaxProblem } from './parameter-problems.ts';
import { isRecord, isSection, parameterName, type ParameterPath, valueAt } from './parameter-schema.ts';

const MOST_BYTES = 256 * 1024;
const MOST_ALIASES = 50;
const MARK = '\uFEFF';

/**
 * The text of a YAML file of parameters and the plain data in it, `${NAME}` kept as written. Safe schema (plain data only),
 * bounded in size and aliases. Errors have code `invalid-arguments` and name file, line and key, say what was found and what
 * is allowed; whether the parameters themselves are right is told by `resolveParameters`.
 */
export class ParameterFile {
  readonly file: string;
  /** As it stands in the file. */
  readonly text: string;
  /** Settings of rules stand below `quality.rules`, wherever the file has them. */
  readonly data: Record<string, unknown>;
  /** Keys that stand twice. */
  readonly problems: readonly ParameterProblem[];
  readonly #lines: ReadonlyMap<string, number>;
  readonly #plain: Record<string, unknown>;

  private constructor(file: string, text: string, plain: Record<string, unknown>, problems: readonly ParameterProblem[], lines: ReadonlyMap<string, number>) {
    this.file = file;
    this.text = text;
    this.#plain = plain;
    this.data = withRules(withoutEmptySections(plain));
    this.#lines = lines;
    const rules = valueAt(plain, ['quality', 'rules']);
    const twice = isRecord(rules) ? Object.keys(rules).filter((id) => valueAt(plain, ['quality', id]) !== undefined) : [];
    this.problems = [...problems, ...twice.map((id) => ({ path: ['quality', 'rules', id], line: this.lineOf(['quality', 'rules', id]), message: `The settings of ${id} stand twice, below quality and below quality.rules; they may stand once. Keep one of the two.` }))];
  }

  /** Reads the file; one that is not there counts as empty, unless it `mustExist`. */
  static async read(file: string, { mustExist }: { mustExist: boolean }): Promise<ParameterFile> {
    return ParameterFile.parse(file, await readText(file, mustExist));
  }

  static parse(file: string, text: string): ParameterFile {
    const lines = new LineCounter();
    const yaml = text.startsWith(MARK) ? text.slice(1) : text;
    const document = guarded(file, () => parseDocument(yaml, { ...parsing, lineCounter: lines }));
    const complaints: YAMLError[] = [...document.errors, ...document.warnings];
    const broken = complaints.find(({ code }) => code !== 'DUPLICATE_KEY');
    if (broken) throw problemsError([syntaxProblem(broken, yaml, document, lines)], file);
    const alias = aliasToNowhere(document, lines);
    if (alias) throw problemsError([alias], file);
    const data: unknown = guarded(file, () => document.toJS({ maxAliasCount: MOST_ALIASES }));
    if (data !== null && data !== undefined && !isRecord(data)) {
      const found = Array.isArray(data) ? 'a list' : JSON.stringify(data)?.slice(0, 80);
      throw new ReelbenchError('invalid-arguments', `The file holds ${found}; it must hold keys and values, such as "transform:" with "min_ratings_per_user: 5" on an indented line below it.`, { file, line: 1 });
    }
    return new ParameterFile(file, text, isRecord(data) ? data : {}, complaints.map((error) => syntaxProblem(error, yaml, document, lines)), linesOf(document, lines));
  }

  /** What the file says at a parameter; undefined where it says nothing. */
  at(path: ParameterPath): unknown {
    return valueAt(this.data, path);
  }

  /** The file with one key changed, or removed where `value` is undefined; everything else stays as it is. */
  with(path: ParameterPath, value: unknown): ParameterFile {
    const mark = this.text.startsWith(MARK) ? MARK : '';
    const at = spellings(path).find((spelling) => valueAt(this.#plain, spelling) !== undefined) ?? path;
    if (value === undefined && valueAt(this.#plain, at) === undefined) return this;
    const text = guarded(this.file, () => editYaml(this.text.slice(mark.length), at, value, value === undefined ? without(this.#plain, at) : withValue(this.#plain, at, value)));
    return ParameterFile.parse(this.file, `${mark}${text}`);
  }

  async save(): Promise<void> {
    try {
      await writeFileAtomically(this.file, this.text);
    } catch (error) {
      throw toReelbenchError(error);
    }
  }

  /** Line of the deepest key of `path` that the file has; 1 where it has none. */
  lineOf(path: ParameterPath): number {
    const depths = spellings(path).flatMap((at) => at.map((_, i) => at.slice(0, at.length - i)));
    const known = depths.toSorted((a, b) => b.length - a.length).map((at) => this.#lines.get(at.join('\0'))).find((line) => line !== undefined);
    return known ?? 1;
  }
}

/** The data with the value at `path` changed; groups on the way are made. */
export function withValue(data: Record<string, unknown>, [key, ...below]: ParameterPath, value: unknown): Record<string, unknown> {
  if (key === undefined) return data;
  const inner = Object.hasOwn(data, key) ? data[key] : undefined;
  return { ...data, [key]: below.length === 0 ? value : withValue(isRecord(inner) ? inner : {}, below, value) };
}

/** The data without `path`, and without the groups above it that are empty then. */
function without(data: Record<string, unknown>, [key, ...below]: ParameterPath): Record<string, unknown> {
  if (key === undefined) return data;
  const inner = data[key];
  const left = below.length > 0 && isRecord(inner) ? without(inner, below) : {};
  return Object.fromEntries(Object.entries(data).flatMap(([name, value]) => (name !== key ? [[name, value]] : Object.keys(left).length === 0 ? [] : [[name, left]])));
}

/** A section with nothing below it says nothing. */
function withoutEmptySections(data: Record<string, unknown>, above: ParameterPath = []): Record<string, unknown> {
  return Object.fromEntries(Object.entries(data).flatMap(([key, value]) => {
    const path = [...above, key];
    if (!isSection(path)) return [[key, value]];
    return value === null ? [] : [[key, isRecord(value) ? withoutEmptySections(value, path) : value]];
  }));
}

/** Settings of a rule may stand right below `quality`, as in `--set quality.<rule id>.threshold=5`. */
function withRules(data: Record<string, unknown>): Record<string, unknown> {
  const quality = data['quality'];
  if (!isRecord(quality)) return data;
  const direct = Object.entries(quality).filter(([key]) => key.includes('.'));
  const rules = quality['rules'] ?? undefined;
  const rest = Object.fromEntries(Object.entries(quality).filter(([key]) => !key.includes('.') && key !== 'rules'));
  if (direct.length === 0) return { ...data, quality: { ...rest, ...(rules === undefined ? {} : { rules }) } };
  return { ...data, quality: { ...rest, rules: { ...(isRecord(rules) ? rules : {}), ...Object.fromEntries(direct) } } };
}

/** The places in a file where the parameter may stand. */
function spellings(path: ParameterPath): ParameterPath[] {
  return path[0] === 'quality' && path[1] === 'rules' && path.length > 2 ? [path, ['quality', ...path.slice(2)]] : [path];
}

/** The first alias that names no anchor above it. */
function aliasToNowhere(document: Document, lines: LineCounter): ParameterProblem | undefined {
  let problem: ParameterProblem | undefined;
  visit(document, {
    Alias: (_, node, above) => {
      if (problem || node.resolve(document)) return;
      const path = above.flatMap((step) => (isPair(step) && isScalar(step.key) ? [String(step.key.value)] : []));
      problem = { path, line: lines.linePos(node.range?.[0] ?? 0).line, message: `${parameterName(path)} is *${node.source}, but there is no &${node.source} above it; write the value itself, or put &${node.source} before the one that is meant.` };
    },
  });
  return problem;
}

async function readText(file: string, mustExist: boolean): Promise<string> {
  const wrong = (message: string, line?: number) => new ReelbenchError('invalid-arguments', message, { file, ...(line === undefined ? {} : { line }) });
  let bytes: Buffer;
  try {
    const facts = await stat(file);
    if (!facts.isFile()) throw wrong(`${facts.isDirectory() ? 'This is a folder' : 'This is no plain file'}; parameters stand in a YAML file.`);
    if (facts.size > MOST_BYTES) throw wrong(`A file of parameters may be ${MOST_BYTES / 1024} KB long; this one has ${Math.ceil(facts.size / 1024)} KB.`);
    bytes = await readFile(file);
  } catch (error) {
    if (error instanceof ReelbenchError) throw error;
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT' && !mustExist) return '';
    if (code === 'ENOENT') throw new ReelbenchError('invalid-arguments', `There is no file of parameters ${file}.`, { file, cause: error });
    if (code === 'EACCES' || code === 'EPERM') throw new ReelbenchError('invalid-arguments', 'This file may not be read.', { file, hint: 'Change its permissions, or name another file with --config.', cause: error });
    throw toReelbenchError(error);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) throw wrong('This file is UTF-16; a file of parameters is UTF-8.', 1);
    const { line, byte } = firstWrongByte(bytes);
    throw wrong(`Line ${line} holds the byte 0x${byte.toString(16).toUpperCase()}, which is not UTF-8; a file of parameters is UTF-8.`, line);
  }
}

/** The first line that cannot be read as UTF-8, and its first byte that is not ASCII where nothing else can be told. */
function firstWrongByte(bytes: Buffer): { line: number; byte: number } {
  let line = 1;
  for (let start = 0; start < bytes.length; line++) {
    const end = bytes.indexOf(0x0a, start);
    const part = bytes.subarray(start, end < 0 ? bytes.length : end);
    const again = Buffer.from(part.toString('utf8'));
    if (!again.equals(part)) return { line, byte: part[part.findIndex((byte, at) => again[at] !== byte)] ?? 0 };
    start = end < 0 ? bytes.length : end + 1;
  }
  return { line, byte: 0 };
}

/** What the YAML library throws on hostile input (too many aliases, nesting beyond the stack) as our error. */
function guarded<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof ReelbenchError) throw error;
    const message = error instanceof Error ? error.message : String(error);
    if (/alias count/i.test(message)) throw new ReelbenchError('invalid-arguments', `This file repeats parts of itself (*name) too often: together more than ${MOST_ALIASES} times is not allowed.`, { file, cause: error });
    throw new ReelbenchError('invalid-arguments', `This file cannot be read as parameters: ${message}`, { file, cause: error });
  }
}
