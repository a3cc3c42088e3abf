import { isMap, isScalar, isSeq, type LineCounter, type Document, visit, type YAMLError } from 'yaml';
import { ReelbenchError } from '../../../shared/contract/index.ts';
import { allowed, isFreeText, isRecord, keysBelow, nearest, parameterName, type ParameterPath, valueAt } from './parameter-schema.ts';
import { variablesIn } from './environment-text.ts';

/** Something wrong with a parameter: its key, and a sentence with what was found and what is allowed. */
export interface ParameterProblem {
  readonly path: ParameterPath;
  readonly message: string;
  readonly hint?: string | undefined;
  /** Where it stands: a line of the file, or the `--set` that says it. */
  readonly line?: number | undefined;
  readonly override?: string | undefined;
}

const MOST_SHOWN = 20;

/** All problems as one error: a single one with its place, several as lines in the order of the file, then of `--set`. */
export function problemsError(problems: readonly ParameterProblem[], file: string): ReelbenchError {
  const ordered = problems.toSorted((a, b) => (a.line ?? Infinity) - (b.line ?? Infinity) || 0);
  const [first] = ordered;
  const place = { ...(first?.line === undefined ? {} : { file, line: first.line }), ...(first === undefined || first.path.length === 0 ? {} : { column: parameterName(first.path) }) };
  const words = ({ message, override }: ParameterProblem) => `${override === undefined ? '' : `--set ${override}: `}${message}`;
  if (first !== undefined && ordered.length === 1) return new ReelbenchError('invalid-arguments', words(first), { ...place, ...(first.hint === undefined ? {} : { hint: first.hint }) });
  const lines = ordered.slice(0, MOST_SHOWN).map((problem) => `${problem.line === undefined ? '' : `Line ${problem.line}: `}${words(problem)}${problem.hint === undefined ? '' : ` ${problem.hint}`}`);
  const more = ordered.length > MOST_SHOWN ? [`And ${ordered.length - MOST_SHOWN} more.`] : [];
  return new ReelbenchError('invalid-arguments', [`${ordered.length} things are wrong with the parameters:`, ...lines, ...more].join('\n'), place);
}

interface Issue {
  readonly code?: string | undefined;
  readonly path: readonly PropertyKey[];
  readonly keys?: readonly string[];
}

/** What a schema finds, as sentences. `data` is as it was written, with `${NAME}` kept. */
export function schemaProblems(issues: readonly Issue[], data: unknown): ParameterProblem[] {
  return issues.flatMap((issue): ParameterProblem[] => {
    const path = issue.path.map(String);
    if (issue.code === 'unrecognized_keys') return (issue.keys ?? []).map((key) => unknownKey([...path, key], path));
    const value = path.reduce<unknown>((above, key) => (Array.isArray(above) ? above[Number(key)] : valueAt(above, [key])), data);
    return [{ path, message: `${placeName(path)} is ${found(value)}; it must be ${allowed(path)}.${advice(path, value)}` }];
  });
}

function unknownKey(path: ParameterPath, above: ParameterPath): ParameterProblem {
  const known = keysBelow(above);
  const near = nearest(path.at(-1) ?? '', known);
  return { path, message: `There is no ${above.length === 0 ? 'section' : 'parameter'} ${parameterName(path)}; allowed here: ${known.join(', ')}.${near === undefined ? '' : ` Did you mean ${near}?`}` };
}

/** `train.models.1` as people count: `train.models, item 2,`. */
function placeName(path: ParameterPath): string {
  const last = path.at(-1) ?? '';
  return path.length > 2 && /^\d+$/.test(last) ? `${parameterName(path.slice(0, -1))}, item ${Number(last) + 1},` : parameterName(path);
}

/** What was found, as it would be written. */
function found(value: unknown): string {
  if (value === undefined) return 'missing';
  if (value === null) return 'empty';
  if (typeof value === 'number' && !Number.isFinite(value)) return Number.isNaN(value) ? '.nan' : value > 0 ? '.inf' : '-.inf';
  const text = isRecord(value) ? Object.keys(value).join(', ') : JSON.stringify(value);
  const short = text.length > 80 ? `${text.slice(0, 79)}…` : text;
  return isRecord(value) ? `a group of keys (${short})` : Array.isArray(value) ? `a list (${short})` : short;
}

/** What is likely meant, where that can be told. */
function advice(path: ParameterPath, value: unknown): string {
  const wanted = allowed(path);
  if (value === null) return ' Write a value behind the colon, or take the line out for the default.';
  if (typeof value !== 'string') return Array.isArray(value) && !wanted.startsWith('a list') && value.length === 1 ? ' Take the brackets or the dash away.' : '';
  if (variablesIn(value).length > 0 && !isFreeText(path)) return ' An environment variable can only stand in a text.';
  if (/^a (whole )?number/.test(wanted) && value.trim() !== '' && Number.isFinite(Number(value))) return ' Write it without quotes.';
  if (wanted === 'true or false' && /^(yes|no|on|off|y|n)$/i.test(value)) return ` Write ${/^(yes|on|y)$/i.test(value) ? 'true' : 'false'}.`;
  if (wanted.startsWith('a list')) return ` Write [${value}].`;
  if (wanted.startsWith('a group') && /^\w+:\S/.test(value)) return ' A colon needs a space behind it.';
  const choices = wanted.startsWith('one of ') ? wanted.slice('one of '.length).split(', ') : [];
  const near = nearest(value, choices);
  return near === undefined ? '' : ` Did you mean ${near}?`;
}

/** What each of the YAML library's complaints means, and what is allowed instead. */
const syntax: Record<string, readonly [found: string, allowed: string]> = {
  TAB_AS_INDENT: ['a tab indents this line', 'only spaces may'],
  MULTIPLE_DOCS: ['a second document begins here (---)', 'a file holds one'],
  TAG_RESOLVE_FAILED: ['a tag (! or !!) stands before the value', 'plain texts, numbers, true, false, lists and groups are allowed'],
  MISSING_CHAR: ['something that was opened is not closed', 'a quote or bracket that opens must close'],
  BAD_INDENT: ['something that was opened is not closed, or is indented too little', 'brackets close before the next key, and what belongs to a key stands further right'],
  BLOCK_AS_IMPLICIT_KEY: ['a key and its value stand where a value should end', 'each key stands on a line of its own, and keys of one group stand exactly below each other'],
  MULTILINE_IMPLICIT_KEY: ['a key goes over several lines', 'a key stands on one line with its colon'],
  BAD_SCALAR_START: ['a value begins with a character that YAML keeps for itself', 'put such a text in quotes'],
  BAD_DQ_ESCAPE: ['a backslash begins something unknown', 'in double quotes write \\\\ for a backslash, or use single quotes'],
  MULTIPLE_ANCHORS: ['a value has two anchors (&)', 'one is allowed'],
};

/** A complaint of the YAML library as a problem: the line where it begins, the key next to it, what was found and what is allowed. */
export function syntaxProblem(error: YAMLError, text: string, document: Document, lines: LineCounter): ParameterProblem {
  const start = opening(error, document) ?? error.pos[0];
  const { line, col } = lines.linePos(Math.min(start, text.length));
  const source = text.split('\n');
  const key = keyNear(source, line);
  if (error.code === 'DUPLICATE_KEY') {
    return { path: key, line, message: `${parameterName(key)} stands twice, the second time on line ${line}; a key may stand once. Keep one of the two.` };
  }
  const [what, instead] = syntax[error.code] ?? [error.message.replace(/\.$/, ''), 'YAML needs "key: value", one a line'];
  const excerpt = (source[line - 1] ?? '').trim().slice(0, 60);
  return { path: key, line, message: `This is not valid YAML: at column ${col}${excerpt === '' ? '' : `, "${excerpt}"`}, ${what}; ${instead}.` };
}

/** Where the quote or bracket opens that does not close: the end of the file, where that shows, helps nobody. */
function opening(error: YAMLError, document: Document): number | undefined {
  const brackets = error.code === 'BAD_INDENT' && error.message.startsWith('Flow');
  if (!brackets && error.code !== 'MISSING_CHAR') return undefined;
  let start: number | undefined;
  visit(document, {
    Node: (_, node) => {
      const opens = isScalar(node) ? !brackets && (node.type === 'QUOTE_DOUBLE' || node.type === 'QUOTE_SINGLE') : (isMap(node) || isSeq(node)) && node.flow === true;
      if (opens && node.range && node.range[0] <= error.pos[0]) start = node.range[0];
    },
  });
  return start;
}

/** The keys that lead to a line, read off its indentation and that of the lines above: works in a file that cannot be parsed. */
function keyNear(source: readonly string[], line: number): ParameterPath {
  const path: string[] = [];
  let indent = Infinity;
  for (let at = line - 1; at >= 0 && indent > 0; at--) {
    const match = /^(\s*)(?:- )?["']?([\w.-]+)["']?\s*:/.exec((source[at] ?? '').replaceAll('\t', '  '));
    if (!match || (match[1] ?? '').length >= indent) continue;
    indent = (match[1] ?? '').length;
    path.unshift(match[2] ?? '');
  }
  return path;
}
