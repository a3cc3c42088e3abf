import { type KeyboardEvent, useState } from 'react';

export interface Selection {
  readonly chosen: ReadonlySet<string>;
  /** Chooses or leaves a row; with `range`, all rows of the page from the last one touched. */
  readonly toggle: (id: string, range: boolean) => void;
  readonly togglePage: () => void;
  readonly clear: () => void;
  readonly onKeyDown: (event: KeyboardEvent<HTMLElement>) => void;
}

/** The rows of a page from `a` to `b`, whichever comes first. */
export function between(ids: readonly string[], a: string, b: string): string[] {
  const [from, to] = [ids.indexOf(a), ids.indexOf(b)].toSorted((x, y) => x - y);
  return from === undefined || to === undefined || from < 0 ? [] : ids.slice(from, to + 1);
}

/**
 * Rows chosen by id, across pages. Arrow keys move between the check boxes of a page, with Shift they choose on the way;
 * Ctrl+A (or Cmd+A) chooses the page, Escape leaves all.
 */
export function useSelection(page: readonly string[]): Selection {
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [last, setLast] = useState<string | null>(null);

  const toggle = (id: string, range: boolean) => {
    const on = !chosen.has(id);
    const ids = range && last !== null && page.includes(last) ? between(page, last, id) : [id];
    const next = new Set(chosen);
    for (const each of ids) {
      if (on || range) next.add(each);
      else next.delete(each);
    }
    setChosen(next);
    setLast(id);
  };
  const togglePage = () => {
    const next = new Set(chosen);
    const all = page.every((id) => chosen.has(id));
    for (const id of page) {
      if (all) next.delete(id);
      else next.add(id);
    }
    setChosen(next);
  };
  const clear = () => setChosen(new Set());
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    if (event.key === 'Escape' && chosen.size > 0) {
      event.preventDefault();
      clear();
      return;
    }
    const boxes = [...event.currentTarget.querySelectorAll<HTMLInputElement>('input[data-row]')];
    const at = boxes.findIndex((box) => box === document.activeElement);
    if (at < 0) return;
    if (event.key.toLowerCase() === 'a' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      setChosen(new Set([...chosen, ...page]));
    } else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      const next = boxes[Math.min(boxes.length - 1, Math.max(0, at + (event.key === 'ArrowDown' ? 1 : -1)))];
      const [here, there] = [boxes[at]?.dataset['row'], next?.dataset['row']];
      next?.focus();
      if (event.shiftKey && here !== undefined && there !== undefined) {
        setChosen(new Set([...chosen, here, there]));
        setLast(there);
      }
    }
  };
  return { chosen, toggle, togglePage, clear, onKeyDown };
}
