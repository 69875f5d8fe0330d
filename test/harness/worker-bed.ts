// Workers of this process, over a bed.
import { onTestFinished } from 'vitest';
import type { Step, WorkEvent } from '../../src/harness/work/event.ts';
import {
  startWorker,
  type RunningWorker,
  type WorkerOptions,
} from '../../src/harness/work/start.ts';
import { atEnd } from '../at-end.ts';
import { until, type Bed } from './bed.ts';
import { makeTrainer, type Trainer } from './trainer.ts';

export interface TestWorker extends RunningWorker {
  readonly trainer: Trainer;
  readonly events: WorkEvent[];
  /** Such as `acked task-1`. */
  readonly steps: string[];
}

/** Ended after the test. */
export const work = (
  bed: Bed,
  options?: Partial<WorkerOptions>,
  trainer?: Trainer,
): Promise<TestWorker> => start(onTestFinished, bed, options, trainer);

/** For all tests of a file, and ended after the last of them. */
export const workForAll = (bed: Bed, options?: Partial<WorkerOptions>): Promise<TestWorker> =>
  start(atEnd, bed, options);

async function start(
  endLater: (end: () => Promise<void>) => void,
  bed: Bed,
  options: Partial<WorkerOptions> = {},
  trainer = makeTrainer(),
): Promise<TestWorker> {
  const events: WorkEvent[] = [];
  const steps: string[] = [];
  const worker = await startWorker({
    ...{ roles: bed.roles, queue: 'w1', pool: false, target: bed.target, timeout: 5_000 },
    ...{ name: 'tester', handlers: [trainer], prefetch: 1, max_attempts: 3, max_task: 60_000 },
    ...{ state: bed.state, heartbeat: 1_000, backoff: { shortest: 20, longest: 100 } },
    onEvent: (event) => events.push(event),
    ...options,
    onStep: async (step: Step, id: string) => {
      steps.push(`${step} ${id}`);
      await options.onStep?.(step, id);
    },
  });
  const { ended, drain, handBack, leave } = worker;
  const own = {
    ...{ trainer, events, steps, ended, drain, handBack, leave },
    get busy() {
      return worker.busy;
    },
  };
  let isOver = false;
  void ended.then(() => (isOver = true));
  endLater(async () => {
    if (!isOver) handBack();
    await ended;
  });
  return own;
}

/** How often the worker has come to a step, such as `acked` or `acked task-1`. */
export const times = ({ steps }: TestWorker, step: string): number =>
  steps.filter((one) => one === step || one.startsWith(`${step} `)).length;

/**
 * By its end the worker has got all that stood in its queue before, as far as there is room for it
 * and one more.
 */
export async function catchUp(bed: Bed, worker: TestWorker, marker = 'marker'): Promise<void> {
  await bed.publish(marker);
  await until(() => times(worker, `received ${marker}`) > 0, `${marker} to come`);
}

/**
 * The broker has noticed that the worker's connections were cut, and has delivered again over the
 * new ones.
 */
export async function redelivered(bed: Bed, worker: TestWorker): Promise<void> {
  await until(
    () => ['consumer', 'publisher'].every((of) => isConnectedAgain(worker, of)),
    'new connections',
  );
  await until(async () => (await bed.consumers('w1')) === 1, 'the end of the old consumer');
  await until(async () => (await bed.depth('w1')) === 0, 'the deliveries');
}

const isConnectedAgain = ({ events }: TestWorker, of: string): boolean =>
  events.some(
    (event) =>
      event.kind === 'connection' &&
      event.of === of &&
      event.state.kind === 'connected' &&
      event.state.generation > 1,
  );
