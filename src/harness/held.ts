// The messages that stand in a queue, one by one: each stays unacked until the channel is closed, unless it is acked. What went back at once
// would come again, and again.
import type { ConfirmChannel, GetMessage, Options } from 'amqplib';
import { carry } from './work/republish.ts';

export interface Held {
  readonly message: GetMessage;
  /** Whether it was delivered so often that the last few deliveries are for those who take it. */
  readonly isWorn: boolean;
  ack(): void;
  /** Puts a copy that nobody has looked at to the queue's end, confirmed, before the message itself is acked. */
  renew(): Promise<void>;
}

export interface HeldQueue {
  readonly queue: string;
  /** After so many deliveries the broker drops a message; each look is one. */
  readonly limit: number;
}

/** Those that are there at first. Throws what the broker refuses. */
export async function* hold(channel: ConfirmChannel, of: HeldQueue): AsyncGenerator<Held> {
  const { queue } = of;
  const { messageCount } = await channel.checkQueue(queue);
  for (let seen = 0; seen < messageCount; seen++) {
    const message = await channel.get(queue);
    if (message === false) return;
    yield {
      ...{ message, isWorn: isWorn(message, of) },
      ack: () => channel.ack(message),
      renew: () => renew(channel, message, queue),
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

async function renew(channel: ConfirmChannel, message: GetMessage, queue: string): Promise<void> {
  const route = { exchange: '', routing_key: queue };
  const { content, properties } = carry(message, route, { id: undefined, headers: {} });
  const options: Options.Publish = { ...properties, persistent: true };
  // One without a message id stays so: what it says of itself has to agree.
  if ((message.properties as { messageId?: string }).messageId === undefined)
    delete options.messageId;
  channel.publish('', queue, content, options);
  await channel.waitForConfirms();
  channel.ack(message);
}
