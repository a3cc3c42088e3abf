import { scryptSync } from 'node:crypto';

const reference = /\$\{([^}]*)\}/g;
/** Shorter values are part of too many words to be told apart from them. */
const SHORTEST_SECRET = 4;

/** The names of the environment variables that a text stands for, as they are written: `${NAME}` gives `NAME`. */
export function variablesIn(text: string): string[] {
  return [...text.matchAll(reference)].map((match) => match[1] ?? '');
}

/** The text with each `${NAME}` replaced by what `valueOf` says; left as it is where that says nothing. */
export function fillIn(text: string, valueOf: (name: string) => string | undefined): string {
  return text.replaceAll(reference, (whole, name: string) => valueOf(name) ?? whole);
}

/**
 * The values of environment variables that parameters were filled in with, by name: what must never be printed.
 * Values that were once used stay known, so that a later message cannot hold them either.
 */
export class Secrets {
  readonly #names = new Map<string, string>();
  readonly #prints = new Map<string, string>();

  add(name: string, value: string): void {
    if (value.length >= SHORTEST_SECRET) this.#names.set(value, name);
  }

  /** The text with every value replaced by its `${NAME}`, also where it stands encoded for a web address or for JSON. */
  redact(text: string): string {
    let clean = text;
    for (const [value, name] of [...this.#names].toSorted(([a], [b]) => b.length - a.length)) {
      for (const form of new Set([value, encodeURIComponent(value), JSON.stringify(value).slice(1, -1)])) clean = clean.replaceAll(form, () => `\${${name}}`);
    }
    return clean;
  }

  /**
   * A mark that is another one when the value is: what a stage that reads the value is keyed by. It takes some 50 ms to
   * make, on purpose: whoever has the mark cannot try many values.
   */
  print(name: string, value: string): string {
    const known = `${name}\0${value}`;
    const print = this.#prints.get(known) ?? scryptSync(value, `reelbench ${name}`, 6).toString('hex');
    this.#prints.set(known, print);
    return print;
  }
}
