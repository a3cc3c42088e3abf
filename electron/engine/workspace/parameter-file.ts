import { readFile, stat } from 'node:fs/promises';
import { type Document, isMap, isPair, isScalar, LineCounter, parseDocument, type YAMLError } from 'yaml';
import { ReelbenchError } from '../../../shared/contract/index.ts';
import { Parameters } from '../../../shared/domain/parameters.ts';
import { writeFileAtomically } from './atomic-file.ts';
import { toReelbenchError } from './failures.ts';
import { allowed, isRecord, keysBelow, nearest, parameterName, type ParameterPath, valueAt } from './parameter-schema.ts';

const MOST_BYTES = 256 * 1024;
const MOST_ALIASES = 50;

/**
 * A YAML file of parameters. Safe schema (plain data only), bounded in size and aliases; `${NAME}` inside a text
 * stands for an environment variable. Errors have code `invalid-arguments` and name file, line and key, say what was
 * found and what is allowed.
 */
export class ParameterFile {
  readonly file: string;
  readonly #text: string;
  readonly #document: Document;
  readonly #lines: LineCounter;
  readonly #environment: NodeJS.ProcessEnv;

  private constructor(file: string, text: string, document: Document, lines: LineCounter, environment: NodeJS.ProcessEnv) {
    this.file = file;
    this.#text = text;
    this.#document = document;
    this.#lines = lines;
    this.#environment = environment;
  }

  /** Reads the file; one that is not there counts as empty, unless it `mustExist`. */
  static async read(file: string, environment: NodeJS.ProcessEnv, { mustExist }: { mustExist: boolean }): Promise<ParameterFile> {
    return ParameterFile.parse(file, await readText(file, mustExist), environment);
  }

  static parse(file: string, text: string, environment: NodeJS.ProcessEnv): ParameterFile {
    const lines = new LineCounter();
    const document = guarded(file, () => parseDocument(text, { schema: 'core', resolveKnownTags: false, lineCounter: lines, prettyErrors: false }));
    const problem: YAMLError | undefined = document.errors[0] ?? document.warnings[0];
    if (problem) throw new ReelbenchError('invalid-arguments', `This is not valid YAML: ${problem.message}`, { file, line: lines.linePos(problem.pos[0]).line });
    if (document.contents !== null && !isMap(document.contents)) {
      throw new ReelbenchError('invalid-arguments', 'The file must hold keys and values, such as "transform:" with "min_ratings_per_user: 5" below it.', { file, line: 1 });
    }
    return new ParameterFile(file, text, document, lines, environment);
  }

  /** The parameters: what the file says, defaults elsewhere. */
  values(): Parameters {
    return this.#check(this.plain());
  }

  /** What the file says, as plain data with environment variables filled in. */
  plain(): Record<string, unknown> {
    const data: unknown = guarded(this.file, () => this.#document.toJS({ maxAliasCount: MOST_ALIASES }));
    const filled = this.#fillIn(data ?? {}, []);
    return isRecord(filled) ? withRules(filled) : {};
  }

  /** The file with one key changed, or removed where `value` is undefined; comments and order stay. */
  with(path: ParameterPath, value: unknown): ParameterFile {
    const document = this.#document.clone();
    if (value === undefined) {
      for (const at of spellings(path)) {
        if (!document.hasIn(at)) continue;
        document.deleteIn(at);
        for (let above = at.slice(0, -1); above.length > 0; above = above.slice(0, -1)) {
          const node = document.getIn(above);
          if (isMap(node) && node.items.length === 0) document.deleteIn(above);
        }
      }
    } else {
      document.setIn(spellings(path).find((at) => document.hasIn(at)) ?? path, value);
    }
    return ParameterFile.parse(this.file, isMap(document.contents) && document.contents.items.length === 0 ? commentsOf(this.#text) : document.toString(), this.#environment);
  }

  async save(): Promise<void> {
    try {
      await writeFileAtomically(this.file, this.#text);
    } catch (error) {
      throw toReelbenchError(error);
    }
  }

  #check(data: Record<string, unknown>): Parameters {
    const parsed = Parameters.safeParse(data);
    if (parsed.success) return parsed.data;
    const problems = problemsOf(parsed.error, data);
    const first = problems[0];
    throw new ReelbenchError('invalid-arguments', problems.slice(0, 5).map(({ message }) => message).join(' '), {
      file: this.file,
      ...(first ? { line: this.lineOf(first.path), column: parameterName(first.path) } : {}),
    });
  }

  #fillIn(value: unknown, path: ParameterPath): unknown {
    if (typeof value === 'string') {
      return value.replaceAll(/\$\{([^}]*)\}/g, (_, name: string) => {
        const found = this.#environment[name];
        if (found !== undefined) return found;
        throw new ReelbenchError('invalid-arguments', `${parameterName(path)} names the environment variable ${name}, which is not set.`, { file: this.file, line: this.lineOf(path), column: parameterName(path) });
      });
    }
    if (Array.isArray(value)) return value.map((item, i) => this.#fillIn(item, [...path, String(i)]));
    if (isRecord(value)) return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, this.#fillIn(item, [...path, key])]));
    return value;
  }

  /** Line of the deepest key of `path` that the file has. */
  lineOf(path: ParameterPath): number {
    let line = 1;
    for (const at of spellings(path)) {
      for (let depth = 1; depth <= at.length; depth++) {
        const parent: unknown = depth === 1 ? this.#document.contents : this.#document.getIn(at.slice(0, depth - 1), true);
        const key = at[depth - 1];
        let offset: number | undefined;
        if (isMap(parent)) {
          const pair = parent.items.find((item) => isPair(item) && isScalar(item.key) && String(item.key.value) === key);
          if (pair && isScalar(pair.key)) offset = pair.key.range?.[0];
        } else {
          const node: unknown = this.#document.getIn(at.slice(0, depth).map((part) => (/^\d+$/.test(part) ? Number(part) : part)), true);
          if (isScalar(node)) offset = node.range?.[0];
        }
        if (offset === undefined) break;
        line = Math.max(line, this.#lines.linePos(offset).line);
      }
    }
    return line;
  }
}

/** Each problem with its place and a sentence: the key, what was found, what is allowed. */
export function problemsOf(error: { issues: readonly { code?: string | undefined; path: readonly PropertyKey[]; keys?: readonly string[] }[] }, data: unknown): { path: ParameterPath; message: string }[] {
  return error.issues.flatMap((issue) => {
    const path = issue.path.map(String);
    if (issue.code === 'unrecognized_keys') {
      const known = keysBelow(path);
      return (issue.keys ?? []).map((key) => {
        const near = nearest(key, known);
        return { path: [...path, key], message: `There is no parameter ${parameterName([...path, key])}; allowed here: ${known.join(', ')}.${near === undefined ? '' : ` Did you mean ${near}?`}` };
      });
    }
    const found = path.reduce<unknown>((value, key) => (Array.isArray(value) ? value[Number(key)] : valueAt(value, [key])), data);
    return [{ path, message: `${parameterName(path)} is ${JSON.stringify(found)?.slice(0, 80) ?? 'missing'}; it must be ${allowed(path)}.` }];
  });
}

/** Settings of a rule may stand right below `quality`, as in `--set quality.<rule id>.threshold=5`. */
function withRules(data: Record<string, unknown>): Record<string, unknown> {
  const quality = data['quality'];
  if (!isRecord(quality)) return data;
  const direct = Object.entries(quality).filter(([key]) => key.includes('.'));
  if (direct.length === 0) return data;
  const rest = Object.fromEntries(Object.entries(quality).filter(([key]) => !key.includes('.')));
  const rules = isRecord(rest['rules']) ? rest['rules'] : {};
  return { ...data, quality: { ...rest, rules: { ...rules, ...Object.fromEntries(direct) } } };
}

/** The places in a file where the parameter may stand. */
function spellings(path: ParameterPath): ParameterPath[] {
  return path[0] === 'quality' && path[1] === 'rules' && path.length > 2 ? [path, ['quality', ...path.slice(2)]] : [path];
}

/** The lines of comments, for a file whose last key goes: an empty document would print as `{}`. */
function commentsOf(text: string): string {
  return text.split('\n').filter((line) => line.trimStart().startsWith('#')).map((line) => `${line}\n`).join('');
}

async function readText(file: string, mustExist: boolean): Promise<string> {
  try {
    const { size } = await stat(file);
    if (size > MOST_BYTES) throw new ReelbenchError('invalid-arguments', `A file of parameters may be ${MOST_BYTES / 1024} KB long; this one has ${Math.ceil(size / 1024)} KB.`, { file });
    return await readFile(file, 'utf8');
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    if (missing && !mustExist) return '';
    if (missing) throw new ReelbenchError('invalid-arguments', `There is no file of parameters ${file}.`, { file, cause: error });
    throw toReelbenchError(error);
  }
}

/** What the YAML library throws on hostile input (too many aliases, nesting beyond the stack) as our error. */
function guarded<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw new ReelbenchError('invalid-arguments', `This file cannot be read as parameters: ${error instanceof Error ? error.message : String(error)}`, { file, cause: error });
  }
}
