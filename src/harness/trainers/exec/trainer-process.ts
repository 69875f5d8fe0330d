// One long-lived trainer: waits for it, and judges its answers and its end.
import { faultIn } from '../fault.ts';
import { TrainingError, type Trained, type Training } from '../../handler.ts';
import type { LocatedTask } from '../../data/located-task.ts';
import { Channel } from './channel.ts';
import { toTrainingError, type Exit } from './exit.ts';
import type { FromTrainer } from './message.ts';
import type { LogLine } from './options.ts';
import { logLines, Tail, withLines } from './output.ts';
import { Pings } from './pings.ts';
import { spawnGroup, type ProcessGroup, type SpawnOptions } from './process-group.ts';

export interface TrainerProcessOptions extends Omit<SpawnOptions, 'stdio'> {
  readonly worker: string;
  /** Absolute. */
  readonly roots: readonly string[];
  readonly log: (line: LogLine) => void;
  readonly lineBytes: number;
  readonly cancelGraceMs: number;
  readonly startTimeoutMs: number;
  readonly closingMs: number;
  readonly pingIntervalMs: number;
  readonly pingTimeoutMs: number;
}

interface Starting {
  readonly kind: 'starting';
  readonly done: () => void;
  readonly failed: (error: unknown) => void;
}

interface Busy {
  readonly kind: 'training';
  readonly request: number;
  readonly training: Training;
  readonly done: (trained: Trained) => void;
  readonly failed: (error: unknown) => void;
}

/** `ending`: asked or made to end; whatever was awaited then gets the reason. */
type State =
  | Starting
  | Busy
  | { readonly kind: 'idle' }
  | { readonly kind: 'ending'; readonly reason: unknown; readonly was: State }
  | { readonly kind: 'over' };

export class TrainerProcess {
  /** Settled when the trainer has said that it is ready. Rejects with a TrainingError. */
  readonly ready: Promise<void>;
  readonly #options: TrainerProcessOptions;
  readonly #group: ProcessGroup;
  readonly #channel: Channel;
  #pings: Pings | undefined;
  readonly #tail = new Tail();
  #state: State = { kind: 'idle' };
  #lastRequest = 0;
  #grace: NodeJS.Timeout | undefined;

  /** Throws a fatal TrainingError if no process can be started. */
  constructor(options: TrainerProcessOptions) {
    this.#options = options;
    this.#group = spawnGroup({ ...options, stdio: ['ignore', 'pipe', 'pipe', 'pipe', 'pipe'] });
    this.#channel = new Channel(this.#group, options, {
      onMessage: (message) => this.#onMessage(message),
      onBroken: (error) => this.#end(error),
    });
    this.#readOutput();
    this.ready = this.#start();
  }

  get canTrain(): boolean {
    return this.#state.kind === 'idle';
  }

  /** One at a time. Rejects with a TrainingError once the trainer is free again, or gone. */
  async train(task: LocatedTask, training: Training): Promise<Trained> {
    const { signal, attempt } = training;
    signal.throwIfAborted();
    if (!this.canTrain) throw gone();
    const cancel = (): void => this.#cancel(signal);
    signal.addEventListener('abort', cancel);
    try {
      return await new Promise<Trained>((done, failed) => {
        const request = (this.#lastRequest += 1);
        this.#state = { kind: 'training', request, training, done, failed };
        this.#channel.send({ type: 'train', request, attempt, task: { ...task } });
      });
    } finally {
      signal.removeEventListener('abort', cancel);
      clearTimeout(this.#grace);
    }
  }

  /** Asks the trainer to end, and after the graces ends it with its whole group. */
  async stop(): Promise<void> {
    if (this.#state.kind !== 'ending' && this.#state.kind !== 'over') {
      this.#channel.send({ type: 'shutdown' });
      this.#channel.end();
      const reason = new TrainingError('retryable', 'the worker stopped the trainer');
      this.#state = { kind: 'ending', reason, was: this.#state };
      this.#grace = setTimeout(() => void this.#group.end(), this.#options.cancelGraceMs);
    }
    await this.#group.ended;
  }

  #readOutput(): void {
    const { stdout, stderr } = this.#group.child;
    const note = (line: LogLine): void => {
      this.#tail.push(line);
      this.#options.log(line);
    };
    if (stdout) logLines(stdout, 'stdout', note);
    if (stderr) logLines(stderr, 'stderr', note);
    void this.#group.ended.then((exit) => this.#onEnded(exit));
  }

  async #start(): Promise<void> {
    const { worker, roots, lineBytes, cancelGraceMs, termGraceMs, startTimeoutMs } = this.#options;
    const limits = {
      line_bytes: lineBytes,
      cancel_grace_ms: cancelGraceMs,
      term_grace_ms: termGraceMs,
    };
    const timer = setTimeout(() => this.#end(notReady(startTimeoutMs)), startTimeoutMs);
    try {
      await new Promise<void>((done, failed) => {
        this.#state = { kind: 'starting', done, failed };
        this.#channel.send({ type: 'init', protocol: 1, worker, roots: [...roots], limits });
      });
    } finally {
      clearTimeout(timer);
    }
  }

  #ping(): number {
    const request = (this.#lastRequest += 1);
    this.#channel.send({ type: 'ping', request });
    return request;
  }

  #onMessage(message: FromTrainer): void {
    const state = this.#state;
    if (state.kind === 'ending') return;
    if (message.type === 'ready' || state.kind === 'starting') {
      if (message.type === 'ready' && state.kind === 'starting') this.#onReady(state);
      else this.#end(outOfTurn(message.type));
    } else if (message.request > this.#lastRequest) {
      this.#end(outOfTurn(`${message.type} to request ${message.request}`));
    } else if (message.type === 'pong') {
      this.#pings?.onPong(message.request);
    } else if (state.kind === 'training' && message.request === state.request) {
      this.#onAnswer(message, state);
    } else {
      // It changes nothing any more.
      this.#warn(`the trainer's ${message.type} to request ${message.request} came late`);
    }
  }

  #onReady({ done }: Starting): void {
    this.#pings = new Pings({
      ...this.#options,
      send: () => this.#ping(),
      warn: (text) => this.#warn(text),
    });
    this.#settle(done);
  }

  #onAnswer(message: Answer, { training, done, failed }: Busy): void {
    if (message.type === 'progress') {
      const { fraction, metrics } = message;
      if (!training.signal.aborted) training.onProgress({ fraction, ...(metrics && { metrics }) });
    } else if (training.signal.aborted) {
      this.#settle(() => failed(training.signal.reason));
    } else if (message.type === 'result') {
      this.#settle(() => done(message.result));
    } else {
      this.#state = { kind: 'idle' };
      // What it printed before it answered may be read only after the answer.
      setImmediate(() => failed(toFailure(message, this.#tail.take())));
    }
  }

  #settle(tell: () => void): void {
    this.#state = { kind: 'idle' };
    this.#tail.take();
    tell();
  }

  #cancel(signal: AbortSignal): void {
    if (this.#state.kind !== 'training') return;
    this.#channel.send({ type: 'cancel', request: this.#state.request });
    this.#grace = setTimeout(() => this.#end(signal.reason), this.#options.cancelGraceMs);
  }

  #end(reason: unknown): void {
    if (this.#state.kind === 'ending' || this.#state.kind === 'over') return;
    this.#state = { kind: 'ending', reason, was: this.#state };
    this.#channel.shut();
    void this.#group.end();
  }

  #onEnded(exit: Exit): void {
    const state = this.#state;
    this.#state = { kind: 'over' };
    clearTimeout(this.#grace);
    this.#channel.shut();
    this.#pings?.stop();
    const ended = toTrainingError(exit, this.#tail.toString(), this.#options.argv[0]);
    const [was, reason] = state.kind === 'ending' ? [state.was, state.reason] : [state, ended];
    if (was.kind === 'starting') was.failed(reason);
    else if (was.kind === 'training') was.failed(reasonOf(was.training.signal) ?? reason);
    else if (state.kind === 'idle') this.#warn(`the idle trainer is gone: ${ended.message}`);
  }

  #warn(text: string): void {
    this.#options.log({ source: 'harness', text });
  }
}

type Failure = Extract<FromTrainer, { type: 'error' }>;

/** `tail`: what it printed last, where it gives no trace. */
function toFailure({ verdict, message, trace }: Failure, tail: string): TrainingError {
  const fault = verdict === 'retryable' && trace !== undefined ? faultIn(trace) : undefined;
  return new TrainingError(verdict, withLines(message, trace ?? tail), { fault });
}

type Answer = Extract<FromTrainer, { type: 'progress' | 'result' | 'error' }>;

const reasonOf = (signal: AbortSignal): unknown => (signal.aborted ? signal.reason : undefined);

/** It ended after it was looked at. */
const gone = (): TrainingError =>
  new TrainingError('retryable', 'the trainer ended before it was given the task');

const notReady = (startTimeoutMs: number): TrainingError =>
  new TrainingError('retryable', `the trainer was not ready within ${startTimeoutMs / 1000} s`);

const outOfTurn = (what: string): TrainingError =>
  new TrainingError('retryable', `the trainer said ${what} out of turn`, {
    hint: 'docs/exec-protocol.md has the messages and their order',
  });
