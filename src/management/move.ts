// Moves messages between two queues over AMQP, through an exchange of its own that leads to the
// destination alone: the default exchange would deliver copies to the queues that CC names.
import { randomBytes } from 'node:crypto';
import { AmqpError, toAmqpError } from '../amqp/amqp-error.ts';
import type { AmqpConnections } from '../amqp/connections.ts';
import type { MessageMatch } from '../amqp/message-match.ts';
import { moveMessages } from '../amqp/move-messages.ts';
import type { Moved } from '../amqp/move.ts';
import { propertyOf } from '../amqp/properties.ts';
import type { RawMessage } from '../amqp/raw-message.ts';
import { renderTable } from '../amqp/table.ts';
import { addTag, grant, nameOf } from '../topology/grant.ts';
import type { MovePlan } from '../reconcile/move.ts';
import { markedAs, nameBeside } from '../topology/own.ts';
import { quote } from '../topology/quote.ts';

export interface MoveOptions {
  readonly isWanted?: MessageMatch;
  /** The tags of the user on AMQP; undefined if they are not known. */
  readonly tags: ReadonlySet<string> | undefined;
  readonly stop: AbortSignal;
  readonly onMoved: (messages: number) => void;
  readonly onBlocked: () => void;
}

/** Throws an AmqpError if nothing could be moved at all. */
export async function moveOverAmqp(
  amqp: AmqpConnections,
  plan: MovePlan,
  { tags, ...options }: MoveOptions,
): Promise<Moved> {
  const { source, destination, ready, most } = plan;
  const { vhost } = source;
  const exchange = nameBeside(destination.name, 'move', randomBytes(4).toString('hex'));
  await openFan(amqp, plan, exchange);
  try {
    const moved = await moveMessages(amqp, {
      ...options,
      vhost,
      source: source.name,
      exchange,
      looks: ready,
      limit: most,
      objection: (message) => objectionTo(message, amqp, tags),
    });
    return moved.error ? { ...moved, error: explained(moved.error, amqp, plan) } : moved;
  } finally {
    await closeFan(amqp, vhost, exchange);
  }
}

/** Goes with its binding, or with the broker's next start. */
async function openFan(amqp: AmqpConnections, plan: MovePlan, exchange: string): Promise<void> {
  const { vhost, name } = plan.destination;
  const options = {
    durable: false,
    autoDelete: true,
    arguments: renderTable(new Map(markedAs('move', new Date()))),
  };
  try {
    await amqp.withChannel(vhost, async (channel) => {
      await channel.assertExchange(exchange, 'fanout', options);
      await channel.bindQueue(name, exchange, '');
    });
  } catch (error) {
    throw explained(toAmqpError(error), amqp, plan);
  }
}

/** What a lost connection leaves, the next apply finds. */
async function closeFan(amqp: AmqpConnections, vhost: string, exchange: string): Promise<void> {
  await amqp
    .withChannel(vhost, (channel) => channel.deleteExchange(exchange))
    .catch(() => undefined);
}

/** Asked before it is published: RabbitMQ refuses it by closing the channel on those behind it. */
function objectionTo(
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

function explained(
  error: AmqpError,
  { user }: AmqpConnections,
  { source, destination }: MovePlan,
): AmqpError {
  const { code, reason, method } = error;
  const more = { ...(code !== undefined && { code }), ...(method !== undefined && { method }) };
  if (code !== accessRefused) return error;
  if (reason.includes('exclusive')) {
    const hint = 'stop that consumer while the messages move';
    return new AmqpError(`a consumer has queue ${quote(source.name)} to itself`, { hint, ...more });
  }
  const own = nameBeside(destination.name, 'move', '0'.repeat(8));
  const needed = {
    configure: [own],
    write: [own, destination.name],
    read: [own, source.name],
  };
  return new AmqpError(reason, { hint: grant(user, source.vhost, needed), ...more });
}
