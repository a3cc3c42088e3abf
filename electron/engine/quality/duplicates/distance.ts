/**
 * Slips between two texts, counted up to `most`: a character more, less, other, or two neighbours swapped is one (optimal
 * string alignment; Damerau 1964). Answers `most + 1` where there are more. Compares UTF-16 units in O(most × length).
 */
export function slipsBetween(a: string, b: string, most: number): number {
  if (a.length > b.length) return slipsBetween(b, a, most);
  const over = most + 1;
  if (b.length - a.length > most) return over;
  let start = 0;
  while (start < a.length && a.charCodeAt(start) === b.charCodeAt(start)) start++;
  let [endA, endB] = [a.length, b.length];
  while (endA > start && a.charCodeAt(endA - 1) === b.charCodeAt(endB - 1)) {
    endA--;
    endB--;
  }
  const width = endB - start;
  if (endA === start) return Math.min(width, over);
  if (width >= scratch[0].length) scratch = [new Uint16Array(2 * width), new Uint16Array(2 * width), new Uint16Array(2 * width)];
  let [before, row, next] = scratch;
  for (let j = 0; j <= width; j++) row[j] = Math.min(j, over);
  for (let i = 1; i <= endA - start; i++) {
    const [from, to] = [Math.max(1, i - most), Math.min(width, i + most)];
    next[from - 1] = from === 1 ? Math.min(i, over) : over;
    let least = next[from - 1] ?? over;
    const letter = a.charCodeAt(start + i - 1);
    for (let j = from; j <= to; j++) {
      const other = b.charCodeAt(start + j - 1);
      let slips = Math.min((row[j] ?? over) + 1, (next[j - 1] ?? over) + 1, (row[j - 1] ?? over) + (letter === other ? 0 : 1));
      if (i > 1 && j > 1 && letter === b.charCodeAt(start + j - 2) && a.charCodeAt(start + i - 2) === other) slips = Math.min(slips, (before[j - 2] ?? over) + 1);
      next[j] = Math.min(slips, over);
      least = Math.min(least, slips);
    }
    if (to < width) next[to + 1] = over;
    if (least > most) return over;
    [before, row, next] = [row, next, before];
  }
  return Math.min(row[width] ?? over, over);
}

/** Rows of the table of slips, used again from call to call. */
let scratch: [Uint16Array, Uint16Array, Uint16Array] = [new Uint16Array(256), new Uint16Array(256), new Uint16Array(256)];

/**
 * Of which of 32 groups of characters a text has an odd number. A slip changes that for at most two, so texts whose
 * signatures differ in more than twice as many places are further apart.
 */
export function signature(text: string): number {
  let bits = 0;
  for (let i = 0; i < text.length; i++) bits ^= 1 << (text.charCodeAt(i) % 32);
  return bits;
}

/** How many bits two signatures differ in. */
export function differing(a: number, b: number): number {
  let bits = a ^ b;
  bits -= (bits >>> 1) & 0x55555555;
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
  return (((bits + (bits >>> 4)) & 0x0f0f0f0f) * 0x01010101) >>> 24;
}
