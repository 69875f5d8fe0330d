// A small run under chaos on each topology; the whole one is npm run chaos. And the controls: the same, of broken code.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ChaosBroker } from './chaos/chaos-broker.ts';
import { copyCode, deleteCode, type Replacement } from './chaos/code.ts';
import { controls } from './chaos/controls.ts';
import { checkFaults } from './chaos/mixes.ts';
import type { ChaosOptions, ChaosReport, TopologyKind } from './chaos/options.ts';
import { publisherPoints } from './chaos/publishing.ts';
import { renderReport } from './chaos/render-report.ts';
import { runChaos } from './chaos/run.ts';
import { stepsOf } from './chaos/topologies.ts';

let broker: ChaosBroker;
beforeAll(async () => {
  broker = await ChaosBroker.start();
}, 60_000);
afterAll(() => broker.close(), 60_000);

async function run(
  options: Pick<ChaosOptions, 'topology' | 'tasks' | 'batch' | 'task_time' | 'faults'>,
  replacements: readonly Replacement[] = [],
): Promise<ChaosReport> {
  const code = await copyCode(replacements);
  try {
    return await runChaos({
      ...{ ...options, broker, code, seed: 7, workers: 3, concurrency: 16, prefetch: 100 },
      patience: 120_000,
      say: () => undefined,
    });
  } finally {
    await deleteCode(code);
  }
}

test.each<TopologyKind>(['hardened', 'plain'])(
  'the %s topology: whatever dies, every confirmed task has exactly one counted result',
  async (topology) => {
    const steps = stepsOf[topology];
    const faults = checkFaults(steps.length);
    const report = await run({ topology, tasks: 2_000, batch: 500, task_time: 4, faults });
    const text = renderReport(report);
    expect(report.violations, text).toEqual([]);
    const met = [...report.faults.keys()];
    const meant = [
      ...steps.map((step) => `worker killed at ${step}`),
      ...publisherPoints.map((point) => `publisher killed at ${point}`),
      ...['broker killed', 'worker stopped beyond its heartbeat', 'worker in a long black hole'],
      ...['worker cut', 'publisher cut', 'worker killed after a cut'],
    ];
    expect(met, text).toEqual(expect.arrayContaining(meant));
    expect(report.kills, text).toBeGreaterThanOrEqual(25);
    expect(report.tasks).toBeGreaterThanOrEqual(2_000);
  },
  150_000,
);

test.each(controls)(
  'a control: $name, and tasks are lost',
  async ({ replacements, run: focused }) => {
    const report = await run({ topology: 'hardened', ...focused }, replacements);
    expect(report.violations.join('\n'), renderReport(report)).toMatch(/tasks lost: confirmed/);
  },
  150_000,
);
