/** What a Python literal or a JSON text stands for. Whole numbers that a double cannot hold are texts of their digits. */
export type Literal = null | boolean | number | string | readonly Literal[] | { readonly [key: string]: Literal };

/** Why a text is no literal; `position` counts characters from 1. */
export interface LiteralProblem {
  readonly problem: string;
  readonly position: number;
}

export const MAX_LITERAL_LENGTH = 4 * 1024 * 1024;
export const MAX_LITERAL_DEPTH = 64;

const words: Readonly<Record<string, Literal>> = { None: null, null: null, nan: null, NaN: null, True: true, true: true, False: false, false: false };
const simpleEscapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f', v: '\v', a: '\u0007', '\\': '\\', "'": "'", '"': '"', '/': '/', '\n': '' };
const closing: Readonly<Record<string, string>> = { '[': ']', '(': ')' };

/**
 * Reads a Python literal as `repr` writes it, or JSON: lists, tuples, dictionaries with text or number keys, strings of
 * either quote with their escapes, numbers, `None`, `True`, `False`. It is read by this grammar alone and never evaluated;
 * its time is linear in the text. Longer than MAX_LITERAL_LENGTH or deeper than MAX_LITERAL_DEPTH is a problem.
 */
export function parseLiteral(text: string): { readonly value: Literal } | LiteralProblem {
  if (text.length > MAX_LITERAL_LENGTH) return { problem: `the text is longer than ${MAX_LITERAL_LENGTH} characters`, position: MAX_LITERAL_LENGTH + 1 };
  try {
    return { value: new Reader(text).whole() };
  } catch (error) {
    if (error instanceof NoLiteral) return { problem: error.message, position: error.position };
    throw error;
  }
}

class NoLiteral extends Error {
  readonly position: number;
  constructor(problem: string, at: number) {
    super(problem);
    this.position = at + 1;
  }
}

class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  whole(): Literal {
    const value = this.#value(0);
    this.#blanks();
    if (this.#at < this.#text.length) throw this.#unexpected('the end');
    return value;
  }

  #value(depth: number): Literal {
    if (depth > MAX_LITERAL_DEPTH) throw new NoLiteral(`lists lie more than ${MAX_LITERAL_DEPTH} deep`, this.#at);
    this.#blanks();
    const first = this.#text[this.#at] ?? '';
    if (first === '[' || first === '(') return this.#list(closing[first] ?? '', depth);
    if (first === '{') return this.#dictionary(depth);
    if (first === "'" || first === '"') return this.#string(first);
    if (/[-+.\d]/.test(first)) return this.#number();
    return this.#word();
  }

  #list(end: string, depth: number): Literal {
    const opened = this.#at++;
    const items: Literal[] = [];
    for (;;) {
      if (this.#closes(end, opened)) return items;
      items.push(this.#value(depth + 1));
      this.#separator(end, opened);
    }
  }

  #dictionary(depth: number): Literal {
    const opened = this.#at++;
    const entries: [string, Literal][] = [];
    for (;;) {
      if (this.#closes('}', opened)) return Object.fromEntries(entries);
      const at = this.#at;
      const key = this.#value(depth + 1);
      if (typeof key !== 'string' && typeof key !== 'number') throw new NoLiteral('a key is neither a text nor a number', at);
      this.#blanks();
      if (this.#text[this.#at] !== ':') throw this.#unexpected('“:”');
      this.#at++;
      entries.push([String(key), this.#value(depth + 1)]);
      this.#separator('}', opened);
    }
  }

  /** Steps over the closing bracket if it comes next. */
  #closes(end: string, opened: number): boolean {
    this.#blanks();
    if (this.#at >= this.#text.length) throw new NoLiteral(`“${this.#text[opened] ?? ''}” is never closed`, opened);
    if (this.#text[this.#at] !== end) return false;
    this.#at++;
    return true;
  }

  #separator(end: string, opened: number): void {
    this.#blanks();
    if (this.#at >= this.#text.length) throw new NoLiteral(`“${this.#text[opened] ?? ''}” is never closed`, opened);
    if (this.#text[this.#at] === ',') this.#at++;
    else if (this.#text[this.#at] !== end) throw this.#unexpected(`“,” or “${end}”`);
  }

  #string(quote: string): string {
    const opened = this.#at++;
    let value = '';
    for (;;) {
      const from = this.#at;
      let next = this.#text[this.#at];
      while (next !== undefined && next !== quote && next !== '\\' && next !== '\0') next = this.#text[++this.#at];
      value += this.#text.slice(from, this.#at);
      if (next === undefined) throw new NoLiteral('a text is opened here and never closed', opened);
      if (next === '\0') throw new NoLiteral('a NUL character', this.#at);
      this.#at++;
      if (next === quote) return value;
      value += this.#escape();
    }
  }

  /** What stands after a backslash. One that Python does not know stands for itself, backslash included. */
  #escape(): string {
    const at = this.#at - 1;
    const sign = this.#text[this.#at++] ?? '';
    const simple = simpleEscapes[sign];
    if (simple !== undefined) return simple;
    const digits = { x: 2, u: 4, U: 8 }[sign];
    let code: number;
    if (digits !== undefined) {
      const hex = this.#text.slice(this.#at, this.#at + digits);
      if (!/^[\da-f]+$/i.test(hex) || hex.length !== digits) throw new NoLiteral(`\\${sign} wants ${digits} hexadecimal digits`, at);
      this.#at += digits;
      code = Number.parseInt(hex, 16);
    } else if (/[0-7]/.test(sign)) {
      const octal = /^[0-7]{1,3}/.exec(this.#text.slice(this.#at - 1, this.#at + 2))?.[0] ?? sign;
      this.#at += octal.length - 1;
      code = Number.parseInt(octal, 8);
    } else return `\\${sign}`;
    if (code === 0 || code > 0x10ffff) throw new NoLiteral(code === 0 ? 'a NUL character' : 'no such character', at);
    return String.fromCodePoint(code);
  }

  #number(): number | string {
    const form = /[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?/y;
    form.lastIndex = this.#at;
    const digits = form.exec(this.#text)?.[0];
    const value = Number(digits);
    if (digits === undefined || !Number.isFinite(value)) throw this.#unexpected('a number');
    this.#at += digits.length;
    return /^[-+]?\d+$/.test(digits) && !Number.isSafeInteger(value) ? digits.replace('+', '') : value;
  }

  #word(): Literal {
    const form = /[A-Za-z_]\w*/y;
    form.lastIndex = this.#at;
    const word = form.exec(this.#text)?.[0];
    const quote = this.#text[this.#at + 1];
    if (word === 'u' && (quote === "'" || quote === '"')) {
      this.#at++;
      return this.#string(quote);
    }
    if (word === undefined || !Object.hasOwn(words, word)) throw this.#unexpected('a value');
    this.#at += word.length;
    return words[word] ?? null;
  }

  #blanks(): void {
    for (let sign = this.#text[this.#at]; sign === ' ' || sign === '\n' || sign === '\t' || sign === '\r'; sign = this.#text[this.#at]) this.#at++;
  }

  #unexpected(wanted: string): NoLiteral {
    const found = this.#text.slice(this.#at, this.#at + 12);
    return new NoLiteral(found === '' ? `the text ends where ${wanted} is expected` : `“${found}” stands where ${wanted} is expected`, this.#at);
  }
}
