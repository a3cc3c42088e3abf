import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { LogEntry, LogFilter, LogPage } from '../../../shared/contract/log.ts';
import type { ReelbenchError } from '../../../shared/domain/error.ts';
import { asReelbenchError } from '../../host/engine.ts';
import { host } from '../../host/host.ts';

const PAGE = 500;

export interface Lines {
  /** The oldest first. */
  readonly entries: readonly LogEntry[];
  /** How many were put before those that were there, since the filter was set: a view that is scrolled moves by as many. */
  readonly before: number;
  /** Whether older lines may be had. */
  readonly more: boolean;
  readonly loading: boolean;
  /** How far back was read, where lines are still sought. */
  readonly reached: string | null;
  readonly failing: LogPage['failing'];
  readonly error: ReelbenchError | null;
}

const none: Lines = { entries: [], before: 0, more: false, loading: true, reached: null, failing: null, error: null };

/** The lines that a filter wants: the newest at first, older ones as they are asked for, and new ones as they are written. For one filter: another one takes another component. */
export function useLogLines(filter: LogFilter): Lines & { readonly loadOlder: () => void } {
  const [lines, setLines] = useState(none);
  const key = JSON.stringify(filter);
  const older = useRef<() => void>(() => undefined);

  useEffect(() => {
    const asked = new AbortController();
    const wanted = JSON.parse(key) as LogFilter;
    let olderCursor: string | null = null;
    let newerCursor: string | undefined;
    let reading = false;
    let changed = false;

    const read = async (work: () => Promise<void>) => {
      if (reading) return;
      reading = true;
      try {
        await work();
      } catch (thrown) {
        if (!asked.signal.aborted) setLines((now) => ({ ...now, loading: false, error: asReelbenchError(thrown) }));
      } finally {
        reading = false;
      }
      if (changed && !asked.signal.aborted) void readNewer();
    };
    const readOlder = () =>
      read(async () => {
        // One call reads a bounded piece of the log; where that holds too little, the next piece is read.
        for (let found = 0; found < PAGE / 2; ) {
          const page = await host.call('log.read', { ...wanted, limit: PAGE, ...(olderCursor === null ? {} : { cursor: olderCursor }) }, asked.signal);
          if (asked.signal.aborted) return;
          newerCursor ??= page.newer;
          olderCursor = page.older;
          found += page.entries.length;
          const done = page.older === null || found >= PAGE / 2;
          setLines((now) => ({ entries: [...page.entries, ...now.entries], before: now.before + page.entries.length, more: page.older !== null, loading: !done, reached: page.reached, failing: page.failing, error: null }));
          if (done) return;
        }
      });
    const readNewer = () => {
      changed = true;
      return read(async () => {
        changed = false;
        for (;;) {
          if (newerCursor === undefined) return;
          const page = await host.call('log.read', { ...wanted, limit: PAGE, cursor: newerCursor, direction: 'newer' }, asked.signal);
          if (asked.signal.aborted) return;
          const moved = page.newer !== newerCursor;
          newerCursor = page.newer;
          setLines((now) => ({ ...now, entries: page.entries.length === 0 ? now.entries : [...now.entries, ...page.entries], failing: page.failing }));
          if (!moved) return;
        }
      });
    };

    older.current = () => {
      if (olderCursor === null || reading) return;
      setLines((now) => ({ ...now, loading: true }));
      void readOlder();
    };
    void readOlder();
    const stop = host.on('log.changed', () => void readNewer());
    return () => {
      stop();
      asked.abort();
    };
  }, [key]);

  const loadOlder = useCallback(() => older.current(), []);
  return useMemo(() => ({ ...lines, loadOlder }), [lines, loadOlder]);
}
