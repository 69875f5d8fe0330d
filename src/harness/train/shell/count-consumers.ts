// How many consumers a queue has, as the broker counts them.
import {
  closeConnection,
  openConnection,
  type ConnectionOptions,
} from '../../../amqp/open-connection.ts';
import type { AmqpTarget } from '../../../connection/amqp-target.ts';

/** Throws where the broker can't be asked. */
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
