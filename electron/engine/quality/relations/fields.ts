import { presentText } from './readable.ts';

/**
 * One field of a relation over a raw table, as four columns: the value (NULL when missing or unreadable), `<name>_missing`,
 * `<name>_unreadable` and `<name>_text`, what stands in the file.
 */
function field(name: string, columns: { value: string; missing: string; unreadable: string; text: string }): string {
  return `${columns.missing} AS ${name}_missing, ${columns.unreadable} AS ${name}_unreadable, ${columns.value} AS ${name}, ${columns.text} AS ${name}_text`;
}

const absent = (name: string, type: string) => field(name, { value: `NULL::${type}`, missing: 'false', unreadable: 'false', text: 'NULL::VARCHAR' });

/** A field of a typed raw column. `unreadable` says which of its values are none; leave it out where there are no such values. */
export function typedField(name: string, type: string, present: boolean, unreadable?: string): string {
  if (!present) return absent(name, type);
  return field(name, {
    value: unreadable === undefined ? name : `CASE WHEN NOT (${unreadable}) THEN ${name} END`,
    missing: `${name} IS NULL`, unreadable: unreadable ?? 'false', text: `CAST(${name} AS VARCHAR)`,
  });
}

/** The same field from the text of a row that had an unreadable cell. */
export function textField(name: string, type: string, present: boolean, parse: (text: string) => string): string {
  if (!present) return absent(name, type);
  const text = presentText(name);
  return field(name, { value: parse(`(${text})`), missing: `${text} IS NULL`, unreadable: `${text} IS NOT NULL AND ${parse(`(${text})`)} IS NULL`, text: name });
}
