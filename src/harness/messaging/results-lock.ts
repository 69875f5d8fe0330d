// Locks a results queue by an exclusive queue of its own, which the broker gives to one connection
// only. An exclusive consumer is no lock: quorum queues of RabbitMQ 3.10 accept two.
import type { Channel } from 'amqplib';
import { AmqpError } from '../../amqp/amqp-error.ts';
import { ExpectedError } from '../../topology/problem.ts';

/** Another process takes the results. */
export class ResultsTaken extends ExpectedError {
  /** The queue of results. */
  readonly queue: string;

  constructor(queue: string, holder = 'another coordinator, or topo-harness results,') {
    super(`${holder} takes the results from queue ${queue}`, {
      hint: 'wait for its end, or name a results queue of its own in the topology',
    });
    this.queue = queue;
  }
}

/** Declares the lock; what it throws `toTaken` explains. */
export async function lockResults(channel: Channel, results: string): Promise<void> {
  const options = { exclusive: true, autoDelete: true, durable: false };
  await channel.assertQueue(lockOf(results), options);
}

/** RESOURCE_LOCKED */
const lockedElsewhere = 405;

/** The error to throw in place of what was thrown. */
export const toTaken = (thrown: unknown, results: string): unknown =>
  thrown instanceof AmqpError && thrown.code === lockedElsewhere
    ? new ResultsTaken(results)
    : thrown;

export const lockOf = (results: string): string => `topo-harness.train.${results}`;
