// One message of a queue, got on demand.
import type { Channel, GetMessage } from 'amqplib';
import { AmqpError, toAmqpError } from './amqp-error.ts';

/**
 * Undefined where the queue is empty. Throws an AmqpError, also where the connection is lost while the message is on its way:
 * amqplib's own promise never settles then.
 */
export async function getMessage(channel: Channel, queue: string): Promise<GetMessage | undefined> {
  let onClose: () => void = () => undefined;
  const closed = new Promise<never>((_, reject) => {
    onClose = () => reject(new AmqpError('the connection was cut', { hint: 'run it again' }));
    channel.once('close', onClose);
  });
  try {
    const message = await Promise.race([channel.get(queue), closed]);
    return message === false ? undefined : message;
  } catch (error) {
    throw toAmqpError(error);
  } finally {
    channel.off('close', onClose);
  }
}
