/** The keys and cells of one object of NDJSON or of a JSON array: `null` for JSON's null, JSON text for what is nested. Answers the reason when it is no object. */
export function parseObject(line: string, what: 'line' | 'item' = 'line'): Map<string, string | null> | string {
  let value: unknown;
  try {
    value = /\d{16}/.test(line) ? JSON.parse(line, keepDigits) : JSON.parse(line);
  } catch {
    return `The ${what} is not a JSON object.`;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return `The ${what} is not a JSON object.`;
  return new Map(Object.entries(value).map(([key, cell]) => [key, cell === null ? null : typeof cell === 'object' ? JSON.stringify(cell) : String(cell)]));
}

/** Numbers with more digits than a double holds stay as they are written, where the runtime tells. */
function keepDigits(this: unknown, _key: string, value: unknown, context?: { source?: string }): unknown {
  return typeof value === 'number' && !Number.isSafeInteger(value) && context?.source !== undefined ? context.source : value;
}
