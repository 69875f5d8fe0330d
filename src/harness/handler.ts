// The port between the worker, which talks AMQP, and a trainer, which never runs on the worker's
// thread.
import { ExpectedError } from '../topology/problem.ts';
import type { Result } from './messaging/result.generated.ts';
import type { Task } from './messaging/task.generated.ts';

/** What a trainer reports; the worker adds who, when and which task. */
export type Trained = Pick<Result, 'samples' | 'metrics' | 'parameters' | 'output'>;

export interface Training {
  /** From 1. */
  readonly attempt: number;
  /**
   * Aborted when the task is handed back, or has taken longer than it may: its reason is then a
   * TrainingError.
   */
  readonly signal: AbortSignal;
  /** `fraction`: 0 to 1. */
  readonly onProgress: (progress: { fraction: number; metrics?: Record<string, number> }) => void;
  /**
   * Waits for the trainer to start. The start has its own limit; the task's time begins after it.
   */
  readonly starting: <T>(start: () => Promise<T>) => Promise<T>;
}

/** One trainer for one task at a time; a worker of concurrency n holds n of them. */
export interface Handler {
  /** Makes the trainer ready; throws a fatal TrainingError if it can't be. */
  start(): Promise<void>;
  /**
   * Throws TrainingError. After any failure of its process it is ready for the next task by itself.
   */
  train(task: Task, training: Training): Promise<Trained>;
  /** Ends the trainer, and all processes that it started. */
  stop(): Promise<void>;
}

/**
 * retryable: another attempt may do; poison: no attempt will, the task is dead-lettered; fatal: the
 * worker itself can't go on, the task is handed back and the worker ends.
 */
export type TrainingVerdict = 'retryable' | 'poison' | 'fatal';

export class TrainingError extends ExpectedError {
  readonly verdict: TrainingVerdict;
  /** Identifies a fault of the trainer's own program, see fault.ts. */
  readonly fault: string | undefined;

  /** `message`: the error, and on further lines the last ones that the trainer printed. */
  constructor(
    verdict: TrainingVerdict,
    message: string,
    options: { hint?: string; cause?: unknown; fault?: string | undefined } = {},
  ) {
    super(message, options);
    this.verdict = verdict;
    this.fault = options.fault;
  }
}
