// Opens what moving messages takes: a connection to take them over, and one to send them on.
import type { Channel, ChannelModel } from 'amqplib';
import { toAmqpError } from './amqp-error.ts';
import { isBlocked, watchBlocked } from './blocked.ts';
import type { AmqpConnections } from './connections.ts';
import { countQueue } from './count.ts';
import type { Move, Moved } from './move.ts';
import { Mover } from './mover.ts';
import { close } from './open-connection.ts';
import { receiveRaw } from './raw-message.ts';
import { hangUp } from './wire.ts';

/** Throws an AmqpError if it can't begin. */
export async function moveMessages(connections: AmqpConnections, move: Move): Promise<Moved> {
  if (Math.min(move.looks, move.limit) === 0)
    return { messages: 0, bytes: 0, doubtful: 0, sentHome: 0 };
  const taking = await connections.connect(move.vhost, 'taking');
  const putting = await connections.connect(move.vhost, 'putting');
  const valve = receiveRaw(taking);
  watchBlocked(putting);
  putting.on('blocked', move.onBlocked ?? noop);
  const from = await inTime(taking, opened(taking.createChannel()));
  const to = await inTime(putting, opened(putting.createConfirmChannel()));
  const countReady = () =>
    connections.withChannel(
      move.vhost,
      async (channel) => (await countQueue(channel, move.source)).ready,
    );
  try {
    const ends = { from, to, valve, countReady, isBlocked: () => isBlocked(putting) };
    return await new Mover(ends, move).run();
  } finally {
    putting.off('blocked', move.onBlocked ?? noop);
    valve.open();
    await Promise.all([inTime(taking, close(from)), inTime(putting, close(to))]);
  }
}

/** Milliseconds. */
const patience = 5_000;

/**
 * Hangs up if it takes too long: RabbitMQ 3.10 answers nothing more on a connection that sends to a
 * quorum queue while that is deleted.
 */
async function inTime<T>(model: ChannelModel, work: Promise<T>): Promise<T> {
  const late = setTimeout(() => {
    if (!isBlocked(model)) hangUp(model, `no answer for ${patience / 1_000} s`);
  }, patience);
  return work.finally(() => clearTimeout(late));
}

async function opened<T extends Channel>(opening: Promise<T>): Promise<T> {
  const channel = await opening.catch((error: unknown) => {
    throw toAmqpError(error);
  });
  return channel;
}

const noop = (): void => undefined;
