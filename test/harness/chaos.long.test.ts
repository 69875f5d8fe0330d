// Every fault on each topology, with the heartbeats that the product has; npm run chaos does it for
// long. And all controls: the same, of broken code.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { takeNode } from '../broker.ts';
import { ChaosBroker } from './chaos/chaos-broker.ts';
import { controls } from './chaos/controls.ts';
import { checkFaults, namesOf } from './chaos/mixes.ts';
import type { TopologyKind } from './chaos/options.ts';
import { renderReport } from './chaos/render-report.ts';
import { runCopy, short } from './chaos/run-copy.ts';
import { stepsOf } from './chaos/topologies.ts';

let broker: ChaosBroker;
beforeAll(async () => {
  broker = await ChaosBroker.on(await takeNode());
}, 60_000);
afterAll(() => broker.close(), 60_000);

const real = { amqp_heartbeat: 5, quiet: 2_500 };

test.each<TopologyKind>(['hardened', 'plain'])(
  'the %s topology: whatever dies, every confirmed task has exactly one counted result',
  { timeout: 150_000, meta: { slow: 'a worker is stopped for longer than its heartbeat of 5 s' } },
  async (topology) => {
    const faults = checkFaults(stepsOf[topology].length);
    const size = { tasks: 2_000, batch: 500, task_time: 4 };
    const report = await runCopy({ broker, topology, ...size, faults, ...real });
    const text = renderReport(report);
    expect(report.violations, text).toEqual([]);
    expect([...report.faults.keys()], text).toEqual(
      expect.arrayContaining(namesOf(faults, topology)),
    );
    expect(report.kills, text).toBeGreaterThanOrEqual(25);
    expect(report.tasks).toBeGreaterThanOrEqual(2_000);
  },
);

test.each(controls)(
  'a control: $name, and tasks are lost',
  async ({ replacements, run }) => {
    const report = await runCopy({ broker, topology: 'hardened', ...run, ...short }, replacements);
    expect(report.violations.join('\n'), renderReport(report)).toMatch(/tasks lost: confirmed/);
  },
  150_000,
);
