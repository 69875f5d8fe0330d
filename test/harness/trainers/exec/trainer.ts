// Trainings for the tests, and a look for processes that outlive them.
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { TrainingError, type Training } from '../../../../src/harness/handler.ts';
import type { Task } from '../../../../src/harness/messaging/task.generated.ts';

export const folder = new URL('.', import.meta.url).pathname;

export const task = (id: string, more: Partial<Task> = {}): Task => ({ version: 1, id, ...more });

const starting: Training['starting'] = (start) => start();

export interface Watched extends Training {
  readonly fractions: number[];
}

export function training(signal: AbortSignal = new AbortController().signal): Watched {
  const fractions: number[] = [];
  const onProgress = ({ fraction }: { fraction: number }): number => fractions.push(fraction);
  return { attempt: 1, signal, fractions, onProgress, starting };
}

export const takenBack = new TrainingError('retryable', 'taken back by the test');

export function abortOnce(begun: Promise<void>): AbortSignal {
  const controller = new AbortController();
  void begun.then(() => {
    controller.abort(takenBack);
  });
  return controller.signal;
}

/** A training that is taken back when it reports progress. */
export function takenBackOnProgress(): Training {
  const controller = new AbortController();
  const onProgress = (): void => {
    controller.abort(takenBack);
  };
  return { attempt: 1, signal: controller.signal, onProgress, starting };
}

/**
 * Ids of the processes that have the worker's name in their environment; the dying get a second.
 */
export async function findSurvivors(worker: string): Promise<number[]> {
  for (let left = 50; ; left -= 1) {
    const found = processesOf(worker);
    if (found.length === 0 || left === 0) return found;
    await sleep(20);
  }
}

export function processesOf(worker: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/environ`, 'latin1').includes(`TOPO_WORKER=${worker}`);
      } catch {
        return false;
      }
    });
}
