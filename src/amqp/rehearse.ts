// Tries what a replacement will do before anything is deleted, so that the broker refuses it now if
// at all.
import type { Channel } from 'amqplib';
import type { Exchange, Queue } from '../topology/object.ts';
import { toAmqpError, type AmqpError } from './amqp-error.ts';
import { renderDeclare } from './frames.ts';
import { NotInAmqp } from './table.ts';
import { sendUnanswered, type Frame } from './wire.ts';

/** Declares an unused object and deletes it at once. Throws NotInAmqp if AMQP can't express it. */
export async function rehearseDeclare(
  channel: Channel,
  throwAway: Exchange | Queue,
): Promise<AmqpError | undefined> {
  const { kind, name } = throwAway;
  return refusalOf(async () => {
    sendUnanswered(channel, renderDeclare(throwAway));
    await (kind === 'queue' ? channel.deleteQueue(name) : channel.deleteExchange(name));
  });
}

/** Binds what is bound already. Throws NotInAmqp if AMQP can't express it. */
export async function rehearseBinds(
  channel: Channel,
  object: Exchange | Queue,
  binds: readonly Frame[],
): Promise<AmqpError | undefined> {
  return refusalOf(async () => {
    for (const bind of binds) sendUnanswered(channel, bind);
    await check(channel, object);
  });
}

/** The broker answers after everything that was sent before. */
export async function check(channel: Channel, { kind, name }: Exchange | Queue): Promise<void> {
  await (kind === 'queue' ? channel.checkQueue(name) : channel.checkExchange(name));
}

async function refusalOf(send: () => Promise<void>): Promise<AmqpError | undefined> {
  try {
    await send();
    return undefined;
  } catch (error) {
    if (error instanceof TypeError || error instanceof RangeError)
      throw new NotInAmqp(error.message);
    if (error instanceof NotInAmqp) throw error;
    return toAmqpError(error);
  }
}
