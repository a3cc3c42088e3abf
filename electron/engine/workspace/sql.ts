/** The one place that quotes SQL. Values are bound as parameters; only where DuckDB takes none are they quoted here. */

export function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** `schema.table`, each part quoted. */
export function qualified(schema: string, table: string): string {
  return `${identifier(schema)}.${identifier(table)}`;
}

export function literal(value: string | number | boolean | null): string {
  if (value === null) return 'NULL';
  if (typeof value === 'string') return `'${value.replaceAll("'", "''")}'`;
  return String(value);
}

export function listOf(values: readonly (string | number)[]): string {
  return `[${values.map(literal).join(', ')}]`;
}

/** A file's path for DuckDB's readers, which would otherwise take `*`, `?` and `[` in it as a pattern. */
export function exactPath(path: string): string {
  return path.replace(/[*?[]/g, '[$&]');
}

const blanks = literal(' \t\n\v\f\r\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000\ufeff');

/** A text without the blanks around it, in SQL: all that `String.prototype.trim` takes away, where DuckDB's `trim` alone takes spaces. */
export function trimmed(text: string): string {
  return `trim(${text}, ${blanks})`;
}

/** Whether a text, which is not empty, has blanks around it: what `trimmed` would change, at a tenth of its price. */
export function hasOuterBlanks(text: string): string {
  return `(contains(${blanks}, left(${text}, 1)) OR contains(${blanks}, right(${text}, 1)))`;
}
