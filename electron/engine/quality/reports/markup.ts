/** HTML that is safe to write as it stands. Only `html` makes it, and it escapes everything else that is put in. */
export class Markup {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

type Part = Markup | string | number | null | undefined | false | readonly Part[];

/** A template of HTML: markup goes in as it is, lists one after another, all else escaped. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  return new Markup(strings.reduce((text, string, i) => text + string + (i < parts.length ? write(parts[i]) : ''), ''));
}

function write(part: Part): string {
  if (part instanceof Markup) return part.text;
  if (isList(part)) return part.map(write).join('');
  return part === null || part === undefined || part === false ? '' : escape(String(part));
}

const isList = (part: Part): part is readonly Part[] => Array.isArray(part);

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/**
 * A text as HTML, in an element or a quoted attribute. Characters that would change how the rest is read or cannot be seen
 * (controls, direction marks, zero-width characters, lone surrogates) are named by their number instead: `‹U+202E›`.
 */
export function escape(text: string): string {
  return text
    .replaceAll(/[&<>"']/g, (character) => entities[character] ?? '')
    .replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\p{Co}\u2028\u2029]/gu, (character) => `‹U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}›`);
}

/** A value out of the data: cut to `limit` characters with its length said, and isolated so that its direction ends with it. */
export function cell(value: unknown, limit: number): Markup {
  if (value === null || value === undefined) return html`<span class="none">none</span>`;
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return html`<bdi>${cut(text, limit)}</bdi>`;
}

/** The text's first `limit` characters, and how many there are in all where some are left out. */
export function cut(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const head = text.slice(0, limit);
  return `${/[\uD800-\uDBFF]$/.test(head) ? head.slice(0, -1) : head}… (${text.length.toLocaleString('en')} characters)`;
}
