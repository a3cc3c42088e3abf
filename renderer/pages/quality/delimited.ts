import { formatCell } from '../../components/format.ts';

/** Rows as text for a spreadsheet's clipboard: tabs between cells, a header first. */
export function toTabs(header: readonly string[], rows: readonly (readonly unknown[])[]): string {
  const cell = (value: unknown) => formatCell(value).replaceAll(/[\t\r\n]+/g, ' ');
  return [header, ...rows].map((row) => row.map(cell).join('\t')).join('\n');
}

/** One record of a CSV file. Texts that a spreadsheet would run as a formula get an apostrophe before them. */
export function toCsvLine(row: readonly unknown[]): string {
  return `${row
    .map((value) => {
      const text = formatCell(value);
      const safe = typeof value === 'string' && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
      return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
    })
    .join(',')}\r\n`;
}
