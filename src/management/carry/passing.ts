// Tells errors that pass from those that stay.
import { AmqpError, AmqpRefused } from '../../amqp/amqp-error.ts';
import { BrokerError } from '../broker-error.ts';

const notFound = 404;

/** Whether another attempt may fare better: the connection was cut, or an object has just gone. */
export function isPassing(error: unknown): boolean {
  if (error instanceof BrokerError) return error.status === undefined;
  if (!(error instanceof AmqpError) || error instanceof AmqpRefused) return false;
  return error.code === undefined || error.code === notFound;
}
