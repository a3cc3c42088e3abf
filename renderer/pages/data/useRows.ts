import { useEffect, useMemo, useState } from 'react';
import type { Filter, Sort, TableInfo } from '../../../shared/contract/common.ts';
import type { ReelbenchError } from '../../../shared/domain/error.ts';
import { asReelbenchError } from '../../host/engine.ts';
import { host } from '../../host/host.ts';
import { RowBlocks, type Row } from './grid/blocks.ts';

/** Rows at the top that the engine answers before a view's order is worked out. */
const TOP = 1000;
const POLL_MS = 300;

export interface Rows {
  readonly blocks: RowBlocks;
  /** How many the view has; null until the first of them are there. */
  readonly total: number | null;
  /** How far the view's order is worked out, from 0 to 1 (null: under way, unknown how far); undefined when nothing is under way. */
  readonly ordering: number | null | undefined;
  /** Decimals that each column's figures are shown with, so that they line up; known from the first rows. */
  readonly decimals: readonly (number | undefined)[];
  readonly error: ReelbenchError | null;
  /** Asks again after an error. */
  readonly retry: () => void;
}

interface State {
  readonly total: number | null;
  readonly ordering: number | null | undefined;
  readonly error: ReelbenchError | null;
}
const nothing: State = { total: null, ordering: undefined, error: null };

/** The most decimals among a column's first values, at most four. */
const decimalsOf = (rows: readonly Row[], index: number): number | undefined =>
  rows.reduce<number | undefined>((most, row) => (typeof row[index] === 'number' ? Math.max(most ?? 0, Math.min(4, String(row[index]).split('.')[1]?.length ?? 0)) : most), undefined);

/** The engine gives an order up when rows may have changed; whoever still wants it asks once more. */
async function again<T>(ask: () => Promise<T>, signal: AbortSignal): Promise<T> {
  try {
    return await ask();
  } catch (thrown) {
    if (signal.aborted || asReelbenchError(thrown).code !== 'cancelled') throw thrown;
    return ask();
  }
}

/** The rows of a view, fetched as they come into view; `version` moves when they may have changed. Give `filters` and `sort` a steady identity. */
export function useRows(table: TableInfo, filters: Filter[], sort: Sort[], version: number): Rows {
  const { schema, name, columns } = table;
  const [attempt, setAttempt] = useState(0);
  // A new version of the rows, and another attempt, begin anew.
  const reading = `${version} ${attempt}`;
  const [state, setState] = useState<State & { readonly of: RowBlocks | null }>({ ...nothing, of: null });
  const [decimals, setDecimals] = useState<readonly (number | undefined)[]>([]);

  const blocks = useMemo(() => {
    const made: RowBlocks = new RowBlocks(
      reading,
      async (limit, offset, signal) => {
        const page = await again(() => host.call('tables.rows', { schema, table: name, filters, sort, limit, offset }, signal), signal);
        if (!signal.aborted) {
          setState((before) => ({ ...(before.of === made ? before : nothing), of: made, total: page.total, error: null }));
          setDecimals((known) => (known.some((digits) => digits !== undefined) ? known : columns.map((_, index) => decimalsOf(page.rows, index))));
        }
        return page;
      },
      (thrown) => setState((before) => ({ ...(before.of === made ? before : nothing), of: made, error: asReelbenchError(thrown) })),
    );
    if (filters.length > 0 || sort.length > 0) made.fetchAhead(false);
    return made;
  }, [schema, name, columns, filters, sort, reading]);
  useEffect(() => () => blocks.stop(), [blocks]);

  const current = state.of === blocks ? state : nothing;
  const { total } = current;
  const long = total !== null && total > TOP && (filters.length > 0 || sort.length > 0);
  useEffect(() => {
    if (!long) {
      blocks.fetchAhead(true);
      return undefined;
    }
    const abort = new AbortController();
    const arrange = async () => {
      for (;;) {
        const { ready, share } = await again(() => host.call('tables.arrange', { schema, table: name, filters, sort, wait: POLL_MS }, abort.signal), abort.signal);
        if (abort.signal.aborted) return;
        setState((before) => (before.of === blocks ? { ...before, ordering: ready ? undefined : share } : before));
        if (ready) break;
      }
      blocks.fetchAhead(true);
    };
    arrange().catch((thrown: unknown) => {
      const error = asReelbenchError(thrown);
      if (!abort.signal.aborted && error.code !== 'cancelled') setState((before) => (before.of === blocks ? { ...before, ordering: undefined, error } : before));
    });
    return () => abort.abort();
  }, [long, blocks, schema, name, filters, sort]);

  return { blocks, ...current, decimals, retry: () => setAttempt(attempt + 1) };
}
