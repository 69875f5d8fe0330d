// Listens to workers' events, across lost connections, and counts the messages in a topology's
// queues.
import { randomUUID } from 'node:crypto';
import type { Channel, ChannelModel } from 'amqplib';
import { close } from '../../amqp/open-connection.ts';
import type { Roles } from '../../topology/roles.ts';
import type { EventMessage } from '../messaging/event.generated.ts';
import { Link, type LinkOptions } from '../messaging/link.ts';
import { parseEvent } from '../messaging/message.ts';

export interface Depth {
  readonly queue: string;
  readonly role: 'worker' | 'pool' | 'retry' | 'results' | 'dead_letter';
  /** How many messages are ready; undefined if the broker does not tell. */
  readonly messages: number | undefined;
}

export interface Listener {
  depths(): Promise<Depth[]>;
  close(): Promise<void>;
}

/** Throws AmqpError if the broker can't be reached. */
export async function listen(
  options: LinkOptions,
  roles: Roles,
  onEvent: (event: EventMessage) => void,
): Promise<Listener> {
  let model: ChannelModel | undefined;
  const link = await Link.open(options, async (opened) => {
    if (roles.events !== undefined) await hear(opened, roles.events, onEvent);
    model = opened;
  });
  return {
    depths: () => Promise.all(queuesOf(roles).map((one) => depthOf(model, one))),
    close: () => link.close(),
  };
}

/** By a queue of its own, which goes with the connection. */
async function hear(
  model: ChannelModel,
  events: string,
  onEvent: (event: EventMessage) => void,
): Promise<void> {
  const channel = await openChannel(model);
  const own = `topo-harness.status.${randomUUID()}`;
  await channel.assertQueue(own, { exclusive: true, autoDelete: true, durable: false });
  await channel.bindQueue(own, events, '#');
  await channel.consume(
    own,
    (message) => {
      const parsed = message && parseEvent(message.content);
      if (parsed?.kind === 'parsed') onEvent(parsed.value);
    },
    { noAck: true },
  );
}

type Named = Omit<Depth, 'messages'>;

function queuesOf({ workers, pool, retries, results, dead_letter }: Roles): Named[] {
  const named = (role: Depth['role'], ...queues: (string | undefined)[]): Named[] =>
    queues.flatMap((queue) => (queue === undefined ? [] : [{ queue, role }]));
  return [
    ...named('worker', ...workers.keys()),
    ...named('pool', pool?.queue.name),
    ...named('retry', ...retries.map(({ queue }) => queue)),
    ...named('results', results),
    ...named('dead_letter', dead_letter),
  ];
}

/** A refusal closes the channel, so each look has its own. */
async function depthOf(model: ChannelModel | undefined, of: Named): Promise<Depth> {
  try {
    const channel = model && (await openChannel(model));
    const messages = (await channel?.checkQueue(of.queue))?.messageCount;
    if (channel) await close(channel);
    return { ...of, messages };
  } catch {
    return { ...of, messages: undefined };
  }
}

async function openChannel(model: ChannelModel): Promise<Channel> {
  const channel = await model.createChannel();
  channel.on('error', () => undefined);
  return channel;
}
