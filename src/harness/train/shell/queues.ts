// Takes tasks back from the queues of workers, and counts their consumers.
import type { ChannelModel } from 'amqplib';
import { getMessage } from '../../../amqp/get-message.ts';
import {
  closeConnection,
  openConnection,
  type ConnectionOptions,
} from '../../../amqp/open-connection.ts';
import type { AmqpTarget } from '../../../connection/amqp-target.ts';

/**
 * Takes the tasks of units that are done, or given to others, out of a queue without a worker. How
 * many were taken. It stops at the first message that is another's, which goes back to its place: a
 * look at it is a delivery, and a quorum queue drops what was delivered too often.
 */
export async function takeBack(
  target: AmqpTarget,
  options: ConnectionOptions,
  { queue, units }: { readonly queue: string; readonly units: readonly string[] },
): Promise<number> {
  const model = await openConnection(target, options);
  model.on('error', () => undefined);
  try {
    return await takeFrom(model, queue, new Set(units));
  } finally {
    await closeConnection(model);
  }
}

async function takeFrom(
  model: ChannelModel,
  queue: string,
  units: ReadonlySet<string>,
): Promise<number> {
  const channel = await model.createChannel();
  channel.on('error', () => undefined);
  for (let taken = 0; ; taken++) {
    const message = await getMessage(channel, queue);
    if (message === undefined) return taken;
    if (!units.has(String(message.properties.messageId))) {
      channel.nack(message);
      await channel.checkQueue(queue);
      return taken;
    }
    channel.ack(message);
  }
}

/** As the broker counts them. Throws if it can't be asked. */
export async function countConsumers(
  target: AmqpTarget,
  options: ConnectionOptions,
  queue: string,
): Promise<number> {
  const model = await openConnection(target, options);
  model.on('error', () => undefined);
  try {
    const channel = await model.createChannel();
    channel.on('error', () => undefined);
    return (await channel.checkQueue(queue)).consumerCount;
  } finally {
    await closeConnection(model);
  }
}
