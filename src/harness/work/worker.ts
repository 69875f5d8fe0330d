// A worker: takes tasks, has them trained, and settles them. What it holds when it ends goes back
// to the broker.
import { setMaxListeners } from 'node:events';
import type { MessageProperties } from 'amqplib';
import { TrainingError } from '../handler.ts';
import type { Consumer, Delivery } from '../messaging/consumer.ts';
import { parseTask, type Parsed } from '../messaging/message.ts';
import type { Task } from '../messaging/task.generated.ts';
import { strangerIn, type Senders } from '../messaging/users.ts';
import { attemptOf } from './attempt.ts';
import type { Ending, OnStep, WorkEvent } from './event.ts';
import { digestOf, type KeptResults } from './kept-results.ts';
import { crashesOf, outcomeOf } from './outcome.ts';
import { Run } from './run.ts';
import type { Outcome } from './settlement.ts';
import type { Settler } from './settler.ts';
import type { Trainers } from './trainers.ts';

export interface WorkerParts {
  readonly kept: KeptResults;
  readonly trainers: Trainers;
  readonly settler: Settler;
}

export interface WorkerSettings {
  readonly name: string;
  readonly queue: string;
  /** The queue that it takes from while it has room, beside its own. */
  readonly pool: string | undefined;
  readonly prefetch: number;
  /** Whose tasks it trains. */
  readonly senders: Senders;
  readonly max_attempts: number;
  /** Milliseconds. */
  readonly max_task: number;
  readonly onStep: OnStep;
  readonly onEvent: (event: WorkEvent) => void;
}

export type WorkerState = 'idle' | 'busy' | 'draining';

/** Aborted in this order. */
export interface Stops {
  readonly draining: AbortController;
  readonly leaving: AbortController;
}

export function makeStops(): Stops {
  const stops = { draining: new AbortController(), leaving: new AbortController() };
  // Each task that waits listens.
  setMaxListeners(0, stops.draining.signal, stops.leaving.signal);
  return stops;
}

export class Worker {
  readonly #settings: WorkerSettings;
  readonly #parts: WorkerParts;
  readonly #stops: Stops;
  readonly #runs = new Set<Run>();
  /** By the task's id; not those that are no tasks. */
  readonly #byId = new Map<string, Run>();
  /** Settles when nothing is left to do but to close what it works with. */
  readonly ended: Promise<Ending>;
  #end: (ending: Ending) => void = () => undefined;
  #consumer: Consumer | undefined;
  #onIdle: (() => void) | undefined;
  #fault: Error | undefined;

  constructor(settings: WorkerSettings, parts: WorkerParts, stops: Stops) {
    this.#settings = settings;
    this.#parts = parts;
    this.#stops = stops;
    this.ended = new Promise((resolve) => (this.#end = resolve));
  }

  get state(): WorkerState {
    if (this.#isDraining) return 'draining';
    return this.#runs.size > 0 ? 'busy' : 'idle';
  }

  /** Those that are trained now. */
  get training(): readonly Run[] {
    return [...this.#runs].filter(
      ({ startedAt, isTrained }) => startedAt !== undefined && !isTrained,
    );
  }

  /** What it takes deliveries from; its first ones may have come already. */
  attach(consumer: Consumer): void {
    this.#consumer = consumer;
    if (this.#isDraining) void this.#pauseAll();
    else this.#balance();
  }

  /** Hands back what has not begun, and ends when what runs is settled. */
  drain(): void {
    if (this.#isDraining) return;
    this.#stops.draining.abort();
    this.#settings.onEvent({ kind: 'ending', how: this.#fault ? 'failed' : 'drained' });
    this.#parts.trainers.close();
    void this.#drain();
  }

  /** Hands back what runs, too, and ends when the trainers are gone. */
  handBack(): void {
    this.#stops.draining.abort();
    this.#stops.leaving.abort();
    this.#settings.onEvent({ kind: 'ending', how: 'handed_back' });
    for (const run of this.#runs) {
      run.isHandedBack = true;
      if (run.requeue()) this.#tellHandedBack(run);
      run.abort.abort(new TrainingError('retryable', 'the worker ends: the task is handed back'));
    }
    void this.#parts.trainers.stop().then(() => this.#end({ kind: 'handed_back' }));
  }

  /** Ends at once: the broker notices that the connection is gone. */
  leave(): void {
    this.#stops.draining.abort();
    this.#stops.leaving.abort();
    this.#settings.onEvent({ kind: 'ending', how: 'left' });
    this.#end({ kind: 'left' });
  }

  onDelivery(delivery: Delivery): void {
    this.#receive(delivery).catch((error: unknown) => this.#fail(error));
  }

  #tellHandedBack({ id, digest }: Run): void {
    this.#settings.onEvent({ kind: 'settled', id, digest, settled: { kind: 'requeued' } });
  }

  get #isDraining(): boolean {
    return this.#stops.draining.signal.aborted;
  }

  async #drain(): Promise<void> {
    await this.#pauseAll();
    if (this.#runs.size > 0) await new Promise<void>((resolve) => (this.#onIdle = resolve));
    // Handing back takes longer, and says for itself when it is done.
    if (this.#stops.leaving.signal.aborted) return;
    const error = this.#fault;
    this.#end(error === undefined ? { kind: 'drained' } : { kind: 'failed', error });
  }

  async #pauseAll(): Promise<void> {
    const { queue, pool } = this.#settings;
    await this.#consumer?.pause(queue);
    if (pool !== undefined) await this.#consumer?.pause(pool);
  }

  /** The tasks of the other trainers are finished. */
  #fail(error: unknown): void {
    this.#fault ??= error instanceof Error ? error : new Error(String(error));
    this.drain();
  }

  async #receive(delivery: Delivery): Promise<void> {
    if (this.#isDraining) {
      delivery.requeue();
      return;
    }
    const { content, properties } = delivery.message;
    const parsed = this.#parse(content, properties);
    if (parsed.kind === 'broken') {
      const id = idOf(delivery);
      const outcome = { kind: 'invalid', error: parsed.problems.join('; ') } as const;
      const run = new Run(delivery, {
        id,
        task: undefined,
        digest: '',
        attempt: attemptOf(properties, 0),
      });
      await this.#work(run, () => Promise.resolve(outcome));
      return;
    }
    const task = parsed.value;
    const digest = digestOf(content);
    const known = this.#byId.get(task.id);
    if (known) {
      known.attach(delivery, digest);
      return;
    }
    const attempt = attemptOf(properties, crashesOf(delivery, task.id, this.#parts.kept));
    const run = new Run(delivery, { id: task.id, task, digest, attempt });
    this.#byId.set(task.id, run);
    await this.#work(run, () =>
      outcomeOf(run, this.#parts, { ...this.#settings, onFatal: (error) => this.#fail(error) }),
    );
  }

  #parse(content: Buffer, properties: MessageProperties): Parsed<Task> {
    const stranger = strangerIn(properties, this.#settings.senders);
    if (stranger !== undefined) return { kind: 'broken', problems: [stranger] };
    return parseTask(content, properties);
  }

  /** From the first delivery of a task to the last settlement. */
  async #work(run: Run, getOutcome: () => Promise<Outcome>): Promise<void> {
    const { onEvent, onStep } = this.#settings;
    this.#runs.add(run);
    this.#balance();
    try {
      const { redelivered } = run.delivery.message.fields;
      onEvent({ kind: 'received', id: run.id, redelivered });
      await onStep('received', run.id);
      const outcome = await getOutcome();
      await this.#parts.settler.settle(run, outcome);
    } finally {
      this.#forget(run);
    }
  }

  #forget(run: Run): void {
    this.#runs.delete(run);
    if (this.#byId.get(run.id) === run) this.#byId.delete(run.id);
    this.#balance();
    // Those that came after the last ack: what is known by now is enough to settle them.
    for (const late of run.unsettled) this.onDelivery(late);
    if (this.#runs.size === 0) this.#onIdle?.();
  }

  /** What is taken from the pool should not wait here while another worker has nothing to do. */
  #balance(): void {
    const { pool, prefetch } = this.#settings;
    if (pool === undefined || this.#isDraining) return;
    if (this.#runs.size >= prefetch) void this.#consumer?.pause(pool);
    else void this.#consumer?.resume(pool);
  }
}

const idOf = ({ message }: Delivery): string => {
  const { messageId } = message.properties as { messageId?: unknown };
  return typeof messageId === 'string' ? messageId : '';
};
