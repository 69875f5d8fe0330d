// Works on parameters in threads, so that the coordinator's own never waits for a big model and
// AMQP's heartbeats go on.
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { ParameterFault } from './fault.ts';
import { toError, type FromThread, type Kind, type ToThread } from './thread-message.ts';
import type { ParameterWork } from './work.ts';

/** More bring nothing if the disk is what is waited for. */
const mostThreads = Math.min(8, Math.max(2, availableParallelism()));
/** Of one thread at a time: what is beyond waits, and so does the memory that it would take. */
const mostOrders = 4;

const entry = new URL('./thread.ts', import.meta.url);

interface Waiting {
  readonly message: ToThread;
  readonly done: (value: never) => void;
  readonly failed: (error: Error) => void;
}

interface Thread {
  readonly worker: Worker;
  readonly orders: Map<number, Waiting>;
}

export class ParameterThreads implements ParameterWork {
  readonly #threads: Thread[] = [];
  readonly #waiting: Waiting[] = [];
  #orders = 0;
  #isClosed = false;

  readonly take = this.#caller('take');
  readonly mean = this.#caller('mean');

  /** Ends the threads, whatever they are at. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const { failed } of this.#waiting.splice(0)) failed(lost('they are closed'));
    await Promise.all(this.#threads.splice(0).map((thread) => end(thread)));
  }

  #caller<K extends Kind>(kind: K): ParameterWork[K] {
    const call = (order: ToThread['order']) =>
      new Promise((done, failed) => {
        if (this.#isClosed) throw lost('they are closed');
        this.#waiting.push({ message: { id: ++this.#orders, kind, order }, done, failed });
        this.#hand();
      });
    return call as ParameterWork[K];
  }

  /** To an idle thread, else a new one, else the one with the fewest orders. */
  #hand(): void {
    if (this.#waiting.length === 0) return;
    const [freest] = [...this.#threads].sort((a, b) => a.orders.size - b.orders.size);
    const isFull = freest === undefined || freest.orders.size > 0;
    const thread = isFull && this.#threads.length < mostThreads ? this.#start() : freest;
    if (thread === undefined || thread.orders.size >= mostOrders) return;
    const next = this.#waiting.shift();
    if (next === undefined) return;
    thread.orders.set(next.message.id, next);
    thread.worker.postMessage(next.message);
  }

  #start(): Thread {
    const thread: Thread = { worker: new Worker(entry), orders: new Map() };
    const { worker, orders } = thread;
    worker.on('message', (answer: FromThread) => {
      const order = orders.get(answer.id);
      orders.delete(answer.id);
      if (answer.kind === 'done') order?.done(answer.value as never);
      else order?.failed(toError(answer.failure));
      this.#hand();
    });
    worker.on('error', (error) => this.#lose(thread, String(error)));
    worker.on('exit', (code) => this.#lose(thread, `one ended with ${code}`));
    this.#threads.push(thread);
    return thread;
  }

  /** Such as one without memory. */
  #lose(thread: Thread, why: string): void {
    const at = this.#threads.indexOf(thread);
    if (at >= 0) this.#threads.splice(at, 1);
    fail(thread, why);
    this.#hand();
  }
}

async function end(thread: Thread): Promise<void> {
  fail(thread, 'they are closed');
  await thread.worker.terminate();
}

function fail({ orders }: Thread, why: string): void {
  for (const { failed } of orders.values()) failed(lost(why));
  orders.clear();
}

const lost = (why: string): ParameterFault =>
  new ParameterFault(`the threads that work with parameters can't go on: ${why}`, {
    hint: 'look at the memory of this machine, and go on with --resume',
  });
