// What queues hold, by passive declaration: exact and at once, where the management API lags behind.
import type { Channel } from 'amqplib';
import { toAmqpError, type AmqpError } from './amqp-error.ts';
import type { AmqpConnections } from './connections.ts';

/**
 * A classic or quorum queue right now. In a quorum queue whoever holds unacknowledged messages counts as a
 * consumer, though it only got them one by one or has cancelled since. A quorum queue without a leader looks empty.
 */
export type Look =
  | { readonly kind: 'seen'; readonly ready: number; readonly consumers: number }
  | { readonly kind: 'gone' }
  | { readonly kind: 'refused'; readonly error: AmqpError };

const channels = 16;
/** Looks on one channel: the time an answer may take is counted for each channel. */
const looksPerChannel = 500;

/** Looks at queues of one vhost; the keys are the names. Throws an AmqpError where AMQP can't be reached. */
export async function readQueues(
  connections: AmqpConnections,
  vhost: string,
  names: readonly string[],
): Promise<ReadonlyMap<string, Look>> {
  const looks = new Map<string, Look>();
  const waiting = names.values();
  const lookAtRest = async () => {
    const onChannel = (channel: Channel) => lookUntilRefused(channel, waiting, looks);
    while (await connections.withChannel(vhost, onChannel));
  };
  await Promise.all(Array.from({ length: Math.min(channels, names.length) }, lookAtRest));
  return looks;
}

/** Says whether there may be more to look at, because a refusal closed the channel. */
async function lookUntilRefused(
  channel: Channel,
  waiting: Iterable<string>,
  looks: Map<string, Look>,
): Promise<boolean> {
  let left = looksPerChannel;
  for (const name of waiting) {
    const look = await lookAt(channel, name);
    looks.set(name, look);
    if (look.kind !== 'seen' || --left === 0) return true;
  }
  return false;
}

async function lookAt(channel: Channel, name: string): Promise<Look> {
  try {
    const { messageCount, consumerCount } = await channel.checkQueue(name);
    return { kind: 'seen', ready: messageCount, consumers: consumerCount };
  } catch (thrown) {
    const error = toAmqpError(thrown);
    return error.code === 404 ? { kind: 'gone' } : { kind: 'refused', error };
  }
}
