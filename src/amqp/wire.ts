// What amqplib does but does not export: sending a frame without waiting for the last one's answer, and hanging up.
import type { Channel, ChannelModel } from 'amqplib';
import type { Duplex } from 'node:stream';

/** Methods of AMQP 0-9-1 as they stand on the wire: class, method. */
export const methods = {
  exchangeDeclare: (40 << 16) + 10,
  exchangeDelete: (40 << 16) + 20,
  exchangeBind: (40 << 16) + 30,
  exchangeUnbind: (40 << 16) + 40,
  queueDeclare: (50 << 16) + 10,
  queueBind: (50 << 16) + 20,
  queueDelete: (50 << 16) + 40,
  queueUnbind: (50 << 16) + 50,
  queueUnbindOk: (50 << 16) + 51,
} as const;

export interface Frame {
  readonly method: number;
  readonly fields: object;
}

/** Sends at once; the broker answers only if it refuses, and then closes the channel. */
export function sendUnanswered(channel: Channel, { method, fields }: Frame): void {
  const sender = channel as unknown as { sendImmediately(method: number, fields: object): void };
  sender.sendImmediately(method, { ...fields, ticket: 0, nowait: true });
}

/** queue.unbind alone is always answered: without this, amqplib would take the answers for those to its own calls. */
export function ignoreUnbound(channel: Channel): void {
  const own = channel as unknown as { accept(frame: { id?: number }): void };
  if (Object.hasOwn(own, 'accept')) return;
  const accept = own.accept.bind(own);
  own.accept = (frame) => {
    if (frame.id !== methods.queueUnbindOk) accept(frame);
  };
}

/**
 * Makes one system call of all that is sent in one turn of the event loop. amqplib makes one for each message, and for a small one that
 * costs more than all else.
 */
export function gatherWrites(model: ChannelModel): void {
  const { stream } = model.connection as unknown as { stream: Duplex };
  const write = stream.write.bind(stream) as (chunk: unknown) => boolean;
  stream.write = (chunk: unknown): boolean => {
    if (stream.writableCorked === 0) {
      stream.cork();
      process.nextTick(() => stream.uncork());
    }
    return write(chunk);
  };
}

/** Closes the socket without a goodbye; every call under way rejects. */
export function hangUp(model: ChannelModel, reason: string): void {
  (model.connection as unknown as { stream: Duplex }).stream.destroy(new Error(reason));
}
