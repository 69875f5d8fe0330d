// Does what amqplib does but doesn't export: sends a frame without waiting for the previous answer,
// and hangs up.
import type { Channel, ChannelModel } from 'amqplib';
import type { Duplex } from 'node:stream';

/** Methods of AMQP 0-9-1 on the wire: class, method. */
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

/** Sends at once; the broker answers only to refuse, and then closes the channel. */
export function sendUnanswered(channel: Channel, { method, fields }: Frame): void {
  const sender = channel as unknown as { sendImmediately(method: number, fields: object): void };
  sender.sendImmediately(method, { ...fields, ticket: 0, nowait: true });
}

/** Rejects with what amqplib throws. Its own promise of an answer costs a fifth of a write. */
export function sendAnswered(channel: Channel, { method, fields }: Frame): Promise<void> {
  const sender = channel as unknown as {
    _rpc(method: number, fields: object, answer: number, then: (error: Error | null) => void): void;
  };
  return new Promise((resolve, reject) => {
    sender._rpc(method, { ...fields, ticket: 0, nowait: false }, answerTo(method), (error) => {
      if (error === null) resolve();
      else reject(error);
    });
  });
}

const answerTo = (method: number): number => method + (method === methods.exchangeUnbind ? 11 : 1);

/** Answers to ignore on a channel. */
const ignored = new WeakMap<Channel, { unbound: number }>();

/**
 * Call before sending frames without waiting: queue.unbind alone always gets an answer, which
 * amqplib would take for the answer to a call of its own.
 */
export function ignoreUnbound(channel: Channel, frames: readonly Frame[]): void {
  const known = ignored.get(channel);
  const left = known ?? { unbound: 0 };
  left.unbound += frames.filter(({ method }) => method === methods.queueUnbind).length;
  if (known !== undefined) return;
  ignored.set(channel, left);
  const own = channel as unknown as { accept(frame: { id?: number }): void };
  const accept = own.accept.bind(own);
  own.accept = (frame) => {
    if (frame.id === methods.queueUnbindOk && left.unbound > 0) left.unbound--;
    else accept(frame);
  };
}

/**
 * Sends everything of one turn of the event loop in one system call. amqplib makes a call for each
 * message, which for a small one costs more than anything else.
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

/** Closes the socket without a goodbye; every call in flight rejects. */
export function hangUp(model: ChannelModel, reason: string): void {
  (model.connection as unknown as { stream: Duplex }).stream.destroy(new Error(reason));
}
