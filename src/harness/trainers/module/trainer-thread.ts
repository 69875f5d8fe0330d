// One thread for a module: waits for it, and judges its answers and its end.
import { Worker } from 'node:worker_threads';
import { faultIn } from '../fault.ts';
import { TrainingError, type Trained, type Training } from '../../handler.ts';
import { toTrainingError } from '../exec/exit.ts';
import { parseTrained } from '../exec/message.ts';
import type { LogLine } from '../exec/options.ts';
import { logLines, Tail, withLines } from '../exec/output.ts';
import type { LocatedTask } from '../../data/located-task.ts';
import type { FromThread, ThreadData, ToThread } from './thread-message.ts';

export interface ThreadOptions extends ThreadData {
  readonly environment: NodeJS.ProcessEnv;
  readonly execArgv?: readonly string[];
  readonly heapMb?: number;
  readonly log: (line: LogLine) => void;
  readonly cancelGraceMs: number;
  readonly startTimeoutMs: number;
  readonly lineBytes: number;
}

/** Who waits, and for what: the module to load, or a training to end. */
interface Waiting {
  readonly training?: Training;
  readonly done: (json: string) => void;
  readonly failed: (error: unknown) => void;
}

const entry = new URL('./thread.ts', import.meta.url);

export class TrainerThread {
  /** Settled when the module is loaded. */
  readonly ready: Promise<void>;
  readonly #options: ThreadOptions;
  readonly #worker: Worker;
  readonly #ended: Promise<void>;
  readonly #tail = new Tail();
  #waiting: Waiting | undefined;
  #isAlive = true;

  constructor(options: ThreadOptions) {
    this.#options = options;
    const { url, roots, environment, execArgv, heapMb } = options;
    this.#worker = new Worker(entry, {
      workerData: { url, roots } satisfies ThreadData,
      ...(execArgv && { execArgv: [...execArgv] }),
      ...(heapMb !== undefined && { resourceLimits: { maxOldGenerationSizeMb: heapMb } }),
      env: environment,
      stdout: true,
      stderr: true,
    });
    this.#readOutput();
    this.#worker.on('message', (message: FromThread) => this.#onMessage(message));
    let cause: TrainingError | undefined;
    this.#worker.on('error', (error) => {
      this.#isAlive = false;
      cause = thrown(error);
    });
    this.#ended = new Promise((resolve) => {
      this.#worker.once('exit', (code) => {
        this.#isAlive = false;
        this.#fail(cause ?? toTrainingError({ kind: 'code', code }, this.#tail.toString(), url));
        resolve();
      });
    });
    this.ready = this.#load();
  }

  get isAlive(): boolean {
    return this.#isAlive;
  }

  /** One at a time. Rejects with a TrainingError once the thread is free again, or gone. */
  async train(task: LocatedTask, training: Training): Promise<Trained> {
    const { signal, attempt } = training;
    let grace: NodeJS.Timeout | undefined;
    const cancel = (): void => {
      this.#post({ kind: 'cancel' });
      grace = setTimeout(() => void this.stop(), this.#options.cancelGraceMs);
    };
    signal.addEventListener('abort', cancel);
    try {
      const json = await this.#wait(training, () => this.#post({ kind: 'train', task, attempt }));
      return this.#parse(json);
    } catch (error) {
      signal.throwIfAborted();
      throw error;
    } finally {
      clearTimeout(grace);
      signal.removeEventListener('abort', cancel);
    }
  }

  async stop(): Promise<void> {
    this.#isAlive = false;
    await this.#worker.terminate();
    await this.#ended;
  }

  async #load(): Promise<void> {
    const { startTimeoutMs } = this.#options;
    const timer = setTimeout(() => {
      this.#fail(new Error(`it took longer than ${startTimeoutMs / 1000} s`));
      void this.stop();
    }, startTimeoutMs);
    try {
      await this.#wait(undefined, () => undefined);
    } catch (error) {
      await this.stop();
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  async #wait(training: Training | undefined, begin: () => void): Promise<string> {
    try {
      return await new Promise<string>((done, failed) => {
        this.#waiting = { ...(training && { training }), done, failed };
        begin();
      });
    } finally {
      this.#waiting = undefined;
    }
  }

  #onMessage(message: FromThread): void {
    const waiting = this.#waiting;
    switch (message.kind) {
      case 'ready':
        waiting?.done('');
        return;
      case 'unloadable':
        waiting?.failed(new Error(message.message));
        return;
      case 'progress':
        if (waiting?.training?.signal.aborted === false) {
          const { fraction, metrics } = message;
          waiting.training.onProgress({ fraction, ...(metrics && { metrics }) });
        }
        return;
      case 'result':
        if (waiting?.training?.signal.aborted) waiting.failed(waiting.training.signal.reason);
        else waiting?.done(message.json);
        return;
      case 'error':
        this.#fail(toFailure(message));
    }
  }

  #fail(error: unknown): void {
    this.#waiting?.failed(error);
  }

  #parse(json: string): Trained {
    const { lineBytes } = this.#options;
    const line = Buffer.from(json);
    if (line.length > lineBytes) {
      throw new TrainingError('poison', `the module's result has over ${lineBytes} bytes`, {
        hint: 'write big values to a file, and name it in the result',
      });
    }
    const parsed = parseTrained(line);
    if (parsed.kind === 'message') return parsed.message;
    throw new TrainingError('retryable', `the module's result is no result: ${parsed.why}`);
  }

  #post(message: ToThread): void {
    this.#worker.postMessage(message);
  }

  #readOutput(): void {
    const note = (line: LogLine): void => {
      this.#tail.push(line);
      this.#options.log(line);
    };
    logLines(this.#worker.stdout, 'stdout', note);
    logLines(this.#worker.stderr, 'stderr', note);
  }
}

type Failure = Extract<FromThread, { kind: 'error' }>;

function toFailure({ verdict, message, trace }: Failure): TrainingError {
  if (trace === undefined) return new TrainingError(verdict, message);
  return new TrainingError(verdict, withStack(message, trace), { fault: faultIn(trace) });
}

/** The innermost frames come first. */
const withStack = (message: string, stack: string): string =>
  withLines(message, (stack.match(/^\s+at .*/gm) ?? []).slice(0, 3).join('\n'));

/** What the module threw outside of train, or the end of the thread's memory. */
function thrown(error: unknown): TrainingError {
  const [message, stack] =
    error instanceof Error ? [error.message, error.stack ?? ''] : [String(error), ''];
  return new TrainingError('retryable', withStack(`the module's thread ended: ${message}`, stack), {
    cause: error,
    fault: faultIn(stack),
  });
}
