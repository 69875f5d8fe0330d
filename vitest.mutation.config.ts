// The pure core alone, without a broker: what Stryker runs for every mutant.
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: [
      'test/topology/**/*.test.ts',
      'test/reconcile/**/*.test.ts',
      'test/file/problems.test.ts',
      'test/file/schema.test.ts',
    ],
    exclude: ['test/**/*.broker.test.ts'],
    globalSetup: ['scripts/validators.mjs'],
    // Stryker has timeouts of its own, by how long a test took without a mutant.
    testTimeout: 60_000,
    env: { TOPO_TEST_EFFORT: '0.4' },
  },
});
