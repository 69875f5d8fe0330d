// Two projects by what their tests need, and two more for what takes minutes. Tests of brokers
// wait more than they compute, so more of them run at once than there are cores.
import { randomInt } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { configDefaults, defineConfig } from 'vitest/config';
import { FaultTable } from './test/fault-table.ts';
import { LongFirst } from './test/long-first.ts';
import { TenSlowest } from './test/ten-slowest.ts';

const report = process.env['TOPO_TEST_REPORT'];
/** Of the faults that npm run test:faults tries. */
const seed = process.env['TOPO_TEST_SEED'] ?? String(randomInt(2 ** 31));

const needs = (project: string): string => `test/**/*.${project}.test.ts`;
const elsewhere = ['broker', 'nodes', 'long', 'faults'].map(needs);

export default defineConfig({
  test: {
    // .ci/run counts from a report.
    reporters: [
      'default',
      new TenSlowest(),
      new FaultTable(seed),
      ...(report === undefined ? [] : [['json', { outputFile: report }] as ['json', object]]),
    ],
    // A busy machine may take its time: a node boots in 10 s, or in a minute.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    slowTestThreshold: 2_000,
    expect: { poll: { timeout: 20_000, interval: 20 } },
    sequence: { sequencer: LongFirst },
    setupFiles: ['test/set-up.ts'],
    globalSetup: ['scripts/validators.mjs'],
    coverage: { include: ['src/**'], exclude: ['**/*.generated.ts', '**/validators.js'] },
    projects: [
      {
        // No broker, and nothing that was built.
        extends: true,
        test: {
          name: 'core',
          include: ['test/**/*.test.ts'],
          exclude: [...configDefaults.exclude, ...elsewhere],
          // Its files share a process and the modules that it has loaded, one file after the other.
          isolate: false,
          // Whoever changes a line wants to know in seconds; test:long tries twenty times as many.
          env: { TOPO_TEST_EFFORT: '0.5' },
          maxWorkers: availableParallelism(),
          sequence: { groupOrder: 0 },
        },
      },
      {
        // One broker for all, each test in a vhost of its own. And nodes that are killed, trainers,
        // chaos, a browser, clones of the checkout: vitest keeps a process, and what it has loaded,
        // only if the next file is of the same project.
        extends: true,
        test: {
          name: 'broker',
          include: [needs('broker'), needs('nodes')],
          globalSetup: ['test/brokers-setup.ts'],
          isolate: false,
          maxWorkers: 3 * availableParallelism(),
          sequence: { groupOrder: 1 },
        },
      },
      {
        // npm run test:long: what proves the checkers, and runs of minutes.
        extends: true,
        test: {
          name: 'long',
          include: [needs('long')],
          globalSetup: ['test/brokers-setup.ts'],
          env: { TOPO_TEST_EFFORT: '10' },
          maxWorkers: 1,
          sequence: { groupOrder: 3 },
        },
      },
      {
        // npm run test:faults: each kind of fault at each place.
        extends: true,
        test: {
          name: 'faults',
          include: [needs('faults')],
          globalSetup: ['test/brokers-setup.ts'],
          env: { TOPO_TEST_SEED: seed },
          maxWorkers: 1,
          sequence: { groupOrder: 4 },
        },
      },
    ],
  },
});
