/** Values of a draw lie below this: 2³². */
export const DRAWS = 4_294_967_296;

/**
 * The rows of a query with a column `draw`: a uniform number below 2³² that follows from the seed and the integer columns
 * `keys` alone, so the same row draws the same number on any number of threads, in any order of rows, on any machine and
 * in any version of DuckDB, which its own `hash` does not promise. Mixed by lowbias32 (C. Wellons, 2018), a round a key.
 */
export function withDraw(query: string, keys: readonly string[], seed: number): string {
  const start = `SELECT *, ${seed % DRAWS}::UBIGINT AS draw FROM (${query})`;
  return keys.reduce((drawn, key) => mixed(`SELECT * REPLACE (xor(draw, ${word(key)}) AS draw) FROM (${drawn})`), mixed(start));
}

/** Below it lies this share of all draws. */
export function drawsBelow(share: number): number {
  return Math.round(share * DRAWS);
}

/** An id in 32 bits: those above are folded in. */
function word(key: string): string {
  return `CAST(xor(${key} & 4294967295, (${key} >> 32) & 4294967295) AS UBIGINT)`;
}

function mixed(query: string): string {
  const step = (inner: string, shift: number, times: string) => `SELECT * REPLACE ((xor(draw, draw >> ${shift})${times}) & 4294967295 AS draw) FROM (${inner})`;
  return step(step(step(query, 16, ' * 2146121005'), 15, ' * 2221713035'), 16, '');
}
