// Remembers why the broker closed a connection, for the calls in flight: amqplib only tells them
// that it ended.
import type { Channel, ChannelModel } from 'amqplib';
import { AmqpError, toAmqpError } from './amqp-error.ts';

const reasons = new WeakMap<object, AmqpError>();

export function rememberReason(model: ChannelModel): void {
  model.on('error', (error: unknown) => {
    reasons.set(model.connection, toAmqpError(error));
  });
}

/**
 * The error of a call about a queue or an exchange: the broker's own words if they closed the
 * connection and name it.
 */
export function errorOn(channel: Channel, name: string, thrown: unknown): AmqpError {
  const error = toAmqpError(thrown);
  const reason = reasonOf(channel);
  const isOwn = error.code === undefined && reason?.reason.includes(`'${name}'`) === true;
  return isOwn ? reason : error;
}

/** The broker closes the connection over a condition that the queue's type doesn't support. */
export const notImplemented = 540;

/** Whether the broker closed the connection over a request on some channel. */
export const isClosedForCause = (channel: Channel): boolean =>
  reasonOf(channel)?.code === notImplemented;

/** Undefined if the broker has not closed the connection, or gave no reason. */
export const reasonFor = ({ connection }: ChannelModel): AmqpError | undefined =>
  reasons.get(connection);

function reasonOf(channel: Channel): AmqpError | undefined {
  return reasons.get((channel as unknown as { connection: object }).connection);
}
