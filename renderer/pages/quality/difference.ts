/** Two texts with what they share taken apart: a common beginning, what differs, a common end. */
export interface Difference {
  readonly start: string;
  readonly removed: string;
  readonly added: string;
  readonly end: string;
}

/** What must change in `before` to become `after`, as one piece, never cutting a character in two. */
export function difference(before: string, after: string): Difference {
  const [a, b] = [Array.from(before), Array.from(after)];
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end++;
  return { start: a.slice(0, start).join(''), removed: a.slice(start, a.length - end).join(''), added: b.slice(start, b.length - end).join(''), end: a.slice(a.length - end).join('') };
}

/** Blanks that would not be seen, as signs. */
export const visibleBlanks = (text: string): string => text.replaceAll(' ', '·').replaceAll('\t', '⇥').replaceAll(/[\r\n]/g, '⏎');
