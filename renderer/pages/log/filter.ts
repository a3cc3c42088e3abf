import type { LogFilter } from '../../../shared/contract/log.ts';
import { type LogLevel, logLevels } from '../../../shared/domain/log.ts';

/** The filter as the address holds it: `#/log?levels=warn,error&run=…`. Times are texts as the fields give them, in local time. */
export interface LogView {
  readonly levels: readonly LogLevel[];
  readonly text: string;
  readonly job: string;
  readonly run: string;
  readonly stage: string;
  readonly since: string;
  readonly until: string;
}

const texts = ['text', 'job', 'run', 'stage', 'since', 'until'] as const;

export function viewOf(params: URLSearchParams): LogView {
  const named = new Set(params.get('levels')?.split(','));
  const levels = logLevels.filter((level) => named.has(level));
  const text = (key: (typeof texts)[number]) => params.get(key) ?? '';
  return { levels: levels.length === 0 ? logLevels : levels, text: text('text'), job: text('job'), run: text('run'), stage: text('stage'), since: text('since'), until: text('until') };
}

/** What of the view is not as usual, for the address. */
export function paramsOf(view: LogView): Record<string, string> {
  return Object.fromEntries([
    ...(view.levels.length === logLevels.length || view.levels.length === 0 ? [] : [['levels', view.levels.join(',')]]),
    ...texts.flatMap((key) => (view[key] === '' ? [] : [[key, view[key]]])),
  ]);
}

/** The view as the engine is asked for it; a time that cannot be read counts as none. */
export function filterOf({ levels, text, job, run, stage, since, until }: LogView): LogFilter {
  const moment = (value: string) => (value === '' || Number.isNaN(Date.parse(value)) ? undefined : new Date(value).toISOString());
  const [from, to] = [moment(since), moment(until)];
  return {
    ...(levels.length === logLevels.length ? {} : { levels: [...levels] }),
    ...(text.trim() === '' ? {} : { text: text.trim() }),
    ...(job === '' ? {} : { job }),
    ...(run === '' ? {} : { run }),
    ...(stage === '' ? {} : { stage }),
    ...(from === undefined ? {} : { since: from }),
    ...(to === undefined ? {} : { until: to }),
  };
}

export const isFiltered = (view: LogView): boolean => Object.keys(paramsOf(view)).length > 0;
