// What comes to a coordinator: results, and what workers tell the events exchange. Its queue for these is also its lock.
import type { Channel, Message } from 'amqplib';
import { AmqpError } from '../../amqp/amqp-error.ts';
import { ExpectedError } from '../../topology/problem.ts';
import { Consumer, type Delivery } from '../consumer.ts';
import type { LinkOptions } from '../link.ts';

export interface IntakeOptions extends LinkOptions {
  /** The queue of results. */
  readonly results: string;
  /** The exchange of events. */
  readonly events: string;
  /** The most results that wait for their turn here. */
  readonly prefetch: number;
  readonly onResult: (delivery: Delivery) => void;
  readonly onEvent: (message: Message) => void;
}

/**
 * One coordinator at a time takes from a results queue: the exclusive queue that its events come by bears the name of the results queue, and
 * the broker gives it to one connection only, until that ends. An exclusive consumer is no lock: quorum queues of RabbitMQ 3.10 take two.
 * Throws ExpectedError where another coordinator holds it.
 */
export async function openIntake(options: IntakeOptions): Promise<Consumer> {
  const { results, events, onResult, onEvent } = options;
  const lock = lockOf(results);
  const prepare = async (channel: Channel): Promise<void> => {
    await channel.assertQueue(lock, { exclusive: true, autoDelete: true, durable: false });
    await channel.bindQueue(lock, events, '#');
  };
  const onDelivery = (delivery: Delivery): void => {
    if (delivery.queue === results) {
      onResult(delivery);
    } else {
      delivery.ack();
      onEvent(delivery.message);
    }
  };
  try {
    return await Consumer.open({
      ...options,
      ...{ queues: [lock, results], prepare, onDelivery },
    });
  } catch (error) {
    if (!(error instanceof AmqpError) || error.code !== lockedElsewhere) throw error;
    throw new ExpectedError(`another coordinator takes the results from queue ${results}`, {
      hint: 'wait for its end, or give this run a results queue of its own',
    });
  }
}

/** RESOURCE_LOCKED */
const lockedElsewhere = 405;

const lockOf = (results: string): string => `topo-harness.train.${results}`;
