// Looks at the messages of a queue one by one. Each stays unacked until the channel closes, unless
// it is acked: if it went back at once, it would come again and again.
import type { ConfirmChannel, GetMessage, Options } from 'amqplib';
import { getMessage } from '../../amqp/get-message.ts';
import { assertFits } from '../../amqp/writable.ts';
import { carry, type Own } from './carry.ts';

export interface Held {
  readonly message: GetMessage;
  /** Whether it was delivered so often that the last few deliveries are for those who take it. */
  readonly isWorn: boolean;
  ack(): void;
  /**
   * Publishes a fresh copy to the end of the queue, waits for its confirm, and acks the message.
   * `own`: headers and id to add. Throws what the broker refuses.
   */
  renew(own?: Own): Promise<void>;
}

export interface HeldQueue {
  readonly queue: string;
  /** After so many deliveries the broker drops a message; each look is one. */
  readonly limit: number;
  /** Whose name a copy bears; undefined for none. */
  readonly user: string | undefined;
}

/** At most so many. Throws an AmqpError, for what the broker refuses too. */
export async function* hold(
  channel: ConfirmChannel,
  of: HeldQueue,
  most: number,
): AsyncGenerator<Held> {
  for (let seen = 0; seen < most; seen++) {
    const message = await getMessage(channel, of.queue);
    if (message === undefined) return;
    yield {
      message,
      isWorn: isWorn(message, of),
      ack: () => channel.ack(message),
      renew: (own) => renew(channel, message, of, own),
    };
  }
}

/** Deliveries. */
const reserve = 5;

function isWorn({ properties }: GetMessage, { limit }: HeldQueue): boolean {
  const before: unknown = properties.headers?.['x-delivery-count'];
  const most = limit - Math.min(reserve, Math.floor(limit / 2));
  return (typeof before === 'number' ? before : 0) >= most;
}

async function renew(
  channel: ConfirmChannel,
  message: GetMessage,
  { queue, user }: HeldQueue,
  own: Own = { id: undefined, headers: {} },
): Promise<void> {
  const { content, properties } = carry(message, { exchange: '', routing_key: queue }, own);
  const options: Options.Publish = { ...properties, persistent: true };
  if (user !== undefined) options.userId = user;
  // One without a message id stays so: what it says of itself has to agree.
  const { messageId } = message.properties as { messageId?: string };
  if (own.id === undefined && messageId === undefined) delete options.messageId;
  assertFits(options, channel);
  channel.publish('', queue, content, options);
  await channel.waitForConfirms();
  channel.ack(message);
}
