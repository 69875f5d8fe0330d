// --exec: one long-lived trainer for all tasks, restarted for the next task if it has ended.
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { TrainingError, type Handler, type Trained, type Training } from '../../handler.ts';
import { checkShards } from '../../data/shard/check.ts';
import { withFiles } from '../../data/located-task.ts';
import type { Task } from '../../messaging/task.generated.ts';
import { parseCommand } from './command.ts';
import { trainerEnvironment } from './environment.ts';
import { execDefaults, type Complete, type ExecOptions } from './options.ts';
import { TrainerProcess, type TrainerProcessOptions } from './trainer-process.ts';

const longestBackoffMs = 30_000;

/** Throws ExpectedError for an invalid command or environment. */
export function openExecHandler(options: ExecOptions): Handler {
  const all = { ...execDefaults, ...options };
  const own = { TOPO_PROTOCOL: '1', TOPO_WORKER: options.worker };
  return new ExecHandler(all, {
    ...all,
    argv: parseCommand(options.command),
    folder: options.folder,
    environment: trainerEnvironment(process.env, options.environment, own),
    roots: options.shards.roots.map((root) => resolve(root)),
  });
}

class ExecHandler implements Handler {
  readonly #options: Complete<ExecOptions>;
  readonly #processOptions: TrainerProcessOptions;
  readonly #stopped = new AbortController();
  #trainer: TrainerProcess | undefined;

  constructor(options: Complete<ExecOptions>, processOptions: TrainerProcessOptions) {
    this.#options = options;
    this.#processOptions = processOptions;
  }

  async start(): Promise<void> {
    await checkShards(this.#options.shards);
    await this.#readyTrainer(this.#stopped.signal);
  }

  train(task: Task, training: Training): Promise<Trained> {
    const { signal } = training;
    return withFiles(task, this.#options.shards, signal, async (located) => {
      const trainer = await training.starting(() => this.#readyTrainer(signal));
      return trainer.train(located, training);
    });
  }

  async stop(): Promise<void> {
    this.#stopped.abort(new TrainingError('retryable', 'the worker stopped the trainer'));
    await this.#trainer?.stop();
  }

  /**
   * Starts one if there is none. Throws a fatal TrainingError when two in a row end the same way
   * before they are ready, or too many in different ways.
   */
  async #readyTrainer(signal: AbortSignal): Promise<TrainerProcess> {
    if (this.#trainer?.canTrain) return this.#trainer;
    const { startAttempts, backoffMs } = this.#options;
    let before: string | undefined;
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.#startTrainer(signal);
      } catch (error) {
        signal.throwIfAborted();
        this.#stopped.signal.throwIfAborted();
        if (isFatal(error)) throw error;
        const way = wayOf(error);
        if (attempt >= startAttempts || way === before) throw unfit(attempt, error);
        before = way;
        await this.#pause(Math.min(backoffMs * 2 ** (attempt - 1), longestBackoffMs), signal);
      }
    }
  }

  async #startTrainer(signal: AbortSignal): Promise<TrainerProcess> {
    await this.#trainer?.stop();
    signal.throwIfAborted();
    this.#stopped.signal.throwIfAborted();
    const trainer = new TrainerProcess(this.#processOptions);
    this.#trainer = trainer;
    const stop = (): void => void trainer.stop();
    signal.addEventListener('abort', stop);
    try {
      await trainer.ready;
      return trainer;
    } finally {
      signal.removeEventListener('abort', stop);
    }
  }

  async #pause(ms: number, signal: AbortSignal): Promise<void> {
    const either = AbortSignal.any([signal, this.#stopped.signal]);
    await sleep(ms, undefined, { signal: either }).catch(() => either.throwIfAborted());
  }
}

/** The exit code, and the last line of a traceback, which names the error. */
function firstAndLast(cause: unknown): [first: string, last: string] {
  const lines = (cause instanceof Error ? cause.message : String(cause)).split('\n');
  return [lines.at(0) ?? '', (lines.slice(1).at(-1) ?? '').trim()];
}

/** How a trainer ended, but for the times, pids and addresses in its own words. */
function wayOf(error: unknown): string {
  const [first, last] = firstAndLast(error);
  return `${first} ${last.replaceAll(/0x[\da-f]+|\d+/gi, '#')}`;
}

const isFatal = (error: unknown): boolean =>
  !(error instanceof TrainingError) || error.verdict === 'fatal';

const unfit = (attempts: number, cause: unknown): TrainingError =>
  new TrainingError(
    'fatal',
    `the worker is unfit: ${attempts} trainers in a row were not ready; the last: ${firstAndLast(cause).join(' ').trim()}`,
    { hint: 'run the command by hand and see what it says', cause },
  );
