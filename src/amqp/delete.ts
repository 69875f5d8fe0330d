import type { Channel } from 'amqplib';
import { toAmqpError } from './amqp-error.ts';

/** Returns how many messages went with the queue. One that is gone already lost none. */
export async function deleteQueue(channel: Channel, name: string): Promise<number> {
  try {
    const { messageCount } = await channel.deleteQueue(name);
    return messageCount;
  } catch (error) {
    throw toAmqpError(error);
  }
}
