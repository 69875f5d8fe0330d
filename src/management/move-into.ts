// Moves what is ready in a renamed queue to the one that takes over.
import { AmqpError } from '../amqp/amqp-error.ts';
import type { AmqpConnections } from '../amqp/connections.ts';
import { noMessageComes } from '../amqp/move.ts';
import type { Depth } from '../reconcile/broker.ts';
import type { Queue } from '../topology/object.ts';
import { moveOverAmqp, type MoveOptions } from './move.ts';

/** Milliseconds without a message after which another consumer has the queue to itself. */
const silence = 2_000;

/** Returns how many; 0 if a consumer has the queue to itself. Throws AmqpError. */
export async function moveInto(
  amqp: AmqpConnections,
  queue: Queue,
  { into, held }: { readonly into: string; readonly held: Depth | undefined },
  options: Pick<MoveOptions, 'tags' | 'deliveryLimit' | 'stop'>,
): Promise<number> {
  if (held?.kind !== 'known' || held.ready === 0) return 0;
  const isSingle = queue.arguments.get('x-single-active-consumer') === true;
  if (isSingle && held.consumers > 0) return 0;
  const ends = { source: queue, destination: { ...queue, name: into } };
  const most = { ready: held.ready, most: held.ready };
  const onMoved = (): void => undefined;
  try {
    const { messages, error } = await moveOverAmqp(
      amqp,
      { ...ends, ...most },
      { ...options, silence, onMoved, onBlocked: onMoved },
    );
    if (error !== undefined && !isElsewhere(error)) throw error;
    return messages;
  } catch (error) {
    if (error instanceof AmqpError && isElsewhere(error)) return 0;
    throw error;
  }
}

/** Whether a consumer has the queue to itself. */
const isElsewhere = (error: AmqpError): boolean =>
  error === noMessageComes || error.reason.endsWith(' to itself');
