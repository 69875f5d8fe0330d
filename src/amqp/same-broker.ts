// Checks that AMQP reaches the broker behind the management API. Its name proves nothing: names are
// not unique.
import type { Channel } from 'amqplib';
import { setTimeout as sleep } from 'node:timers/promises';
import { toAmqpError } from './amqp-error.ts';

/**
 * Exclusive, so that it vanishes with the connection and no export or plan sees it. Classic,
 * whatever the vhost's default.
 */
const probe = { exclusive: true, durable: false, arguments: { 'x-queue-type': 'classic' } };
/** Forbidden by a permission, or by a limit on the number of queues. */
const forbidden: readonly (number | undefined)[] = [403, 406];
/**
 * Milliseconds before each further look: one node of a cluster may learn of a queue later than
 * another.
 */
const pauses = [100, 400, 1_000];

/**
 * False also if this can't be known, because the user may not declare a queue. Throws an AmqpError
 * if AMQP is lost.
 */
export async function isAnotherBroker(
  channel: Channel,
  hasQueue: (name: string) => Promise<boolean>,
): Promise<boolean> {
  const name = await declareProbe(channel);
  if (name === undefined) return false;
  const isSeen = await lookUntilSeen(() => hasQueue(name));
  await deleteProbe(channel, name);
  return !isSeen;
}

async function declareProbe(channel: Channel): Promise<string | undefined> {
  try {
    return (await channel.assertQueue('', probe)).queue;
  } catch (thrown) {
    const error = toAmqpError(thrown);
    if (forbidden.includes(error.code)) return undefined;
    throw error;
  }
}

async function deleteProbe(channel: Channel, name: string): Promise<void> {
  try {
    await channel.deleteQueue(name);
  } catch (error) {
    throw toAmqpError(error);
  }
}

async function lookUntilSeen(look: () => Promise<boolean>): Promise<boolean> {
  for (const pause of pauses) {
    if (await look()) return true;
    await sleep(pause);
  }
  return look();
}
