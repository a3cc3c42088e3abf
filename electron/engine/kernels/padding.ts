/** Bytes of a row of factors: padded with zeros to eight, which the loops take at once. */
export function padRow(factors: number): number {
  return Math.ceil(factors / 8) * 32;
}

/** Rows with their padding, into `into`, which holds zeros. */
export function padded(rows: Float32Array, count: number, width: number, factors: number, into: Float32Array): void {
  for (let row = 0; row < count; row++) into.set(rows.subarray(row * factors, (row + 1) * factors), (row * width) / 4);
}

/** Padded rows without their padding; row `r` of the answer is row `place(r)` of the padded ones. */
export function unpadded(padded: Float32Array, rows: number, width: number, factors: number, place: (row: number) => number = (row) => row): Float32Array<ArrayBuffer> {
  const out = new Float32Array(rows * factors);
  for (let row = 0; row < rows; row++) {
    const from = (place(row) * width) / 4;
    const to = row * factors;
    for (let factor = 0; factor < factors; factor++) out[to + factor] = padded[from + factor] ?? 0;
  }
  return out;
}
