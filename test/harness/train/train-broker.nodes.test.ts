// The broker of a run is killed and comes back, or falls silent for long, while the coordinator stands at a step: nothing is lost.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openProxy } from '../../proxy.ts';
import { ChaosBroker } from '../chaos/chaos-broker.ts';
import { copyCode, deleteCode } from '../chaos/code.ts';
import { job } from './chaos/job.ts';
import { oracle } from './chaos/oracle.ts';
import { TrainBed, until, type CoordinatorOptions } from './chaos/train-bed.ts';
import { violationsOf } from './chaos/verdict.ts';

let code: string;
let broker: ChaosBroker;
let bed: TrainBed;
let model: string;

beforeAll(async () => {
  code = await copyCode();
  broker = await ChaosBroker.start();
  await broker.makeVhost('runs');
  const root = await broker.makeFolder();
  bed = await TrainBed.lay({ url: broker.urlOf('runs'), vhost: 'runs', root, code, queues: 2 });
  model = await oracle(bed.root, job, bed.data);
  const workers = [1, 2].map((n) => bed.worker({ n }));
  await until(() => workers.every((worker) => worker.has(({ working }) => !!working)), 'workers');
});
afterAll(async () => {
  await bed.close();
  await broker.close();
  await deleteCode(code);
});

/** `trouble`: what happens while the coordinator stands at the step. */
async function runThrough(
  run: string,
  step: string,
  trouble: () => Promise<unknown>,
  options: CoordinatorOptions = {},
): Promise<void> {
  const coordinator = bed.coordinator(run, {
    ...options,
    plans: [{ step, nth: 1, how: 'wait' }],
  });
  await until(() => coordinator.has(({ at }) => at !== undefined), step);
  await trouble();
  coordinator.goOn();
  expect(await coordinator.ended).toBe(0);
  expect(await violationsOf(bed, run, { model, job })).toEqual([]);
}

test.each(['dispatched r1.s1', 'recorded r1.s1', 'aggregated 1'])(
  'the broker is killed when the coordinator has %s',
  (step) => runThrough(step.replace(/\W/g, '-'), step, () => broker.killAndRestart()),
);

test('no byte reaches the coordinator for longer than a connection lives', async () => {
  const proxy = await openProxy({ host: '127.0.0.1', port: broker.port });
  const trouble = async (): Promise<void> => {
    proxy.blackHole();
    const isGone = async (): Promise<boolean> =>
      (await bed.timeline('hole')).some((one) => 'state' in one && one.state === 'disconnected');
    await until(isGone, 'the end of its connection');
    proxy.restore();
  };
  await runThrough('hole', 'stored r1.s1', trouble, { port: proxy.port });
  await proxy.close();
});
