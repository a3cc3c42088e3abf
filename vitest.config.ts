import { defineConfig } from 'vitest/config';

/** Tests that interrupt, race or time something: they need the machine for themselves. */
const alone = [
  'test/cli/**', 'test/serve/**', 'test/engine/remote.test.ts', 'test/engine/alerts/**', 'test/engine/sources/{interrupted,changes,releases,staged}*.test.ts',
  'test/engine/pipeline/{failures,interrupted}.test.ts', 'test/engine/recommenders/{training,checkpoints,precompute}.test.ts', 'test/engine/evaluation/stage.test.ts',
  'test/engine/kernels/calls.test.ts', 'test/engine/neural/training.test.ts', 'test/engine/recommenders/sequence-models.test.ts', 'test/engine/workspace/door.test.ts', 'test/engine/quality/workspace.test.ts',
].map((place) => (place.endsWith('**') ? `${place}/*.test.ts` : place));

export default defineConfig({
  test: {
    globalSetup: 'test/support/kernels.setup.ts',
    pool: 'forks',
    testTimeout: 60_000,
    hookTimeout: 60_000,
    projects: [
      { extends: true, test: { name: 'side by side', include: ['test/**/*.test.{ts,tsx}'], exclude: ['test/e2e/**', 'test/bench/**', ...alone], maxWorkers: 2, sequence: { groupOrder: 0 } } },
      { extends: true, test: { name: 'alone', include: alone, maxWorkers: 1, sequence: { groupOrder: 1 } } },
    ],
  },
});
