// Receives results, and the workers' events. The queue for the events is also the lock on the
// results.
import type { Channel } from 'amqplib';
import { Consumer, type Delivery } from '../../messaging/consumer.ts';
import type { LinkOptions } from '../../messaging/link.ts';
import { lockOf, lockResults, toTaken } from '../../messaging/results-lock.ts';

export interface IntakeOptions extends LinkOptions {
  /** The queue of results. */
  readonly results: string;
  /** The exchange of events. */
  readonly events: string;
  /** The most results that wait for their turn here. */
  readonly prefetch: number;
  readonly onResult: (delivery: Delivery) => void;
  readonly onEvent: (delivery: Delivery) => void;
}

/**
 * Events come by the queue that is the lock on the results queue. Throws ResultsTaken if another
 * coordinator, or topo-harness results, holds it.
 */
export async function openIntake(options: IntakeOptions): Promise<Consumer> {
  const { results, events, onResult, onEvent } = options;
  const lock = lockOf(results);
  const prepare = async (channel: Channel): Promise<void> => {
    await lockResults(channel, results);
    await channel.bindQueue(lock, events, '#');
  };
  const onDelivery = (delivery: Delivery): void => {
    if (delivery.queue === results) onResult(delivery);
    else onEvent(delivery);
  };
  try {
    return await Consumer.open({
      ...options,
      queues: [lock, results],
      prepare,
      onDelivery,
    });
  } catch (error) {
    throw toTaken(error, results);
  }
}
