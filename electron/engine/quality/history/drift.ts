import type { Drift, DriftReference } from '../../../../shared/contract/index.ts';
import { readContents } from '../../workspace/contents.ts';
import type { Session } from '../../workspace/session.ts';
import { readSketch } from './points.ts';
import { type ColumnSketch, sketchTable, TableSketch } from './sketch.ts';
import { columnDrift } from './stability.ts';

/** A table as it stands against itself at an earlier check or against another table, column by column of the same name. */
export async function tableDrift(session: Session, { schema, table, against }: { schema: string; table: string; against: DriftReference }): Promise<Drift> {
  const now = await currentSketch(session, schema, table);
  const side = (sketch: TableSketch, from: { schema: string; table: string; at: string | null }) => ({ ...from, rows: sketch.rows, sampled: sketch.sampled });
  const current = side(now.sketch, { schema, table, at: null });
  if ('point' in against) {
    const then = await readSketch(session, against.point, table);
    return { reference: side(then.sketch, { schema, table, at: then.at }), current, same: then.content === now.content, ...compare(then.sketch, now.sketch) };
  }
  const other = await currentSketch(session, against.schema, against.table);
  const same = against.schema === schema && against.table === table;
  return { reference: side(other.sketch, { ...against, at: null }), current, same, ...compare(other.sketch, now.sketch) };
}

/** The sketch of a table as it stands: a kept one when there is one of its content. */
export async function currentSketch(session: Session, schema: string, table: string): Promise<{ sketch: TableSketch; content: string | undefined }> {
  const content = schema === 'raw' ? (await readContents(session))[table] : undefined;
  const kept = content === undefined ? undefined : await session.first<{ sketch: string }>('SELECT sketch FROM store.quality_sketches WHERE content = ? AND table_name = ?', [content, table]);
  return { sketch: kept === undefined ? await sketchTable(session, schema, table) : TableSketch.parse(JSON.parse(kept.sketch)), content };
}

const kindWords: Record<ColumnSketch['kind'], string> = { numbers: 'numbers', times: 'times', texts: 'texts' };

/** Every column that both have, in the order of `current`. */
export function compare(reference: TableSketch, current: TableSketch): Pick<Drift, 'columns' | 'incomparable'> {
  const before = new Map(reference.columns.map((column) => [column.name, column]));
  const now = new Set(current.columns.map(({ name }) => name));
  const columns: Drift['columns'] = [];
  const incomparable: Drift['incomparable'] = reference.columns.filter(({ name }) => !now.has(name)).map(({ name }) => ({ name, why: 'Only the reference has it.' }));
  for (const column of current.columns) {
    const then = before.get(column.name);
    if (then === undefined) incomparable.push({ name: column.name, why: 'The reference does not have it.' });
    else if (then.kind !== column.kind) incomparable.push({ name: column.name, why: `It holds ${kindWords[then.kind]} in the reference and ${kindWords[column.kind]} here.` });
    else columns.push(columnDrift({ column: then, sampled: reference.sampled }, { column, sampled: current.sampled }));
  }
  return { columns, incomparable };
}
