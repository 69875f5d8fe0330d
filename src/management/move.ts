// Moves messages between two queues over AMQP.
import { randomBytes } from 'node:crypto';
import type { AmqpConnections } from '../amqp/connections.ts';
import type { MessageMatch } from '../amqp/message-match.ts';
import { moveMessages } from '../amqp/move-messages.ts';
import type { Moved } from '../amqp/move.ts';
import type { MovePlan } from '../reconcile/move.ts';
import type { Queue } from '../topology/object.ts';
import { nameBeside } from '../topology/own.ts';
import { closeFan, explained, objectionTo, openFan, type Way } from './fan.ts';

export interface MoveOptions {
  readonly isWanted?: MessageMatch;
  /** The tags of the user on AMQP; undefined if they are not known. */
  readonly tags: ReadonlySet<string> | undefined;
  /** How often the source takes a message back before it drops it; Infinity if always. */
  readonly deliveryLimit: number;
  readonly stop: AbortSignal;
  /** Milliseconds after which another consumer has the source to itself. */
  readonly silence?: number;
  readonly onMoved: (messages: number) => void;
  readonly onBlocked: () => void;
}

/** Throws an AmqpError if nothing could be moved at all. */
export async function moveOverAmqp(
  amqp: AmqpConnections,
  { source, destination, ready, most }: Pick<MovePlan, 'ready' | 'most'> & Omit<Way, 'exchange'>,
  { tags, deliveryLimit, ...options }: MoveOptions,
): Promise<Moved> {
  const { vhost } = source;
  const exchange = nameBeside(destination.name, 'move', randomBytes(4).toString('hex'));
  const way = { source, exchange, destination };
  await openFan(amqp, way);
  const home = await openWayHome(amqp, source, deliveryLimit);
  try {
    const moved = await moveMessages(amqp, {
      ...options,
      vhost,
      source: source.name,
      exchange,
      isAutoDelete: source.auto_delete,
      looks: ready,
      limit: most,
      ...(home !== undefined && { giveBack: { limit: deliveryLimit, home } }),
      objection: (message) => objectionTo(message, amqp, tags),
    });
    return moved.error ? { ...moved, error: explained(moved.error, amqp, way) } : moved;
  } finally {
    await closeFan(amqp, vhost, exchange);
    if (home !== undefined) await closeFan(amqp, vhost, home);
  }
}

/** A fan to the end of the source; undefined if none is needed, or the user lacks the rights. */
async function openWayHome(
  amqp: AmqpConnections,
  source: Queue,
  deliveryLimit: number,
): Promise<string | undefined> {
  if (deliveryLimit === Infinity) return undefined;
  const home = nameBeside(source.name, 'move', randomBytes(4).toString('hex'));
  return openFan(amqp, { source, exchange: home, destination: source }).then(
    () => home,
    () => undefined,
  );
}
