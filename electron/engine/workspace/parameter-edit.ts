import { Document, isAlias, isMap, isPair, isScalar, isSeq, type LineCounter, type Node, type Pair, parseDocument, visit, YAMLMap } from 'yaml';
import type { ParameterPath } from './parameter-schema.ts';

export const parsing = { schema: 'core', resolveKnownTags: false, prettyErrors: false } as const;
const writing = { lineWidth: 0, minContentWidth: 0 } as const;

/**
 * The text of a YAML file with the value at `path` changed, or its key taken out where `value` is undefined; keys that hold
 * nothing any more go, too. Only the lines of that key change: comments, order, quotes and `${NAME}` elsewhere stay as they
 * are. `meant` is the whole file's plain data afterwards; an edit of lines that would not give it is made on the
 * document instead, which may lay the file out anew.
 */
export function editYaml(text: string, path: ParameterPath, value: unknown, meant: unknown): string {
  const document = parseDocument(text, parsing);
  const lean = value === undefined ? withoutLines(text, document, path) : withText(text, document, path, value);
  if (lean !== undefined && says(lean, meant)) return lean;
  if (value === undefined) remove(document, path);
  else put(document, path, value);
  const written = isMap(document.contents) && document.contents.items.length === 0 ? commentsOf(text) : document.toString(writing);
  return text.includes('\r\n') ? written.replaceAll(/\r?\n/g, '\r\n') : written;
}

function says(text: string, meant: unknown): boolean {
  const document = parseDocument(text, parsing);
  return document.errors.length === 0 && JSON.stringify(document.toJS() ?? {}) === JSON.stringify(meant);
}

/** The value put in the place of the one there, or on lines of its own at the end of the deepest group that there is. */
function withText(text: string, document: Document, path: ParameterPath, value: unknown): string | undefined {
  const node: unknown = document.getIn(path, true);
  if (isScalar(node) || (isSeq(node) && node.flow === true)) {
    const { range, anchor, tag } = node;
    if (!range || range[0] === range[1] || anchor !== undefined || tag !== undefined || (isScalar(node) && (node.type === 'BLOCK_FOLDED' || node.type === 'BLOCK_LITERAL'))) return undefined;
    return text.slice(0, range[0]) + flowText(value) + text.slice(range[1]);
  }
  if (node !== undefined) return undefined;
  const break_ = text.includes('\r\n') ? '\r\n' : '\n';
  let depth = path.length - 1;
  while (depth > 0 && !isMap(document.getIn(path.slice(0, depth), true))) depth--;
  const group: unknown = depth === 0 ? document.contents : document.getIn(path.slice(0, depth), true);
  const lines = (indent: number) => path.slice(depth).map((key, at, keys) => `${' '.repeat(indent + 2 * at)}${flowText(key)}:${at === keys.length - 1 ? ` ${flowText(value)}` : ''}`).join(break_);
  if (group === null) return `${text === '' || text.endsWith('\n') ? text : `${text}${break_}`}${lines(0)}${break_}`;
  if (!isMap(group) || group.flow === true) return undefined;
  const key = group.items[0]?.key;
  const last = group.items.at(-1);
  if (!isScalar(key) || !key.range || !last) return undefined;
  const begins = text.lastIndexOf('\n', key.range[0] - 1) + 1;
  const ends = lineEnd(text, lastOffset(last));
  return `${text.slice(0, ends)}${break_}${lines(key.range[0] - begins)}${text.slice(ends) === '' ? break_ : text.slice(ends)}`;
}

/** The text without the lines of the key, and of the keys above it that would hold nothing then. */
function withoutLines(text: string, document: Document, path: ParameterPath): string | undefined {
  let depth = path.length;
  while (depth > 1) {
    const above: unknown = document.getIn(path.slice(0, depth - 1), true);
    if (!isMap(above) || above.items.length !== 1) break;
    depth--;
  }
  const group: unknown = depth === 1 ? document.contents : document.getIn(path.slice(0, depth - 1), true);
  if (!isMap(group) || group.flow === true) return undefined;
  const pair = group.items.find(({ key }) => isScalar(key) && String(key.value) === path[depth - 1]);
  if (!pair || !isScalar(pair.key) || !pair.key.range) return undefined;
  const begins = text.lastIndexOf('\n', pair.key.range[0] - 1) + 1;
  if (text.slice(begins, pair.key.range[0]).trim() !== '') return undefined;
  // Comments between the lines of a group that goes are about its keys; they stay, as they may say why.
  const comments = text.slice(pair.key.range[0], lastOffset(pair)).split('\n').slice(1).filter((line) => line.trimStart().startsWith('#')).map((line) => `${line}\n`).join('');
  return text.slice(0, begins) + comments + text.slice(nextLine(text, lastOffset(pair)));
}

/** Where what a pair says ends, comments behind it left out. */
function lastOffset({ key, value }: Pair): number {
  return Math.max(endOf(key), endOf(value));
}

function endOf(node: unknown): number {
  if ((isMap(node) || isSeq(node)) && node.flow !== true) return Math.max(node.range?.[0] ?? 0, ...node.items.map((item) => (isPair(item) ? lastOffset(item) : endOf(item))));
  return isNode(node) ? (node.range?.[1] ?? 0) : 0;
}

function lineEnd(text: string, offset: number): number {
  const at = text.indexOf('\n', offset);
  return at < 0 ? text.length : text[at - 1] === '\r' ? at - 1 : at;
}

function nextLine(text: string, offset: number): number {
  const at = text.indexOf('\n', offset);
  return at < 0 ? text.length : at + 1;
}

/** A value on one line, quoted where it must be. */
function flowText(value: unknown): string {
  const document = new Document([value], { schema: 'core' });
  visit(document, { Collection: (_, node) => { node.flow = true; } });
  return document.toString({ ...writing, flowCollectionPadding: false }).trim().slice(1, -1);
}

function put(document: Document, path: ParameterPath, value: unknown): void {
  for (let depth = 0; depth < path.length; depth++) {
    const node: unknown = depth === 0 ? document.contents : document.getIn(path.slice(0, depth), true);
    if (!isScalar(node) || node.value !== null) continue;
    if (depth === 0) document.contents = new YAMLMap();
    else document.setIn(path.slice(0, depth), new YAMLMap());
  }
  document.setIn(path, value);
}

function remove(document: Document, path: ParameterPath): void {
  document.deleteIn(path);
  for (let above = path.slice(0, -1); above.length > 0; above = above.slice(0, -1)) {
    const node: unknown = document.getIn(above, true);
    if (isMap(node) && node.items.length === 0) document.deleteIn(above);
  }
}

/** The lines of comments, for a file whose last key goes: an empty document would print as `{}`. */
function commentsOf(text: string): string {
  return text.split(/\r?\n/).filter((line) => line.trimStart().startsWith('#')).map((line) => `${line}\n`).join('');
}

/** Line, from 1, of each key and list item that a document has, by its path. */
export function linesOf(document: Document, lines: LineCounter): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  const walk = (node: unknown, path: readonly string[]): void => {
    if (isMap(node)) {
      for (const { key, value } of node.items) {
        const name = isScalar(key) ? String(key.value) : String(key);
        const at = [...path, name];
        const offset = isNode(key) ? key.range?.[0] : undefined;
        if (offset !== undefined) found.set(at.join('\0'), lines.linePos(offset).line);
        walk(value, at);
      }
    } else if (isSeq(node)) {
      for (const [index, item] of node.items.entries()) {
        const at = [...path, String(index)];
        const offset = isNode(item) ? item.range?.[0] : undefined;
        if (offset !== undefined) found.set(at.join('\0'), lines.linePos(offset).line);
        walk(item, at);
      }
    }
  };
  walk(document.contents, []);
  return found;
}

function isNode(value: unknown): value is Node {
  return isScalar(value) || isMap(value) || isSeq(value) || isAlias(value);
}
