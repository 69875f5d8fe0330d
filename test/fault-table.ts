// Prints the table of docs/reliability.md at the end of npm run test:faults.
import type { Reporter, TestCase, TestModule } from 'vitest/node';
import { faultRows, renderRow, tableHead, type FaultName, type Tally } from './fault-rows.ts';

declare module 'vitest' {
  interface TaskMeta {
    /** What the test counted. */
    faults?: Tally;
  }
}

export class FaultTable implements Reporter {
  readonly #seed: string;

  constructor(seed: string) {
    this.#seed = seed;
  }

  onTestRunEnd(modules: readonly TestModule[]): void {
    const tests = modules
      .filter(({ project }) => project.name === 'faults')
      .flatMap((module) => [...module.children.allTests()]);
    if (tests.length === 0) return;
    const failed = tests.filter((test) => test.result().state === 'failed');
    const rows = Object.keys(faultRows).map((row) => renderTests(row as FaultName, tests));
    const how = `TOPO_TEST_SEED=${this.#seed}; ${failed.length} tests failed`;
    console.log(['', ...tableHead, ...rows, '', how].join('\n'));
  }
}

function renderTests(row: FaultName, tests: readonly TestCase[]): string {
  const counted = tests.filter((test) => test.meta().faults?.row === row);
  const tallies = counted.flatMap((test) => test.meta().faults ?? []);
  const ms = counted.reduce((sum, test) => sum + (test.diagnostic()?.duration ?? 0), 0);
  return renderRow(row, tallies, ms / 1_000);
}
