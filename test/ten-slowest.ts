// Prints the slowest tests at the end of a run. A test of over 10 s gives its reason: test(…, {
// meta: { slow: 'why' } }, …).
import type { Reporter, TestCase, TestModule } from 'vitest/node';

declare module 'vitest' {
  interface TaskMeta {
    /** Why the test takes over 10 s. */
    slow?: string;
  }
}

const shown = 10;
const slowMs = 10_000;

export class TenSlowest implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const all = modules.flatMap((module) => [...module.children.allTests()]);
    const tests = all.filter((test) => test.diagnostic() !== undefined);
    const slowest = tests.sort((a, b) => durationOf(b) - durationOf(a)).slice(0, shown);
    if (tests.length <= shown) return;
    console.log(
      ['', ` The ${shown} slowest of ${tests.length} tests`, ...slowest.map(row)].join('\n'),
    );
  }
}

const durationOf = (test: TestCase): number => test.diagnostic()?.duration ?? 0;

function row(test: TestCase): string {
  const duration = durationOf(test);
  const seconds = (duration / 1_000).toFixed(1).padStart(6);
  const reason =
    duration > slowMs ? `  (${test.meta().slow ?? 'over 10 s, and no reason given'})` : '';
  return `${seconds} s  ${test.module.relativeModuleId} > ${test.fullName}${reason}`;
}
