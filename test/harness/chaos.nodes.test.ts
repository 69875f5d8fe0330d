// A small run under chaos on each topology, and one of broken code: larger ones and all controls are npm run test:long.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { takeNode } from '../broker.ts';
import { ChaosBroker } from './chaos/chaos-broker.ts';
import { controls } from './chaos/controls.ts';
import { namesOf, noFaults, sampleFaults } from './chaos/mixes.ts';
import { renderReport } from './chaos/render-report.ts';
import { runCopy, short } from './chaos/run-copy.ts';
import { stepsOf } from './chaos/topologies.ts';

let broker: ChaosBroker;
beforeAll(async () => {
  broker = await ChaosBroker.on(await takeNode());
}, 60_000);
afterAll(() => broker.close(), 60_000);

test(
  'the hardened topology: whatever dies, every confirmed task has exactly one counted result',
  { timeout: 150_000, meta: { slow: 'workers die at 12 steps, the publisher at 6, the broker' } },
  async () => {
    const steps = stepsOf.hardened;
    const faults = sampleFaults(steps.length);
    const size = { tasks: 600, batch: 200, task_time: 4 };
    const report = await runCopy({ broker, topology: 'hardened', ...size, faults, ...short });
    const text = renderReport(report);
    expect(report.violations, text).toEqual([]);
    expect([...report.faults.keys()], text).toEqual(expect.arrayContaining(namesOf(steps)));
    expect(report.tasks).toBeGreaterThanOrEqual(600);
  },
);

test('the plain topology: the same, at the steps that only it has', async () => {
  const steps = stepsOf.plain.filter((step) => !stepsOf.hardened.includes(step));
  const faults = { ...noFaults, kill_worker: 1, worker_steps: steps.length, steps };
  const size = { tasks: 300, batch: 300, task_time: 4 };
  const report = await runCopy({ broker, topology: 'plain', ...size, faults, ...short });
  const text = renderReport(report);
  expect(report.violations, text).toEqual([]);
  const meant = steps.map((step) => `worker killed at ${step}`);
  expect([...report.faults.keys()], text).toEqual(expect.arrayContaining(meant));
});

test.each(controls.slice(0, 1))(
  'a control: $name, and tasks are lost',
  async ({ replacements, run }) => {
    const report = await runCopy({ broker, topology: 'hardened', ...run, ...short }, replacements);
    expect(report.violations.join('\n'), renderReport(report)).toMatch(/tasks lost: confirmed/);
  },
  150_000,
);
