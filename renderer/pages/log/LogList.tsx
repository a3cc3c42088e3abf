import { Button, Text } from '@mantine/core';
import { IconArrowDown } from '@tabler/icons-react';
import { type KeyboardEvent, useEffect, useId, useLayoutEffect, useRef, useState } from 'react';
import type { LogEntry } from '../../../shared/contract/log.ts';
import { formatCount } from '../../components/format.ts';
import { levelColors, levelWords, momentText } from './levels.ts';
import type { Lines } from './lines.ts';
import classes from './log.module.css';

const ROW = 22;
const AROUND = 12;
/** Older lines are fetched when the view comes this near to the oldest. */
const NEAR = ROW * 60;

interface Props {
  readonly lines: Lines & { readonly loadOlder: () => void };
  /** The line whose fields are shown. */
  readonly chosen: LogEntry | null;
  readonly onChoose: (entry: LogEntry | null) => void;
}

/**
 * The lines, the newest at the bottom, of which those in view are drawn. At the bottom the view follows what is written;
 * once it is scrolled up it stays where it is, also while older lines are put before it.
 */
export function LogList({ lines: { entries, before, more, loading, reached, loadOlder }, chosen, onChoose }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const [{ top, height }, setView] = useState({ top: 0, height: 600 });
  const [following, setFollowing] = useState(true);
  const [unseen, setUnseen] = useState(0);
  const known = useRef({ before: 0, length: 0 });
  const id = useId();
  const at = chosen === null ? -1 : indexOf(entries, chosen);

  // What was put before moves the view along with its lines; what was added moves it only when it stood at the end.
  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return;
    const put = before - known.current.before;
    const added = entries.length - known.current.length - put;
    known.current = { before, length: entries.length };
    if (following) element.scrollTop = element.scrollHeight;
    else {
      if (put > 0) element.scrollTop += put * ROW;
      if (added > 0) setUnseen((count) => count + added);
    }
  }, [entries, before, following]);

  useEffect(() => {
    const element = box.current;
    if (element === null) return undefined;
    const observer = new ResizeObserver(() => {
      setView({ top: element.scrollTop, height: element.clientHeight });
      if (following) element.scrollTop = element.scrollHeight;
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [following]);

  const scrolled = (element: HTMLDivElement) => {
    setView({ top: element.scrollTop, height: element.clientHeight });
    const end = element.scrollHeight - element.scrollTop - element.clientHeight < ROW;
    setFollowing(end);
    if (end) setUnseen(0);
    if (element.scrollTop < NEAR && more && !loading) loadOlder();
  };

  const choose = (index: number) => {
    const entry = entries[Math.max(0, Math.min(entries.length - 1, index))];
    const element = box.current;
    if (entry === undefined || element === null) return;
    onChoose(entry);
    const y = indexOf(entries, entry) * ROW;
    if (y < element.scrollTop) element.scrollTop = y;
    if (y + ROW > element.scrollTop + element.clientHeight) element.scrollTop = y + ROW - element.clientHeight;
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const page = Math.max(1, Math.floor(height / ROW) - 1);
    const from = at < 0 ? entries.length : at;
    const moves: Record<string, number> = { ArrowUp: from - 1, ArrowDown: from + 1, PageUp: from - page, PageDown: from + page, Home: 0, End: entries.length - 1 };
    const to = moves[event.key];
    if (to !== undefined) choose(to);
    else if (event.key === 'Escape' && chosen !== null) onChoose(null);
    else return;
    event.preventDefault();
  };

  const first = Math.max(0, Math.floor(top / ROW) - AROUND);
  const shown = entries.slice(first, Math.ceil((top + height) / ROW) + AROUND);
  return (
    <div className={classes['frame']}>
      <div
        ref={box}
        className={classes['lines']}
        role="listbox"
        aria-label="Lines of the log"
        aria-busy={loading}
        tabIndex={0}
        aria-activedescendant={at >= first && at < first + shown.length ? `${id}-${at + before}` : undefined}
        onScroll={(event) => scrolled(event.currentTarget)}
        onKeyDown={onKeyDown}
      >
        <div role="presentation" style={{ height: entries.length * ROW, position: 'relative' }}>
          {shown.map((entry, offset) => {
            const index = first + offset;
            return (
              <div
                key={entry.at}
                id={`${id}-${index + before}`}
                role="option"
                aria-selected={index === at}
                aria-posinset={index + 1}
                aria-setsize={more ? -1 : entries.length}
                data-level={entry.level}
                className={classes['line']}
                style={{ top: index * ROW, height: ROW }}
                onClick={() => onChoose(index === at ? null : entry)}
              >
                <span className={classes['time']}>{momentText(entry.time)}</span>
                <span className={classes['level']} style={{ color: levelColors[entry.level] }}>
                  {levelWords[entry.level]}
                </span>
                <span className={classes['where']}>{whereOf(entry)}</span>
                <span className={classes['message']}>{entry.message}</span>
              </div>
            );
          })}
        </div>
      </div>
      <div className={classes['foot']}>
        <Text size="xs" c="dimmed" component="output">
          {formatCount(entries.length)} {entries.length === 1 ? 'line' : 'lines'}
          {loading && reached !== null ? `, looking back to ${momentText(reached).slice(0, 19)}` : more ? ', older ones above' : ', back to the beginning'}
        </Text>
        {following ? (
          <Text size="xs" c="dimmed">
            Following
          </Text>
        ) : (
          <Button
            size="compact-xs"
            variant="light"
            leftSection={<IconArrowDown size={13} aria-hidden />}
            onClick={() => {
              setFollowing(true);
              setUnseen(0);
            }}
          >
            {unseen === 0 ? 'To the newest' : `${formatCount(unseen)} new`}
          </Button>
        )}
      </div>
    </div>
  );
}

/** What a line is about, in a word: its stage, its phase, the kind of its job, or the channel of an alert. */
function whereOf({ fields }: LogEntry): string {
  const where = ['stage', 'phase', 'channel', 'kind', 'method'].map((key) => fields[key]).find((value) => typeof value === 'string');
  return typeof where === 'string' ? where : '';
}

/** Its place among the lines, which stand in the order of their files and bytes. */
function indexOf(entries: readonly LogEntry[], { at }: LogEntry): number {
  const place = (cursor: string) => cursor.split(':').map(Number);
  const [number = 0, byte = 0] = place(at);
  let [low, high] = [0, entries.length - 1];
  while (low <= high) {
    const middle = (low + high) >> 1;
    const [n = 0, b = 0] = place(entries[middle]?.at ?? '0:0');
    if (n === number && b === byte) return middle;
    if (n < number || (n === number && b < byte)) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}
