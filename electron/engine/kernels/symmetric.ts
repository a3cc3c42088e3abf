/** A symmetric n × n matrix in f64, row-major. */
export type Square = Float64Array<ArrayBuffer>;

/**
 * The square R⁻¹ of the Cholesky factorisation G = RᵀR, by which a matrix A with AᵀA = G becomes orthonormal: A R⁻¹. A
 * column that the ones before it make up, to within the noise of f32, becomes zero.
 */
export function orthonormaliser(gram: Square, n: number): Square {
  const lower = new Float64Array(n * n);
  const dependent = new Uint8Array(n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      if (dependent[j] === 1) continue;
      let sum = gram[i * n + j] ?? 0;
      for (let t = 0; t < j; t++) sum -= (lower[i * n + t] ?? 0) * (lower[j * n + t] ?? 0);
      lower[i * n + j] = sum / (lower[j * n + j] ?? 1);
    }
    const own = gram[i * n + i] ?? 0;
    let left = own;
    for (let t = 0; t < i; t++) left -= (lower[i * n + t] ?? 0) ** 2;
    if (left > own * 1e-5 && left > 1e-30) lower[i * n + i] = Math.sqrt(left);
    else {
      dependent[i] = 1;
      lower.fill(0, i * n, i * n + i);
      lower[i * n + i] = 1;
    }
  }
  // L⁻¹ row by row; R⁻¹ is its transpose.
  const inverse = new Float64Array(n * n);
  const row = new Float64Array(n);
  const out = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    row.fill(0);
    for (let t = 0; t < i; t++) {
      const factor = lower[i * n + t] ?? 0;
      if (factor === 0) continue;
      for (let j = 0; j <= t; j++) row[j] = (row[j] ?? 0) - factor * (inverse[t * n + j] ?? 0);
    }
    row[i] = 1;
    const scale = 1 / (lower[i * n + i] ?? 1);
    for (let j = 0; j <= i; j++) inverse[i * n + j] = (row[j] ?? 0) * scale;
    if (dependent[i] === 0) for (let j = 0; j <= i; j++) out[j * n + i] = inverse[i * n + j] ?? 0;
  }
  return out;
}

/**
 * Eigenvalues of a symmetric matrix, largest first, and its eigenvectors as the columns of `vectors`: Householder's
 * reduction and the implicit QL algorithm (EISPACK's tred2 and tql2, here on the transposed vectors, so that inner loops run
 * along rows). Takes the matrix as its own room.
 */
export function eigen(matrix: Square, n: number): { values: Float64Array; vectors: Square } {
  const v = matrix;
  const d = new Float64Array(n);
  const e = new Float64Array(n);
  tridiagonal(v, d, e, n);
  // From here on rows of `v` are eigenvectors.
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) [v[i * n + j], v[j * n + i]] = [v[j * n + i] ?? 0, v[i * n + j] ?? 0];
  }
  implicitQl(v, d, e, n);
  const order = Array.from(d.keys()).sort((a, b) => (d[b] ?? 0) - (d[a] ?? 0) || a - b);
  const vectors = new Float64Array(n * n);
  order.forEach((from, to) => {
    // The sign is free: the largest component is made positive.
    let largest = 0;
    for (let i = 0; i < n; i++) if (Math.abs(v[from * n + i] ?? 0) > Math.abs(largest)) largest = v[from * n + i] ?? 0;
    for (let i = 0; i < n; i++) vectors[i * n + to] = (largest < 0 ? -1 : 1) * (v[from * n + i] ?? 0);
  });
  return { values: Float64Array.from(order, (from) => d[from] ?? 0), vectors };
}

/** To tridiagonal form: the diagonal in `d`, below it in `e`, and in `v` the product of the reflections. */
function tridiagonal(v: Square, d: Float64Array, e: Float64Array, n: number): void {
  for (let j = 0; j < n; j++) d[j] = v[(n - 1) * n + j] ?? 0;
  for (let i = n - 1; i > 0; i--) {
    let scale = 0;
    let h = 0;
    for (let k = 0; k < i; k++) scale += Math.abs(d[k] ?? 0);
    if (scale === 0) {
      e[i] = d[i - 1] ?? 0;
      for (let j = 0; j < i; j++) {
        d[j] = v[(i - 1) * n + j] ?? 0;
        v[i * n + j] = 0;
        v[j * n + i] = 0;
      }
    } else {
      for (let k = 0; k < i; k++) {
        d[k] = (d[k] ?? 0) / scale;
        h += (d[k] ?? 0) ** 2;
      }
      let f = d[i - 1] ?? 0;
      let g = f > 0 ? -Math.sqrt(h) : Math.sqrt(h);
      e[i] = scale * g;
      h -= f * g;
      d[i - 1] = f - g;
      e.fill(0, 0, i);
      // The lower triangle is read along its rows: row k gives to all e[j], j < k, and takes its own sum.
      for (let k = 0; k < i; k++) {
        const dk = d[k] ?? 0;
        let sum = (v[k * n + k] ?? 0) * dk;
        for (let j = 0; j < k; j++) {
          const value = v[k * n + j] ?? 0;
          e[j] = (e[j] ?? 0) + value * dk;
          sum += value * (d[j] ?? 0);
        }
        v[k * n + i] = dk;
        e[k] = (e[k] ?? 0) + sum;
      }
      f = 0;
      for (let j = 0; j < i; j++) {
        e[j] = (e[j] ?? 0) / h;
        f += (e[j] ?? 0) * (d[j] ?? 0);
      }
      const hh = f / (h + h);
      for (let j = 0; j < i; j++) e[j] = (e[j] ?? 0) - hh * (d[j] ?? 0);
      for (let k = 0; k < i; k++) {
        const [dk, ek] = [d[k] ?? 0, e[k] ?? 0];
        for (let j = 0; j <= k; j++) v[k * n + j] = (v[k * n + j] ?? 0) - ((d[j] ?? 0) * ek + (e[j] ?? 0) * dk);
      }
      for (let j = 0; j < i; j++) {
        d[j] = v[(i - 1) * n + j] ?? 0;
        v[i * n + j] = 0;
      }
    }
    d[i] = h;
  }
  accumulate(v, d, n);
  e[0] = 0;
}

function accumulate(v: Square, d: Float64Array, n: number): void {
  const g = new Float64Array(n);
  for (let i = 0; i < n - 1; i++) {
    v[(n - 1) * n + i] = v[i * n + i] ?? 0;
    v[i * n + i] = 1;
    const h = d[i + 1] ?? 0;
    if (h !== 0) {
      for (let k = 0; k <= i; k++) d[k] = (v[k * n + i + 1] ?? 0) / h;
      g.fill(0, 0, i + 1);
      for (let k = 0; k <= i; k++) {
        const own = v[k * n + i + 1] ?? 0;
        for (let j = 0; j <= i; j++) g[j] = (g[j] ?? 0) + own * (v[k * n + j] ?? 0);
      }
      for (let k = 0; k <= i; k++) {
        const dk = d[k] ?? 0;
        for (let j = 0; j <= i; j++) v[k * n + j] = (v[k * n + j] ?? 0) - (g[j] ?? 0) * dk;
      }
    }
    for (let k = 0; k <= i; k++) v[k * n + i + 1] = 0;
  }
  for (let j = 0; j < n; j++) {
    d[j] = v[(n - 1) * n + j] ?? 0;
    v[(n - 1) * n + j] = 0;
  }
  v[n * n - 1] = 1;
}

function implicitQl(v: Square, d: Float64Array, e: Float64Array, n: number): void {
  for (let i = 1; i < n; i++) e[i - 1] = e[i] ?? 0;
  e[n - 1] = 0;
  let f = 0;
  let test = 0;
  for (let l = 0; l < n; l++) {
    test = Math.max(test, Math.abs(d[l] ?? 0) + Math.abs(e[l] ?? 0));
    let m = l;
    while (m < n - 1 && Math.abs(e[m] ?? 0) > Number.EPSILON * test) m++;
    if (m > l) {
      do {
        let g = d[l] ?? 0;
        let p = ((d[l + 1] ?? 0) - g) / (2 * (e[l] ?? 0));
        let r = p < 0 ? -Math.sqrt(p * p + 1) : Math.sqrt(p * p + 1);
        d[l] = (e[l] ?? 0) / (p + r);
        d[l + 1] = (e[l] ?? 0) * (p + r);
        const next = d[l + 1] ?? 0;
        let h = g - (d[l] ?? 0);
        for (let i = l + 2; i < n; i++) d[i] = (d[i] ?? 0) - h;
        f += h;
        p = d[m] ?? 0;
        let c = 1;
        let c2 = 1;
        let c3 = 1;
        const below = e[l + 1] ?? 0;
        let s = 0;
        let s2 = 0;
        for (let i = m - 1; i >= l; i--) {
          c3 = c2;
          c2 = c;
          s2 = s;
          g = c * (e[i] ?? 0);
          h = c * p;
          r = Math.sqrt(p * p + (e[i] ?? 0) ** 2);
          e[i + 1] = s * r;
          s = (e[i] ?? 0) / r;
          c = p / r;
          p = c * (d[i] ?? 0) - s * g;
          d[i + 1] = h + s * (c * g + s * (d[i] ?? 0));
          rotate(v, i * n, n, c, s);
        }
        p = (-s * s2 * c3 * below * (e[l] ?? 0)) / next;
        e[l] = s * p;
        d[l] = c * p;
      } while (Math.abs(e[l] ?? 0) > Number.EPSILON * test);
    }
    d[l] = (d[l] ?? 0) + f;
    e[l] = 0;
  }
}

/** The row at `at` and the next one, turned. */
function rotate(v: Square, at: number, n: number, c: number, s: number): void {
  for (let k = at; k < at + n; k++) {
    const h = v[k + n] ?? 0;
    const own = v[k] ?? 0;
    v[k + n] = s * own + c * h;
    v[k] = c * own - s * h;
  }
}
