// Reads how often a queue's messages may be delivered, as far as the topology says.
import type { Desired } from '../../topology/desired.ts';
import { isQueue } from '../../topology/object.ts';

/** Of RabbitMQ 4's quorum queues, if nothing else is declared. */
const defaultLimit = 20;

/**
 * After so many deliveries the broker drops a message, unless the queue is a classic one; a limit
 * below 0 is none.
 */
export function limitOf({ objects }: Desired, vhost: string, name: string): number {
  const declared = [...objects.values()].map(({ object }) => object);
  const own = declared.find(
    (one) => one.kind === 'queue' && one.name === name && one.vhost === vhost,
  );
  const limit = isQueue(own) ? own.arguments.get('x-delivery-limit') : undefined;
  if (typeof limit !== 'number') return defaultLimit;
  return limit < 0 ? Infinity : limit;
}
