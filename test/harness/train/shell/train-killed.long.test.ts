// Coordinators and workers that are killed, stopped and cut off for longer than train-killed.broker
// tries.
import { beforeAll, expect, test } from 'vitest';
import { openProxy } from '../../../proxy.ts';
import { job } from '../chaos/job.ts';
import { until, type TrainBed } from '../chaos/train-bed.ts';
import { laySharedBed, layBed, Run, startWorker, waits } from '../runs-bed.ts';

let shared: TrainBed;
beforeAll(async () => {
  shared = await laySharedBed();
}, 60_000);

/** Nobody takes too long: on a busy machine, too, each worker gets a unit in each round. */
const patient = { ...job, straggler_factor: 100 };

const slow = { meta: { slow: 'processes that are started one after the other' }, timeout: 180_000 };

/** Each in a round of its own: none is passed by before its turn. */
test('the coordinator is killed at each step of a round, and resumed each time', slow, async () => {
  const steps = ['began', 'dispatched r0.s2', 'stored r1.s2', 'recorded r2.s2', 'acked r3.s2'];
  const deaths = await new Run(shared).dieAt(steps);
  expect(deaths).toEqual(steps.map((step) => step.split(' ')[0]));
});

test('a worker is killed at each step of a task, and started again each time', slow, async () => {
  const steps = [
    ...['received', 'started', 'trained', 'kept', 'result_published', 'result_confirmed', 'acked'],
  ];
  // The only one, so that there is a task for each death.
  const bed = await layBed(1);
  const run = new Run(bed, { job: patient }).start();
  for (const step of steps) {
    const doomed = await startWorker(bed, { n: 1, plan: { step, nth: 2 } });
    expect(await doomed.ended).toBe('SIGKILL');
  }
  await startWorker(bed, { n: 1 });
  await run.finishes();
});

test('the coordinator is killed at each step of the end, and resumed each time', async () => {
  const steps = ['aggregated 1', 'closed 2', 'saved', 'finished'];
  const deaths = await new Run(shared).dieAt(steps);
  expect(deaths).toEqual(steps.map((step) => step.split(' ')[0]));
});

test('a worker that is killed, and does not come back, is given up', async () => {
  const bed = shared;
  const doomed = await startWorker(bed, { n: 4, plan: { step: 'started', nth: 1 } });
  const run = new Run(bed, { ...waits('stored init'), job: patient }).start();
  await run.reachesStep();
  await run.isJoinedBy(3);
  run.coordinator.goOn();
  expect(await doomed.ended).toBe('SIGKILL');
  await run.finishes();
  const silent = expect.objectContaining({ kind: 'dispatched', why: 'silent' }) as unknown;
  expect(await run.timeline()).toContainEqual(silent);
});

test('a worker is stopped beyond its heartbeats: its unit goes to another, and its late result does not count', async () => {
  const bed = await layBed(2);
  const stopped = await startWorker(bed, { n: 1, delay: [300, 300] });
  const run = new Run(bed, { ...waits('aggregated 0'), job: patient }).start();
  await until(() => stopped.has(({ training = '' }) => training.includes('.r0.s')), 'a training');
  stopped.signal('SIGSTOP');
  const id = stopped.lines.findLast(({ training }) => training)?.training;
  await startWorker(bed, { n: 2 });
  await run.reachesStep();
  stopped.signal('SIGCONT');
  const has = async (kind: string, why: string): Promise<boolean> =>
    (await run.timeline()).some(
      (entry) => 'why' in entry && entry.unit.id === id && entry.kind === kind && entry.why === why,
    );
  expect(await has('dispatched', 'silent')).toBe(true);
  await until(() => has('dropped', 'late'), 'the late result');
  run.coordinator.goOn();
  await run.finishes();
});

test('a worker comes, and another goes, in mid-run', async () => {
  const bed = await layBed(2);
  const slow = { delay: [80, 80] } as const;
  const first = await startWorker(bed, { n: 1, ...slow });
  const run = new Run(bed, waits('recorded r1.s0')).start();
  await run.reachesStep();
  const second = await startWorker(bed, { n: 2, ...slow });
  run.coordinator.goOn();
  await until(() => second.has(({ training }) => training !== undefined), 'its first training');
  first.signal('SIGTERM');
  expect(await first.ended).toBe(0);
  await run.finishes();
});

test('no byte reaches the coordinator for longer than a connection lives', async () => {
  const bed = shared;
  const proxy = await openProxy({ host: '127.0.0.1', port: bed.port });
  const options = { ...waits('stored r1.s1'), port: proxy.port, amqp_heartbeat: 1 };
  const run = new Run(bed, options).start();
  await run.reachesStep();
  proxy.blackHole();
  await until(
    () => run.coordinator.has(({ entry }) => entry?.state === 'disconnected'),
    'the end of its connection',
  );
  proxy.restore();
  run.coordinator.goOn();
  await run.finishes();
  await proxy.close();
});
