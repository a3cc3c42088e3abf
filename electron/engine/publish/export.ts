import { type Column, type ExportResult, ReelbenchError, type TableView } from '../../../shared/contract/index.ts';
import type { EngineContext } from '../workspace/context.ts';
import { copySql, exportFile, type ExportFormat, neutralised } from '../workspace/export-file.ts';
import type { JobContext } from '../workspace/jobs.ts';
import { withProgress } from '../workspace/progress.ts';
import { identifier } from '../workspace/sql.ts';
import { viewSql } from '../workspace/views.ts';

interface ExportOptions {
  readonly format: ExportFormat;
  readonly neutralise: boolean;
  /** In this order; without them all, as in the table. */
  readonly columns?: readonly string[] | undefined;
}

/**
 * Writes a view of a table into a file and grants it to the host. With `neutralise`, texts in CSV that a spreadsheet
 * would run as a formula get a quote in front.
 */
export function exportView(engine: EngineContext, view: TableView, { format, neutralise, columns: chosen }: ExportOptions, job: JobContext): Promise<ExportResult> {
  return exportFile(engine, job, { name: view.table, format }, async (session, file) => {
    // One snapshot for the check of the view and for its rows.
    await session.run('BEGIN TRANSACTION READ ONLY');
    const { columns, from, order, parameters } = await viewSql(session, view);
    const { n } = await session.one<{ n: number }>(`SELECT count(*) AS n ${from}`, parameters);
    const selected = (chosen?.map((name) => columnNamed(columns, name)) ?? columns).map((column) => (format === 'csv' && neutralise ? neutralised(column) : identifier(column.name))).join(', ');
    await withProgress(session, job, { detail: `${view.table}.${format}`, rows: n }, () => session.run(copySql(`SELECT ${selected} ${from} ${order}`, file, format), parameters));
    return n;
  });
}

function columnNamed(columns: readonly Column[], name: string): Column {
  const column = columns.find((other) => other.name === name);
  if (column === undefined) throw new ReelbenchError('not-found', `There is no column ${name} to export.`, { column: name });
  return column;
}
