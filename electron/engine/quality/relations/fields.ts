import { qualified } from '../../workspace/sql.ts';
import { idFromText, numberFromText, presentText, timestampFromText, wholeFromText } from './readable.ts';
import { hasColumn, hasTable, type Scope } from './scope.ts';

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

const readers = {
  id: { type: 'BIGINT', read: idFromText },
  whole: { type: 'BIGINT', read: wholeFromText },
  number: { type: 'DOUBLE', read: numberFromText },
  time: { type: 'BIGINT', read: timestampFromText },
  /** A text as it came, blanks around it included. */
  text: { type: 'VARCHAR', read: undefined },
} as const;

export type FieldKind = keyof typeof readers;

/**
 * Every row of a raw table, in SQL: `row_id` and `text_row_id` (one of them NULL), the fields as above, and what `facts`
 * adds by the row's place (`rowid`) or `file_id`. What the import typed it has read, so only the rows that had an
 * unreadable cell are read again.
 */
export function rawRows(scope: Scope, table: string, fields: Readonly<Record<string, FieldKind>>, facts: (by: 'rowid' | 'file_id') => readonly string[] = () => []): string {
  const select = (ids: string, columns: string[], by: 'rowid' | 'file_id', from: string) => `SELECT ${[ids, ...columns, ...facts(by)].join(', ')} FROM ${qualified('raw', from)}`;
  const entries = Object.entries(fields).map(([name, kind]) => ({ name, ...readers[kind], present: hasColumn(scope, table, name) }));
  const typed = select('rowid AS row_id, NULL::BIGINT AS text_row_id', entries.map(({ name, type, present }) => typedField(name, type, present)), 'rowid', table);
  if (!hasTable(scope, `${table}_text`)) return typed;
  const texts = entries.map(({ name, type, present, read }) => textField(name, type, present, read ?? ((text) => `CASE WHEN ${text} IS NOT NULL THEN ${name} END`)));
  return `${typed} UNION ALL ${select('NULL::BIGINT AS row_id, rowid AS text_row_id', texts, 'file_id', `${table}_text`)}`;
}
