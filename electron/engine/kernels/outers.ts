/** matrix += Σ scales[k] · y yᵀ over the rows y = rows[k], lower triangle. Four rows a pass, so that the matrix is walked a quarter as often. */
export function addOuters(matrix: Float64Array, from: Float32Array | Float64Array, rows: Int32Array, scales: Float64Array, n: number): void {
  const four = Array.from({ length: 4 }, () => new Float64Array(n));
  const [y0 = new Float64Array(n), y1 = y0, y2 = y0, y3 = y0] = four;
  for (let first = 0; first < rows.length; first += 4) {
    four.forEach((y, k) => {
      const row = rows[first + k];
      if (row === undefined) y.fill(0);
      else y.set(from.subarray(row * n, (row + 1) * n));
    });
    const [s0, s1, s2, s3] = [scales[first] ?? 0, scales[first + 1] ?? 0, scales[first + 2] ?? 0, scales[first + 3] ?? 0];
    for (let i = 0; i < n; i++) {
      const [a0, a1, a2, a3] = [s0 * (y0[i] ?? 0), s1 * (y1[i] ?? 0), s2 * (y2[i] ?? 0), s3 * (y3[i] ?? 0)];
      const row = i * n;
      for (let j = 0; j <= i; j++) matrix[row + j] = (matrix[row + j] ?? 0) + a0 * (y0[j] ?? 0) + a1 * (y1[j] ?? 0) + a2 * (y2[j] ?? 0) + a3 * (y3[j] ?? 0);
    }
  }
}
