import type { Cell } from '../../../../shared/contract/common.ts';
import type { PipelineStatus, Run, StageName } from '../../../../shared/contract/pipeline.ts';
import type { ParameterInfo } from '../../../../shared/contract/parameters.ts';
import type { CacheEntry, RunReport } from '../../../../shared/contract/runs.ts';

export interface Return {
  /** Stages whose visible build would be another, with the rows that they have now and had then. */
  readonly stages: readonly { readonly name: StageName; readonly now: number | null; readonly before: number | null; readonly kept: boolean }[];
  readonly parameters: readonly { readonly path: string; readonly now: Cell; readonly before: Cell }[];
}

/** What a return to an earlier run would change, before it is done. */
export function returnOf(run: Run, report: RunReport, status: Pick<PipelineStatus, 'stages'>, parameters: readonly ParameterInfo[], cache: readonly CacheEntry[]): Return {
  const stages = status.stages.flatMap(({ name, built }) => {
    const then = run.stages.find((stage) => stage.name === name);
    const by = then?.builtBy ?? null;
    if (by === (built?.run ?? null)) return [];
    return [{ name, now: built?.rowsOut ?? null, before: by === null ? null : (then?.rowsOut ?? null), kept: by === null || cache.some((entry) => entry.stage === name && entry.run === by && entry.kind !== 'checkpoint') }];
  });
  const changed = parameters.flatMap(({ path, value, default: usual }) => {
    const then = path in report.parameters ? (report.parameters[path] ?? null) : usual;
    return JSON.stringify(then) === JSON.stringify(value) ? [] : [{ path, now: value, before: then }];
  });
  return { stages, parameters: changed };
}
