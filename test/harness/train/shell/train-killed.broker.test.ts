// Coordinators that are killed and cut off: a run goes on, and comes to the same model. Other
// steps, and workers that are killed, are in train-killed.long.test.ts.
import { beforeAll, expect, test } from 'vitest';
import { openProxy } from '../../../proxy.ts';
import { testInWhole } from '../../../sample.ts';
import { until, type TrainBed } from '../chaos/train-bed.ts';
import { laySharedBed, Run, waits } from '../runs-bed.ts';

let shared: TrainBed;
beforeAll(async () => {
  shared = await laySharedBed([2]);
}, 60_000);

const slow = { meta: { slow: 'processes that are started one after the other' }, timeout: 180_000 };

async function dieAt(...steps: string[]): Promise<void> {
  const deaths = await new Run(shared).dieAt(steps);
  expect(deaths).toEqual(steps.map((step) => step.split(' ')[0]));
}

test('the coordinator is killed, and resumed', slow, () => dieAt('recorded r1.s2'));

testInWhole('the coordinator is killed in two rounds, and resumed each time', slow, () =>
  dieAt('dispatched r0.s2', 'recorded r1.s2'),
);

async function refuseOthers(bed: TrainBed, first: Run): Promise<void> {
  const refusal = async (run: string): Promise<string | undefined> => {
    const coordinator = bed.coordinator(run);
    expect(await coordinator.ended).toBe(3);
    return coordinator.lines.find(({ refused }) => refused)?.refused;
  };
  expect(await refusal(first.name)).toMatch(/another coordinator .* on run/);
  expect(await refusal('run-other')).toBe(
    'another coordinator, or topo-harness results, takes the results from queue results',
  );
}

test('a second coordinator on the same results is turned away, and so is one on the same run; the connections of the first are cut when it has dispatched a task, stored a result, recorded a result', async () => {
  const bed = shared;
  const proxy = await openProxy({ host: '127.0.0.1', port: bed.port });
  const steps = waits('dispatched r1.s1', 'stored r2.s1', 'recorded r3.s1');
  const run = new Run(bed, { ...steps, port: proxy.port }).start();
  const returns = () =>
    run.coordinator.lines.filter(({ entry }) => entry?.state === 'connected').length;
  for (const nth of [1, 2, 3]) {
    await run.reachesStep(nth);
    if (nth === 1) await refuseOthers(bed, run);
    proxy.cut();
    await until(() => returns() === nth, 'its return');
    run.coordinator.goOn();
  }
  await run.finishes();
  await proxy.close();
});
