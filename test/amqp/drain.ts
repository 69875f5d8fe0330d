// Empties a queue as a consumer: a request for each message takes far longer.
import type { ConfirmChannel, ConsumeMessage } from 'amqplib';

/** Takes all that is ready, and gives their ids. An auto-delete queue goes with that. */
export async function drain(channel: ConfirmChannel, queue: string): Promise<string[]> {
  const { messageCount } = await channel.checkQueue(queue);
  const ids: string[] = [];
  if (messageCount === 0) return ids;
  const consumerTag = `drain ${queue}`;
  await new Promise<void>((isDone, fail) => {
    const take = (message: ConsumeMessage | null): void => {
      if (message === null) fail(new Error(`${queue} is gone`));
      else if (ids.push(String(message.properties.messageId)) === messageCount) isDone();
    };
    channel.consume(queue, take, { consumerTag, noAck: true }).catch(fail);
  });
  await channel.cancel(consumerTag);
  return ids;
}
