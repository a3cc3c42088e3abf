import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import yazl from 'yazl';

/** A cell as a test writes it: a number with the style of a date, or XML of its own, where a plain value will not do. */
export type TestCell = string | number | boolean | null | { readonly number: number; readonly style: number } | { readonly error: string } | { readonly inline: string } | { readonly xml: string };

export interface TestSheet {
  readonly name: string;
  readonly rows: readonly (readonly TestCell[])[];
  readonly hidden?: boolean;
  /** XML behind the rows, for instance merged cells. */
  readonly after?: string;
}

const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
const head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"';
const relation = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';

export function columnName(index: number): string {
  return (index >= 26 ? columnName(Math.floor(index / 26) - 1) : '') + String.fromCharCode(65 + (index % 26));
}

/** Styles: 0 plain, 1 a date (14), 2 a date and time of its own code, 3 a time (20), 4 a number with “m” in quotes. */
const styles = `${head}<styleSheet ${main}><numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd\\ hh:mm:ss"/><numFmt numFmtId="165" formatCode="0.0&quot; m&quot;"/></numFmts>
<cellStyleXfs count="1"><xf numFmtId="14"/></cellStyleXfs><cellXfs count="5"><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="20"/><xf numFmtId="165"/></cellXfs></styleSheet>`;

/** The parts of a workbook, by their names. `from1904` sets its epoch. */
export function workbookParts(sheets: readonly TestSheet[], { from1904 = false }: { from1904?: boolean } = {}): Map<string, string> {
  const shared: string[] = [];
  const cellXml = (cell: TestCell, place: string): string => {
    if (cell === null) return '';
    if (typeof cell === 'number') return `<c r="${place}"><v>${cell}</v></c>`;
    if (typeof cell === 'boolean') return `<c r="${place}" t="b"><v>${cell ? 1 : 0}</v></c>`;
    if (typeof cell === 'string') return `<c r="${place}" t="s"><v>${shared.push(cell) - 1}</v></c>`;
    if ('number' in cell) return `<c r="${place}" s="${cell.style}"><v>${cell.number}</v></c>`;
    if ('error' in cell) return `<c r="${place}" t="e"><f>A1/0</f><v>${cell.error}</v></c>`;
    return 'inline' in cell ? `<c r="${place}" t="inlineStr"><is><t xml:space="preserve">${escaped(cell.inline)}</t></is></c>` : cell.xml;
  };
  const parts = new Map<string, string>();
  sheets.forEach(({ rows, after = '' }, i) => {
    const data = rows.map((row, r) => (row.length === 0 ? '' : `<row r="${r + 1}">${row.map((cell, c) => cellXml(cell, `${columnName(c)}${r + 1}`)).join('')}</row>`)).join('\n');
    parts.set(`xl/worksheets/sheet${i + 1}.xml`, `${head}<worksheet ${main}><sheetData>${data}</sheetData>${after}</worksheet>`);
  });
  parts.set('[Content_Types].xml', `${head}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>`);
  parts.set('_rels/.rels', `${head}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="${relation}/officeDocument" Target="xl/workbook.xml"/></Relationships>`);
  parts.set('xl/workbook.xml', `${head}<workbook ${main}><workbookPr${from1904 ? ' date1904="1"' : ''}/><sheets>${sheets.map(({ name, hidden }, i) => `<sheet name="${escaped(name)}" sheetId="${i + 1}" r:id="rId${i + 1}"${hidden ? ' state="hidden"' : ''}/>`).join('')}</sheets></workbook>`);
  parts.set('xl/_rels/workbook.xml.rels', `${head}<Relationships>${sheets.map((_, i) => `<Relationship Id="rId${i + 1}" Type="${relation}/worksheet" Target="worksheets/sheet${i + 1}.xml"/>`).join('')}
<Relationship Id="rIdS" Type="${relation}/styles" Target="styles.xml"/><Relationship Id="rIdT" Type="${relation}/sharedStrings" Target="/xl/sharedStrings.xml"/></Relationships>`);
  parts.set('xl/styles.xml', styles);
  parts.set('xl/sharedStrings.xml', `${head}<sst ${main}>${shared.map((text) => `<si><t xml:space="preserve">${escaped(text)}</t></si>`).join('')}</sst>`);
  return parts;
}

/** Writes parts as a .xlsx file; a part may be a stream of its text. */
export async function writeParts(file: string, parts: ReadonlyMap<string, string | Iterable<string>>): Promise<void> {
  const zip = new yazl.ZipFile();
  for (const [name, part] of parts) {
    if (typeof part === 'string') zip.addBuffer(Buffer.from(part), name);
    else zip.addReadStream(Readable.from(part), name);
  }
  zip.end();
  await pipeline(zip.outputStream, createWriteStream(file));
}

export function writeWorkbook(file: string, sheets: readonly TestSheet[], options: { from1904?: boolean } = {}): Promise<void> {
  return writeParts(file, workbookParts(sheets, options));
}
