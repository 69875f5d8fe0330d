// Sends one request and waits for its answer.
import type { Channel } from 'amqplib';
import { toAmqpError, type AmqpError } from './amqp-error.ts';
import { NotInAmqp } from './table.ts';
import { sendAnswered, type Frame } from './wire.ts';

/**
 * Returns why the broker has not carried it out; without a code, the connection was lost, and it
 * may have. Throws NotInAmqp if AMQP can't express it.
 */
export async function request(channel: Channel, frame: Frame): Promise<AmqpError | undefined> {
  try {
    await sendAnswered(channel, frame);
    return undefined;
  } catch (error) {
    if (error instanceof TypeError || error instanceof RangeError)
      throw new NotInAmqp(error.message);
    return toAmqpError(error);
  }
}
