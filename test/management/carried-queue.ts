// Sets up queues to carry over, and looks at what became of them.
import { connect, type ConfirmChannel, type Options } from 'amqplib';
import type { Carried, Carry } from '../../src/reconcile/broker.ts';
import { canonicalObject } from '../../src/topology/normal-form.ts';
import type { Binding, Queue } from '../../src/topology/object.ts';
import { markedAs } from '../../src/topology/own.ts';
import { atEnd } from '../at-end.ts';
import { api, broker } from '../broker.ts';
import { arrange, binding, exchange, openTestBroker, queue, standing } from './arrange.ts';

export interface Setting {
  readonly vhost: string;
  readonly before: Queue;
  readonly after: Queue;
  readonly parking: Queue;
  readonly bindings: readonly Binding[];
  /** Leads to the queue with the routing key `k`. */
  readonly exchange: string;
}

export const quorum = { type: 'quorum' };

let nth = 0;

/** A queue with three bindings. */
export async function setUp(vhost: string, from: object, to: object): Promise<Setting> {
  const setting = describeQueue(vhost, from, to);
  await arrange(setting.before, ...exchangesOf(setting), ...setting.bindings);
  return setting;
}

export function describeQueue(vhost: string, from: object, to: object): Setting {
  const name = `q${++nth}`;
  const args = Object.fromEntries(markedAs('move', new Date()));
  return {
    vhost,
    before: queue(vhost, name, from),
    after: queue(vhost, name, to),
    parking: queue(vhost, `${name}.topo-parking-00000000`, { ...quorum, arguments: args }),
    bindings: ['', 'a', 'b'].map((end) =>
      binding(vhost, `x${name}${end}`, name, { routing_key: `k${end}` }),
    ),
    exchange: `x${name}`,
  };
}

export const exchangesOf = ({ vhost, bindings }: Setting) =>
  bindings.map(({ source }) => exchange(vhost, source, { type: 'topic' }));

export async function carryOver(
  { vhost, before, after, parking, bindings }: Setting,
  { drainTimeout = 20_000, onMoved, env = {}, timeout = 60 }: Partial<Carry & Opening> = {},
): Promise<Carried> {
  const opened = openTestBroker(env, timeout);
  try {
    // As every apply does first.
    await opened.readLive(new Set([vhost]));
    const carry = { parking, drainTimeout, ...(onMoved && { onMoved }) };
    return await opened.carryOver(before, after, bindings, carry);
  } finally {
    await opened.close();
  }
}

interface Opening {
  readonly env: NodeJS.ProcessEnv;
  /** Seconds. */
  readonly timeout: number;
}

/** What stands, but the exchanges; S for the parking queue. */
export async function stands({ vhost, before, after, parking }: Setting): Promise<string[]> {
  const names = new Map([
    [canonicalObject(before), 'before'],
    [canonicalObject(after), 'after'],
  ]);
  const found = await standing(vhost);
  const seen = found.flatMap((text) => {
    const known = names.get(text);
    if (known !== undefined) return [known];
    const { kind, name, source, destination } = JSON.parse(text) as Record<string, string>;
    if (name === parking.name) return [];
    if (source?.startsWith(`x${before.name}`) !== true) return [];
    return [`${kind} ${destination === parking.name ? 'S' : 'q'}`];
  });
  // No list of topo's has the queue that it makes for itself.
  const queues = (await api('GET', `queues/${vhost}?disable_stats=true`)) as { name: string }[];
  const isParked = queues.some(({ name }) => name === parking.name);
  return [...seen, ...(isParked ? ['S'] : [])].sort();
}

export const whole = (queue: 'before' | 'after'): string[] =>
  ['binding q', 'binding q', 'binding q', queue].sort();

export async function openChannel(vhost: string): Promise<ConfirmChannel> {
  const model = await connect(`${broker.amqpUrl}/${vhost}`, { noDelay: true });
  atEnd(() => model.close().catch(() => undefined));
  const channel = await model.createConfirmChannel();
  channel.on('error', () => undefined);
  return channel;
}

/** Numbers them by their ids, from 1 on. */
export async function fill(
  channel: ConfirmChannel,
  queue: string,
  count: number,
  options: Options.Publish = {},
): Promise<void> {
  for (let n = 1; n <= count; n++)
    channel.sendToQueue(queue, Buffer.from('x'), {
      ...{ persistent: true, messageId: String(n) },
      ...options,
    });
  await channel.waitForConfirms();
}

export const numbers = (to: number): string[] =>
  Array.from({ length: to }, (_, index) => String(index + 1));
