// Whether a queue takes messages: a dead one is listed as any other.
import { setTimeout as pause } from 'node:timers/promises';
import { connect } from 'amqplib';
import type { Broker } from '../broker-of.ts';

/** Whether the queue q confirms a message within 10 s. */
export async function takesMessages(vhost: string, at: Broker): Promise<boolean> {
  const connection = await connect(`${at.amqpUrl}/${vhost}`);
  const channel = await connection.createConfirmChannel();
  const sendOne = async (): Promise<boolean> => {
    channel.sendToQueue('q', Buffer.from('x'), { persistent: true });
    return channel.waitForConfirms().then(
      () => true,
      () => false,
    );
  };
  const late = pause(10_000, 'late' as const);
  let taken = await Promise.race([sendOne(), late]);
  while (taken === false) {
    await pause(100);
    taken = await Promise.race([sendOne(), late]);
  }
  await connection.close();
  return taken === true;
}
