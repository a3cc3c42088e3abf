import type { EvidenceFilter, FailingRow, Sort } from '../../../shared/contract/index.ts';
import type { ExportResult } from '../../../shared/contract/methods.ts';
import { ReelbenchError } from '../../../shared/domain/error.ts';
import { host } from '../../host/host.ts';
import { jobEnd } from '../../host/jobs.ts';

interface RowsView {
  readonly rule: string;
  readonly sort: Sort[];
  readonly filters: EvidenceFilter[];
}

/** The first `limit` failing rows of a rule, sorted and filtered as shown; at most 10,000. */
export async function copyRows(view: RowsView, limit: number): Promise<FailingRow[]> {
  return (await host.call('quality.rows', { ...view, limit, offset: 0 })).rows;
}

const isExportResult = (value: unknown): value is ExportResult => typeof value === 'object' && value !== null && 'file' in value;

/** Offers all failing rows of a rule, sorted and filtered as shown, as a file; answers how many, or null when the dialog was dismissed. */
export async function saveFailingRows(view: RowsView, format: 'csv' | 'parquet'): Promise<number | null> {
  const { jobId } = await host.call('quality.rows.export', { ...view, format });
  const job = await jobEnd(jobId);
  if (job.status !== 'succeeded' || !isExportResult(job.result)) throw job.error === undefined ? new ReelbenchError('cancelled', 'The export was cancelled.') : ReelbenchError.from(job.error);
  return (await host.save(job.result.file, `${view.rule}.${format}`)) ? job.result.rows : null;
}
