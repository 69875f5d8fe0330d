// Counts what a queue holds by passive declaration: exact and current, while the management API
// lags behind.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Channel } from 'amqplib';
import { AmqpError } from './amqp-error.ts';

export interface Count {
  readonly ready: number;
  /**
   * A quorum queue counts everyone with unacknowledged messages as a consumer, even after basic.get
   * or a cancelled consumer.
   */
  readonly consumers: number;
}

/**
 * The leader of a quorum queue did not answer in time: RabbitMQ gives it 250 ms, and then says that
 * the queue has neither messages nor consumers (`stat` in rabbit_quorum_queue.erl, 3.10 to 4.3).
 */
export class NoAnswer extends AmqpError {
  constructor(name: string) {
    super(`queue "${name}" does not answer in time, and RabbitMQ calls such a queue empty`, {
      hint: 'run it again when the broker has less to do',
    });
  }
}

/** Milliseconds. A little less than RabbitMQ's own, as its clock is another. */
const limit = 240;
const pause = 100;
const attempts = 5;

/** Throws NoAnswer, and what amqplib throws. */
export async function countQueue(channel: Channel, name: string): Promise<Count> {
  for (let attempt = 1; ; attempt++) {
    const started = performance.now();
    const { messageCount: ready, consumerCount: consumers } = await channel.checkQueue(name);
    const took = performance.now() - started;
    noteRoundTrip(channel, took);
    if (ready + consumers > 0 || took < limit) return { ready, consumers };
    // An answer that waited for the leader takes much longer than the shortest round trip.
    if (took < limit + (await leastRoundTrip(channel)) / 2) return { ready, consumers };
    if (attempt === attempts) throw new NoAnswer(name);
    await sleep(pause);
  }
}

/** Milliseconds of each connection's shortest round trip so far; later ones may take longer. */
const shortest = new WeakMap<object, number>();

function noteRoundTrip({ connection }: Channel, took: number): number {
  const least = Math.min(took, shortest.get(connection) ?? Infinity);
  shortest.set(connection, least);
  return least;
}

const pings = 5;

async function leastRoundTrip(channel: Channel): Promise<number> {
  let least = Infinity;
  for (let ping = 1; ping <= pings; ping++) {
    const started = performance.now();
    // RabbitMQ's own, in each vhost, which anyone may ask for.
    await channel.checkExchange('amq.direct');
    least = noteRoundTrip(channel, performance.now() - started);
  }
  return least;
}
