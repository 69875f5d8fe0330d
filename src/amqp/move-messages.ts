// Opens what moving messages takes: a connection to take them over, and one to send them on.
import type { Channel } from 'amqplib';
import { toAmqpError } from './amqp-error.ts';
import type { AmqpConnections } from './connections.ts';
import type { Move, Moved } from './move.ts';
import { Mover } from './mover.ts';
import { close } from './open-connection.ts';
import { receiveRaw } from './raw-message.ts';

/** Throws an AmqpError if it can't begin. */
export async function moveMessages(connections: AmqpConnections, move: Move): Promise<Moved> {
  if (Math.min(move.looks, move.limit) === 0) return { messages: 0, bytes: 0, doubtful: 0 };
  const taking = await connections.connect(move.vhost, 'taking');
  const putting = await connections.connect(move.vhost, 'putting');
  const valve = receiveRaw(taking);
  putting.on('blocked', move.onBlocked ?? noop);
  const from = await opened(taking.createChannel());
  const to = await opened(putting.createConfirmChannel());
  const countReady = () =>
    connections.withChannel(move.vhost, async (channel) => {
      const { messageCount } = await channel.checkQueue(move.source);
      return messageCount;
    });
  try {
    return await new Mover({ from, to, valve, countReady }, move).run();
  } finally {
    putting.off('blocked', move.onBlocked ?? noop);
    valve.open();
    await Promise.all([close(from), close(to)]);
  }
}

async function opened<T extends Channel>(opening: Promise<T>): Promise<T> {
  const channel = await opening.catch((error: unknown) => {
    throw toAmqpError(error);
  });
  return channel;
}

const noop = (): void => undefined;
