// A small run under chaos: larger ones on each topology, and runs of broken code, are npm run
// test:long.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { broker as shared } from '../broker.ts';
import { ChaosBroker } from './chaos/chaos-broker.ts';
import { namesOf, sampleFaults } from './chaos/mixes.ts';
import { renderReport } from './chaos/render-report.ts';
import { runCopy, short } from './chaos/run-copy.ts';

let broker: ChaosBroker;
beforeAll(async () => {
  broker = await ChaosBroker.shared(shared);
});
afterAll(() => broker.close(), 60_000);

test(
  'whatever dies, every confirmed task has exactly one counted result',
  { timeout: 150_000, meta: { slow: 'workers die and start again' } },
  async () => {
    const size = { tasks: 200, batch: 100, task_time: 4 };
    const faults = sampleFaults;
    const report = await runCopy({ broker, topology: 'hardened', ...size, faults, ...short });
    const text = renderReport(report);
    expect(report.violations, text).toEqual([]);
    const names = namesOf(faults, 'hardened');
    expect([...report.faults.keys()], text).toEqual(expect.arrayContaining(names));
    expect(report.tasks).toBeGreaterThanOrEqual(size.tasks);
  },
);
