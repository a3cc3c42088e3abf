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
