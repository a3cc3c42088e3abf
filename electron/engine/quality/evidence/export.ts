import { type ExportResult, ReelbenchError } from '../../../../shared/contract/index.ts';
import type { EngineContext } from '../../workspace/context.ts';
import { copySql, exportFile, neutralised } from '../../workspace/export-file.ts';
import type { JobContext } from '../../workspace/jobs.ts';
import { withProgress } from '../../workspace/progress.ts';
import { identifier, literal } from '../../workspace/sql.ts';
import { buildDecided } from '../decisions/decided.ts';
import { failingSql, locatedSql } from '../evidence.ts';
import { Relations } from '../relations/index.ts';
import { readScope } from '../relations/scope.ts';
import { obstacle, type Rule } from '../rules/rule.ts';
import { evidenceOf, keyNames, orderOf, orderSql, type RowsView, whereSql } from './rows.ts';

/** Writes all failing rows or groups of a rule, filtered and sorted as shown: the keys, then what is wrong and where. */
export function exportFailing(engine: EngineContext, rule: Rule, view: RowsView, { format, neutralise }: { format: 'csv' | 'parquet'; neutralise: boolean }, job: JobContext): Promise<ExportResult> {
  if (rule.unit === 'table') throw new ReelbenchError('invalid-arguments', `${rule.id} gives one figure; it has no failing rows.`);
  const { quality } = engine.parameters().values;
  return exportFile(engine, job, { name: rule.id, format }, async (session, file) => {
    // One snapshot for all that is read.
    await session.run('BEGIN TRANSACTION');
    const scope = await readScope(session, quality, engine.clock(), null, rule.own ? [rule] : []);
    const why = obstacle(rule, scope);
    if (why !== undefined) throw new ReelbenchError('not-ready', `${rule.id} did not run. ${why}`);
    const relations = new Relations(session, scope);
    await relations.need(rule.over);
    await buildDecided(session, scope);
    const evidence = evidenceOf(rule, quality, locatedSql(rule.table, failingSql(rule, scope), scope), orderOf(rule));
    const where = whereSql(evidence, view.filters);
    const { n } = await session.one<{ n: number }>(`SELECT count(*) AS n FROM (${evidence.sql}) ${where.sql}`, where.values);
    const keys = keyNames(rule).map((name) => `key.${identifier(name)} AS ${identifier(name)}`).join(', ');
    const rows = `SELECT ${keys}, ${literal(rule.column)}::VARCHAR AS "column", value, reason, file, line, state FROM (${evidence.sql}) ${where.sql} ${orderSql(evidence, view.sort)}`;
    const { columns } = await session.table(`SELECT * FROM (${rows}) LIMIT 0`, where.values);
    const selected = columns.map((column) => (format === 'csv' && neutralise ? neutralised(column) : identifier(column.name))).join(', ');
    await withProgress(session, job, { detail: `${rule.id}.${format}`, rows: n }, () => session.run(copySql(`SELECT ${selected} FROM (${rows})`, file, format), where.values));
    await session.run('ROLLBACK');
    return n;
  });
}
