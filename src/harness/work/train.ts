// Makes one attempt at one task, from the handler's start to the outcome.
import { TrainingError, type Handler, type Trained } from '../handler.ts';
import { lastFaultOf } from '../messaging/message.ts';
import type { Result } from '../messaging/result.generated.ts';
import type { Task } from '../messaging/task.generated.ts';
import type { OnStep, WorkEvent } from './event.ts';
import type { KeptResults } from './kept-results.ts';
import type { Run } from './run.ts';
import type { Outcome } from './settlement.ts';

export interface TrainSettings {
  readonly name: string;
  /** Milliseconds. */
  readonly max_task: number;
  readonly kept: KeptResults;
  readonly onStep: OnStep;
  readonly onEvent: (event: WorkEvent) => void;
}

type Attempt =
  | { readonly kind: 'trained'; readonly trained: Trained }
  | { readonly kind: 'failed'; readonly error: TrainingError };

export async function train(run: Run, handler: Handler, settings: TrainSettings): Promise<Outcome> {
  const { task, id, digest, attempt } = run;
  const { kept, onEvent, onStep } = settings;
  if (task === undefined) return { kind: 'invalid', error: 'the message is no task' };
  run.startedAt = Date.now();
  // Written while the trainer begins.
  void remember(kept.started(id), settings);
  onEvent({ kind: 'started', id, digest, attempt });
  await onStep('started', id);
  const made = await attemptTo(task, run, handler, settings);
  const finished_at = Date.now();
  run.isTrained = true;
  const seconds = (finished_at - run.startedAt) / 1_000;
  if (made.kind === 'failed') {
    void remember(kept.ended(id), settings);
    if (run.isHandedBack) return { kind: 'handed_back' };
    run.fault = made.error.fault;
    const { verdict, error } = judge(made.error, run);
    onEvent({ kind: 'failed', id, digest, attempt, seconds, verdict, error });
    return { kind: 'failed', verdict, error };
  }
  const result = resultOf(task, made.trained, { run, worker: settings.name, finished_at });
  const { metrics = {} } = made.trained;
  onEvent({ kind: 'trained', id, digest, attempt, seconds, metrics });
  await onStep('trained', id);
  return { kind: 'done', result };
}

/** Whichever worker had the last attempt: the same fault twice comes again each time. */
function judge({ verdict, message, fault }: TrainingError, { delivery }: Run) {
  const isAgain = fault !== undefined && fault === lastFaultOf(delivery.message.properties);
  if (!isAgain) return { verdict, error: message };
  return { verdict: 'poison', error: `twice the same: ${message}` } as const;
}

/** Before it is published, so that nothing is trained twice from here on. */
export async function keep(
  { id, digest }: Run,
  result: Result,
  settings: TrainSettings,
): Promise<void> {
  await remember(settings.kept.keep(id, digest, result), settings);
  await settings.onStep('kept', id);
}

async function attemptTo(
  task: Task,
  run: Run,
  handler: Handler,
  { max_task }: TrainSettings,
): Promise<Attempt> {
  const { abort, attempt } = run;
  const clock = new TaskClock(max_task, () => abort.abort(tooLate(max_task)));
  try {
    const trained = await handler.train(task, {
      attempt,
      signal: abort.signal,
      onProgress: (progress) => (run.progress = progress),
      starting: (start) => clock.starting(start),
    });
    return { kind: 'trained', trained };
  } catch (error) {
    const cause: unknown = abort.signal.aborted ? abort.signal.reason : error;
    return { kind: 'failed', error: toTrainingError(cause) };
  } finally {
    clock.stop();
  }
}

/** What can't be kept is published all the same: at worst it is trained a second time. */
async function remember(writing: Promise<void>, { onEvent }: TrainSettings): Promise<void> {
  await writing.catch((error: unknown) => {
    const message = `the state folder can't be written to: ${String(error)}`;
    onEvent({ kind: 'warning', message, hint: 'a task that is delivered again is trained again' });
  });
}

function resultOf(
  task: Task,
  { samples, metrics, parameters, output }: Trained,
  { run, worker, finished_at }: { run: Run; worker: string; finished_at: number },
): Result {
  return {
    version: 1,
    task: task.id,
    ...(task.run !== undefined && { run: task.run }),
    ...(task.round !== undefined && { round: task.round }),
    task_sha256: run.digest,
    worker,
    attempt: run.attempt,
    started_at: new Date(run.startedAt ?? finished_at).toISOString(),
    finished_at: new Date(finished_at).toISOString(),
    ...(samples !== undefined && { samples }),
    ...(metrics !== undefined && { metrics }),
    ...(parameters !== undefined && { parameters }),
    ...(output !== undefined && { output }),
    ...(task.seed !== undefined && { seed: task.seed }),
    ...(task.hyperparameters !== undefined && { hyperparameters: task.hyperparameters }),
    ...(task.labels !== undefined && { labels: task.labels }),
  };
}

/** Something that a handler did not expect may not happen again. */
function toTrainingError(error: unknown): TrainingError {
  if (error instanceof TrainingError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new TrainingError('retryable', message, { cause: error });
}

const tooLate = (max_task: number): TrainingError =>
  new TrainingError('retryable', `the task took longer than ${max_task / 1_000} s`, {
    hint: 'give it more time: --max-task 1h',
  });

/**
 * Limits the time of a task. Loading a model does not count: that may take longer than training it.
 */
class TaskClock {
  readonly #limit: number;
  readonly #onLate: () => void;
  #timer: NodeJS.Timeout | undefined;

  /** Starts at once. `limit`: milliseconds. */
  constructor(limit: number, onLate: () => void) {
    this.#limit = limit;
    this.#onLate = onLate;
    this.#run();
  }

  /** Stops until the trainer has started, then begins again from 0. */
  async starting<T>(start: () => Promise<T>): Promise<T> {
    this.stop();
    try {
      return await start();
    } finally {
      this.#run();
    }
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #run(): void {
    this.#timer = setTimeout(this.#onLate, this.#limit);
  }
}
