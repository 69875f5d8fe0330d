// Why the broker closed a connection, for the calls that were under way on it: amqplib tells them only that it ended.
import type { Channel, ChannelModel } from 'amqplib';
import { AmqpError, toAmqpError } from './amqp-error.ts';

const reasons = new WeakMap<object, AmqpError>();

export function rememberReason(model: ChannelModel): void {
  model.on('error', (error: unknown) => {
    reasons.set(model.connection, toAmqpError(error));
  });
}

/** What a call about a queue or an exchange ended with: the broker's own words if these closed the connection, and were about it. */
export function errorOn(channel: Channel, name: string, thrown: unknown): AmqpError {
  const error = toAmqpError(thrown);
  const reason = reasonOf(channel);
  const isOwn = error.code === undefined && reason?.reason.includes(`'${name}'`) === true;
  return isOwn ? reason : error;
}

/** The broker closes the connection because of a condition that the queue's type does not know. */
export const notImplemented = 540;

/** Whether the broker closed the connection because of what it was asked on some channel. */
export const isClosedForCause = (channel: Channel): boolean =>
  reasonOf(channel)?.code === notImplemented;

function reasonOf(channel: Channel): AmqpError | undefined {
  return reasons.get((channel as unknown as { connection: object }).connection);
}
