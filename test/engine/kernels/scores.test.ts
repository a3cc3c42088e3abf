import { array, assert, constantFrom, float, integer, oneof, property } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openKernels } from '../../../electron/engine/kernels/index.ts';
import { seededRandom } from '../../../electron/engine/workspace/random.ts';

const directory = new URL('../../../resources/kernels', import.meta.url).pathname;
const kernels = openKernels({ directory });

describe('top', () => {
  test('is the stable order of all scores, cut: ties go to the smaller position, -Infinity and NaN are left out', () => {
    const score = oneof(integer({ min: -3, max: 3 }), constantFrom(-Infinity, Infinity, NaN), float());
    assert(
      property(array(score), integer({ min: 0, max: 12 }), (list, count) => {
        const scores = Float32Array.from(list);
        const sorted = [...scores.keys()].filter((position) => (scores[position] ?? NaN) > -Infinity).sort((a, b) => (scores[b] === scores[a] ? 0 : (scores[b] ?? 0) - (scores[a] ?? 0)) || a - b);
        expect([...kernels.top(scores, count)]).toEqual(sorted.slice(0, count));
      }),
    );
  });
});

describe.each(['simd', 'relaxed-simd'] as const)('scoreAll, %s', (variant) => {
  test.each([[1, 1], [7, 3], [8, 64], [1001, 65]])('%i rows of %i agree with f64 sums', (rows, width) => {
    const random = seededRandom(rows);
    const matrix = Float32Array.from({ length: rows * width }, () => random() - 0.5);
    const scored = openKernels({ directory, variant });
    for (let turn = 0; turn < 2; turn++) {
      const vector = Float32Array.from({ length: width }, () => random() - 0.5);
      const scores = scored.scoreAll(matrix, rows, width, vector);
      expect(scores).toHaveLength(rows);
      for (let row = 0; row < rows; row++) {
        const exact = vector.reduce((sum, value, f) => sum + value * (matrix[row * width + f] ?? 0), 0);
        expect(Math.abs((scores[row] ?? NaN) - exact)).toBeLessThan(1e-5);
      }
    }
  });
});
