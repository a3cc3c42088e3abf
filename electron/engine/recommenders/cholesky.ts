/**
 * Factorises the symmetric positive definite `a` (n × n, row-major; the lower triangle is read and overwritten) as L Lᵀ
 * and answers a function that applies a⁻¹ to a vector.
 */
export function choleskySolver(a: Float64Array, n: number): (right: Float64Array) => Float64Array {
  for (let j = 0; j < n; j++) {
    for (let i = j; i < n; i++) {
      let sum = a[i * n + j] ?? 0;
      for (let k = 0; k < j; k++) sum -= (a[i * n + k] ?? 0) * (a[j * n + k] ?? 0);
      a[i * n + j] = i === j ? Math.sqrt(sum) : sum / (a[j * n + j] ?? 1);
    }
  }
  return (right) => {
    const x = right.slice();
    for (let i = 0; i < n; i++) {
      let sum = x[i] ?? 0;
      for (let k = 0; k < i; k++) sum -= (a[i * n + k] ?? 0) * (x[k] ?? 0);
      x[i] = sum / (a[i * n + i] ?? 1);
    }
    for (let i = n - 1; i >= 0; i--) {
      let sum = x[i] ?? 0;
      for (let k = i + 1; k < n; k++) sum -= (a[k * n + i] ?? 0) * (x[k] ?? 0);
      x[i] = sum / (a[i * n + i] ?? 1);
    }
    return x;
  };
}
