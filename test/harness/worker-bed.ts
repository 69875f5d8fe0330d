// Workers of this process, over a bed.
import { afterEach } from 'vitest';
import type { Step, WorkEvent } from '../../src/harness/work/event.ts';
import {
  startWorker,
  type RunningWorker,
  type WorkerOptions,
} from '../../src/harness/work/start.ts';
import type { Bed } from './bed.ts';
import { makeTrainer, type Trainer } from './trainer.ts';

export interface TestWorker extends RunningWorker {
  readonly trainer: Trainer;
  readonly events: WorkEvent[];
  /** Such as `acked task-1`. */
  readonly steps: string[];
}

const running = new Set<RunningWorker>();
afterEach(async () => {
  for (const worker of running) {
    worker.handBack();
    await worker.ended;
  }
  running.clear();
});

export async function work(
  bed: Bed,
  options: Partial<WorkerOptions> = {},
  trainer = makeTrainer(),
): Promise<TestWorker> {
  const events: WorkEvent[] = [];
  const steps: string[] = [];
  const worker = await startWorker({
    ...{ roles: bed.roles, queue: 'w1', pool: false, target: bed.target, timeout: 5_000 },
    ...{ name: 'tester', handlers: [trainer], prefetch: 1, max_attempts: 3, max_task: 60_000 },
    ...{ state: bed.state, heartbeat: 1_000 },
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
  running.add(own);
  void ended.then(() => running.delete(own));
  return own;
}
