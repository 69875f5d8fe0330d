// Takes results as they come, across lost connections, until it is stopped.
import { setTimeout as sleep } from 'node:timers/promises';
import { ExpectedError } from '../../topology/problem.ts';
import { Consumer, type Delivery } from '../messaging/consumer.ts';
import type { LinkOptions } from '../messaging/link.ts';
import { lockResults, toTaken } from '../messaging/results-lock.ts';
import type { Row } from './row.ts';
import type { Sink } from './sink.ts';
import { sortOut, Tally, type Collected, type Left, type Stays } from './sort-out.ts';

export interface FollowOptions {
  readonly link: LinkOptions;
  /** A queue. */
  readonly results: string;
  readonly sink: Sink;
  readonly stop: AbortSignal;
  /**
   * Called for what stays in the queue: the first of each training, and the first that is broken.
   */
  readonly onLeft: (left: Left) => void;
}

/** Results that wait for their turn; inline parameters make them large. */
const prefetch = 100;
/** Milliseconds in which results gather, to be written together. */
const gathering = 250;

/** Throws ResultsTaken if another process holds the queue, AmqpError, and what the sink does. */
export async function follow(options: FollowOptions): Promise<Collected> {
  const { link, results, stop } = options;
  const basket = new Basket(options);
  const consumer = await Consumer.open({
    ...link,
    queues: [results],
    prefetch,
    prepare: (channel) => {
      basket.left = 0;
      return lockResults(channel, results);
    },
    onDelivery: (delivery) => basket.put(delivery),
  }).catch((error: unknown) => {
    throw toTaken(error, results);
  });
  try {
    while (!stop.aborted) {
      await sleep(gathering, undefined, { signal: stop }).catch(() => undefined);
      await basket.empty();
    }
    return basket.collected;
  } finally {
    await consumer.close();
  }
}

class Basket {
  readonly #options: FollowOptions;
  readonly #tally = new Tally();
  readonly #told = new Set<string>();
  #deliveries: Delivery[] = [];
  #rows = new Map<string, Row>();
  /** How many messages of this connection stay in the queue. */
  left = 0;

  constructor(options: FollowOptions) {
    this.#options = options;
  }

  get collected(): Collected {
    return this.#tally.collected;
  }

  put(delivery: Delivery): void {
    const sorted = sortOut(delivery.message);
    if (sorted.kind !== 'row') {
      this.#leave(sorted);
      return;
    }
    this.#deliveries.push(delivery);
    if (this.#options.sink.has(sorted.id) || this.#rows.has(sorted.id)) this.#tally.again++;
    else this.#rows.set(sorted.id, sorted.row);
  }

  #leave(sorted: Stays): void {
    this.left++;
    const which = sorted.kind === 'training' ? sorted.run : '';
    if (this.#told.has(which)) return;
    this.#told.add(which);
    const first = new Tally();
    first.leave(sorted);
    this.#options.onLeft(first.collected.left);
  }

  /** Acks what is safe. */
  async empty(): Promise<void> {
    if (this.left >= prefetch) throw full(this.#options.results, this.left);
    const { sink } = this.#options;
    const [deliveries, all] = [this.#deliveries, [...this.#rows]];
    this.#deliveries = [];
    this.#rows = new Map();
    // One that came while its like was being written is there by now.
    const rows = all.flatMap(([id, row]) => (sink.has(id) ? [] : [row]));
    if (rows.length > 0) await sink.add(rows);
    this.#tally.rows += rows.length;
    this.#tally.again += all.length - rows.length;
    for (const delivery of deliveries) delivery.ack();
  }
}

const full = (queue: string, left: number): ExpectedError =>
  new ExpectedError(`queue ${queue} holds ${left} messages that are no results of tasks`, {
    hint: 'without --follow they are passed over: topo-harness results --output FILE; those of a run go with topo-harness abandon RUN',
  });
