// What has to be said before a channel is closed that has acked many messages at once.
import type { Channel } from 'amqplib';
import { getMessage } from './get-message.ts';

/**
 * Settles when no ack for messages of the queue is lost any more with the channel. The broker hands a quorum queue some 32 acks at a time,
 * and forgets the others when the channel closes. A request that goes to the queue itself comes behind those, and its answer
 * behind the others: so one message more is asked for, which goes back with the goodbye where there is one.
 */
export async function settleAcks(channel: Channel, queue: string): Promise<void> {
  await getMessage(channel, queue);
}
