// The trainer's side of a thread: loads the module and runs its train function, one task at a time.
import { inspect } from 'node:util';
import { parentPort, workerData } from 'node:worker_threads';
import type { TrainingVerdict } from '../../handler.ts';
import type { LocatedTask } from '../../data/located-task.ts';
import type { Context } from '../context.ts';
import { outputPathOf, toResult } from './output.ts';
import type { FromThread, ThreadData, ToThread } from './thread-message.ts';

type Train = (task: LocatedTask, context: Context) => unknown;

const verdicts: readonly unknown[] = ['retryable', 'poison', 'fatal'] satisfies TrainingVerdict[];

let cancelling = new AbortController();

const { url, roots } = workerData as ThreadData;
const worker = process.env['TOPO_WORKER'] ?? '';

const send = (message: FromThread): void => parentPort?.postMessage(message);

async function loadTrain(): Promise<Train> {
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
      signal,
      attempt,
      onProgress: ({ fraction, metrics }) =>
        send({ kind: 'progress', fraction, ...(metrics && { metrics }) }),
      outputPath: (suffix) => outputPathOf(task, { worker, root: roots[0] ?? '.', suffix }),
    });
    send({ kind: 'result', json: JSON.stringify(toResult(trained, roots)) });
  } catch (error) {
    send({ kind: 'error', ...judge(error) });
  }
}

function judge(error: unknown) {
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const verdict: unknown =
    typeof error === 'object' && error !== null && 'verdict' in error ? error.verdict : undefined;
  if (verdicts.includes(verdict)) return { verdict: verdict as TrainingVerdict, message };
  const trace = error instanceof Error ? { trace: inspect(error) } : {};
  return { verdict: 'retryable' as const, message, ...trace };
}

try {
  const train = await loadTrain();
  parentPort?.on('message', (message: ToThread) => {
    if (message.kind === 'cancel') cancelling.abort();
    else void run(train, message.task, message.attempt);
  });
  send({ kind: 'ready' });
} catch (error) {
  send({ kind: 'unloadable', message: judge(error).message });
}
