// Looks at queues by passive declaration, many at once.
import type { Channel } from 'amqplib';
import { toAmqpError, type AmqpError } from './amqp-error.ts';
import type { AmqpConnections } from './connections.ts';
import { countQueue, type Count } from './count.ts';

/** A classic or quorum queue right now. Without a leader, a quorum queue looks empty. */
export type Look =
  | ({ readonly kind: 'seen' } & Count)
  | { readonly kind: 'gone' }
  | { readonly kind: 'refused'; readonly error: AmqpError };

const channels = 16;
/** Looks on one channel: each channel has its own time limit for an answer. */
const looksPerChannel = 500;

/** Looks at queues of one vhost, by name. Throws an AmqpError if AMQP can't be reached. */
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

/** Returns whether to look on, because a refusal closed the channel. */
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
    return { kind: 'seen', ...(await countQueue(channel, name)) };
  } catch (thrown) {
    const error = toAmqpError(thrown);
    return error.code === 404 ? { kind: 'gone' } : { kind: 'refused', error };
  }
}
