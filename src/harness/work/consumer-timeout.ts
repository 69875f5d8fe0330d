// Tells whether the broker may take a task away while it is being trained.
import type { Queue } from '../../topology/object.ts';
import { quote } from '../../topology/quote.ts';

/** Milliseconds: RabbitMQ's own default, which can't be read over AMQP. */
const brokerDefault = 30 * 60_000;

export interface TimeoutWarning {
  readonly message: string;
  readonly hint: string;
}

/**
 * `max_task`: milliseconds. A task that is held longer than the broker's timeout is delivered again
 * meanwhile.
 */
export function consumerTimeoutWarning(
  { name, arguments: table }: Pick<Queue, 'name' | 'arguments'>,
  max_task: number,
): TimeoutWarning | undefined {
  const argument = table.get('x-consumer-timeout');
  const isKnown = typeof argument === 'number' || typeof argument === 'bigint';
  const timeout = isKnown ? Number(argument) : brokerDefault;
  if (timeout > max_task) return undefined;
  const known = isKnown
    ? `the queue ${quote(name)} has a consumer timeout of ${minutes(timeout)}`
    : `the broker's consumer_timeout is ${minutes(timeout)}, unless it was changed (RabbitMQ 4.3 has none for classic queues)`;
  return {
    message: `${known}, and a task may take ${minutes(max_task)}: the broker may deliver a task again while it is trained`,
    hint: isKnown
      ? `raise x-consumer-timeout of the queue, or lower --max-task`
      : `set consumer_timeout in rabbitmq.conf to more than ${max_task} (milliseconds), or lower --max-task`,
  };
}

const minutes = (milliseconds: number): string =>
  milliseconds < 60_000
    ? `${milliseconds / 1_000} s`
    : `${+(milliseconds / 60_000).toFixed(1)} min`;
