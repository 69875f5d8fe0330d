// Moves messages between two queues over AMQP.
import { randomBytes } from 'node:crypto';
import type { AmqpConnections } from '../amqp/connections.ts';
import type { MessageMatch } from '../amqp/message-match.ts';
import { moveMessages } from '../amqp/move-messages.ts';
import type { Moved } from '../amqp/move.ts';
import type { MovePlan } from '../reconcile/move.ts';
import { nameBeside } from '../topology/own.ts';
import { closeFan, explained, objectionTo, openFan, type Way } from './fan.ts';

export interface MoveOptions {
  readonly isWanted?: MessageMatch;
  /** The tags of the user on AMQP; undefined if they are not known. */
  readonly tags: ReadonlySet<string> | undefined;
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
  { tags, ...options }: MoveOptions,
): Promise<Moved> {
  const { vhost } = source;
  const exchange = nameBeside(destination.name, 'move', randomBytes(4).toString('hex'));
  const way = { source, exchange, destination };
  await openFan(amqp, way);
  try {
    const moved = await moveMessages(amqp, {
      ...options,
      vhost,
      source: source.name,
      exchange,
      isAutoDelete: source.auto_delete,
      looks: ready,
      limit: most,
      objection: (message) => objectionTo(message, amqp, tags),
    });
    return moved.error ? { ...moved, error: explained(moved.error, amqp, way) } : moved;
  } finally {
    await closeFan(amqp, vhost, exchange);
  }
}
