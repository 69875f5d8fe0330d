// A fanout exchange of topo's own that leads to one queue alone: over the default exchange, the
// routing key would be lost, and copies delivered to the queues that CC names.
import { AmqpError, toAmqpError } from '../amqp/amqp-error.ts';
import type { AmqpConnections } from '../amqp/connections.ts';
import { propertyOf } from '../amqp/properties.ts';
import type { RawMessage } from '../amqp/raw-message.ts';
import { renderTable } from '../amqp/table.ts';
import { addTag, grant, nameOf } from '../topology/grant.ts';
import type { Queue } from '../topology/object.ts';
import { markedAs } from '../topology/own.ts';
import { quote } from '../topology/quote.ts';

/** The way that messages take. */
export interface Way {
  readonly source: Queue;
  /** The name of the fan. */
  readonly exchange: string;
  readonly destination: Queue;
}

/** Goes with its binding, or with the broker's next start. Throws an AmqpError. */
export async function openFan(amqp: AmqpConnections, way: Way): Promise<void> {
  const { exchange, destination } = way;
  const options = {
    durable: false,
    autoDelete: true,
    arguments: renderTable(new Map(markedAs('move', new Date()))),
  };
  try {
    await amqp.withChannel(destination.vhost, async (channel) => {
      await channel.assertExchange(exchange, 'fanout', options);
      await channel.bindQueue(destination.name, exchange, '');
    });
  } catch (error) {
    throw explained(toAmqpError(error), amqp, way);
  }
}

/** What a lost connection leaves, the next apply finds. */
export async function closeFan(
  amqp: AmqpConnections,
  vhost: string,
  exchange: string,
): Promise<void> {
  await amqp
    .withChannel(vhost, (channel) => channel.deleteExchange(exchange))
    .catch(() => undefined);
}

/**
 * Why RabbitMQ would refuse a message: it does so by closing the channel on those behind it.
 * `tags`: those of the user on AMQP; undefined if they are not known.
 */
export function objectionTo(
  { properties }: RawMessage,
  { user }: AmqpConnections,
  tags: ReadonlySet<string> | undefined,
): AmqpError | undefined {
  const sender = propertyOf(properties, 'user_id')?.toString();
  if (sender === undefined || sender === nameOf(user) || tags?.has('impersonator') === true)
    return undefined;
  return new AmqpError(
    `the next message was published by user ${quote(sender)}, and ${quote(nameOf(user))} may not send it on in that name`,
    { hint: `${addTag(user, 'impersonator')}; or move as user ${quote(sender)}` },
  );
}

const accessRefused = 403;

/** Whether a consumer has the source to itself. */
export const isTaken = ({ code, reason }: AmqpError): boolean =>
  code === accessRefused && reason.includes('exclusive');

/** Says what to do about a refusal. */
export function explained(
  error: AmqpError,
  { user }: AmqpConnections,
  { source, exchange, destination }: Way,
): AmqpError {
  const { code, reason, method } = error;
  const more = { ...(code !== undefined && { code }), ...(method !== undefined && { method }) };
  if (code !== accessRefused) return error;
  if (isTaken(error)) {
    const hint = 'stop that consumer while the messages move';
    return new AmqpError(`a consumer has queue ${quote(source.name)} to itself`, { hint, ...more });
  }
  const own = exchange.replace(/[0-9a-f]{8}$/, '0'.repeat(8));
  const needed = {
    configure: [own],
    write: [own, destination.name],
    read: [own, source.name],
  };
  return new AmqpError(reason, { hint: grant(user, source.vhost, needed), ...more });
}
