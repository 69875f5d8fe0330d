// Whether a queue takes messages: a dead one is listed as any other.
import { setTimeout as pause } from 'node:timers/promises';
import { connect } from 'amqplib';
import type { Broker } from '../broker-of.ts';

/** Whether the queue q confirms a message within 10 s. */
export async function takesMessages(vhost: string, at: Broker): Promise<boolean> {
  const connection = await connect(`${at.amqpUrl}/${vhost}`);
  const channel = await connection.createConfirmChannel();
  channel.sendToQueue('q', Buffer.from('x'), { persistent: true });
  const isConfirmed = channel.waitForConfirms().then(
    () => true,
    () => false,
  );
  const isTaken = await Promise.race([isConfirmed, pause(10_000, false)]);
  await connection.close();
  return isTaken;
}
