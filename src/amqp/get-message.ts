// Gets one message of a queue on demand.
import type { Channel, GetMessage } from 'amqplib';
import { AmqpError, toAmqpError } from './amqp-error.ts';

/**
 * Undefined if the queue is empty. Throws an AmqpError, also if the connection is lost meanwhile,
 * where amqplib's own promise never settles.
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

/**
 * Call before closing a channel that acked many messages: settles once no ack can be lost with it.
 * The broker hands a quorum queue some 32 acks at a time, and forgets the rest when the channel
 * closes. A request to the queue itself queues up behind them, so this gets one more message, which
 * goes back as the channel closes: RabbitMQ 3.10 counts that as two failed deliveries.
 */
export function settleAcks(channel: Channel, queue: string): Promise<GetMessage | undefined> {
  return getMessage(channel, queue);
}
