// Trainers for tests, which do as the id of the task says.
import { setTimeout as sleep } from 'node:timers/promises';
import { TrainingError, type Handler, type TrainingVerdict } from '../../src/harness/handler.ts';

export interface Trainer extends Handler {
  /** The ids of the tasks that were begun, in their order; `id#2` is the second attempt. */
  readonly begun: string[];
  isStopped: boolean;
  /** Ends the training of a `wait-…` that was begun. */
  finish(id: string): void;
}

/**
 * `wait-…` takes until it is finished, `sleep-MS-…` so long, `retryable-N-…` fails before attempt N
 * + 1, `poison-…` and `fatal-…` fail, any other task is done at once.
 */
export function makeTrainer(): Trainer {
  const finishes = new Map<string, () => void>();
  const trainer: Trainer = {
    begun: [],
    isStopped: false,
    finish: (id) => {
      const finish = finishes.get(id);
      if (finish === undefined) throw new Error(`${id} was not begun`);
      finish();
    },
    start: () => Promise.resolve(),
    stop: () => {
      trainer.isStopped = true;
      return Promise.resolve();
    },
    train: async ({ id }, { attempt, signal, onProgress }) => {
      trainer.begun.push(attempt === 1 ? id : `${id}#${attempt}`);
      const [what = '', number] = id.split('-');
      if (what === 'wait') {
        await new Promise<void>((resolve, reject) => {
          finishes.set(id, resolve);
          signal.addEventListener('abort', () => reject(signal.reason as Error));
        });
      }
      if (what === 'sleep') await sleep(Number(number), undefined, { signal });
      if (what === 'retryable' && attempt > Number(number)) return { samples: attempt };
      if (verdicts.has(what)) throw new TrainingError(what as TrainingVerdict, `no ${id} today`);
      onProgress({ fraction: 1, metrics: { loss: 0.5 } });
      return { samples: 1, metrics: { loss: 0.5 } };
    },
  };
  return trainer;
}

const verdicts = new Set(['retryable', 'poison', 'fatal']);
