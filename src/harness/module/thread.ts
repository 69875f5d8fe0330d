// The trainer's side of a thread: loads the module and runs its train, one task at a time.
import { parentPort, workerData } from 'node:worker_threads';
import type { TrainingVerdict } from '../handler.ts';
import type { LocatedTask } from '../shard/located-task.ts';
import type { FromThread, ThreadData, ToThread } from './thread-message.ts';

interface Context {
  readonly signal: AbortSignal;
  readonly attempt: number;
  readonly onProgress: (progress: { fraction: number; metrics?: Record<string, number> }) => void;
}

type Train = (task: LocatedTask, context: Context) => unknown;

const verdicts: readonly unknown[] = ['retryable', 'poison', 'fatal'] satisfies TrainingVerdict[];

let cancelling = new AbortController();

const send = (message: FromThread): void => parentPort?.postMessage(message);

async function loadTrain({ url }: ThreadData): Promise<Train> {
  const module = (await import(url)) as Record<string, unknown>;
  const train = module['train'] ?? module['default'];
  if (typeof train !== 'function') throw new Error('it exports no function train, and no default');
  return train as Train;
}

async function run(train: Train, task: LocatedTask, attempt: number): Promise<void> {
  cancelling = new AbortController();
  const { signal } = cancelling;
  try {
    const trained = await train(task, {
      ...{ signal, attempt },
      onProgress: ({ fraction, metrics }) =>
        send({ kind: 'progress', fraction, ...(metrics && { metrics }) }),
    });
    send({ kind: 'result', json: JSON.stringify(trained ?? {}) });
  } catch (error) {
    send({ kind: 'error', ...judge(error) });
  }
}

function judge(error: unknown): { verdict: TrainingVerdict; message: string } {
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const verdict: unknown =
    typeof error === 'object' && error !== null && 'verdict' in error ? error.verdict : undefined;
  return {
    verdict: verdicts.includes(verdict) ? (verdict as TrainingVerdict) : 'retryable',
    message,
  };
}

try {
  const train = await loadTrain(workerData as ThreadData);
  parentPort?.on('message', (message: ToThread) => {
    if (message.kind === 'cancel') cancelling.abort();
    else void run(train, message.task, message.attempt);
  });
  send({ kind: 'ready' });
} catch (error) {
  send({ kind: 'unloadable', message: judge(error).message });
}
