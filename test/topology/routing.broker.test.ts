// The broker routes as topo predicts.
import { connect, type Channel, type ChannelModel, type ConfirmChannel } from 'amqplib';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { broker, freshVhost } from '../broker.ts';
import { alternateOf, queueNames, reached, type World } from './routing-world.ts';

describe('the broker routes as topo predicts', () => {
  const exchangeNames = ['e0', 'e1', 'e2', 'e3'];
  const exchange = fc.constantFrom(...exchangeNames);
  const key = fc.constantFrom(
    '',
    'a',
    'b',
    'a.b',
    'a.',
    '.',
    'a.b.c',
    '*',
    '#',
    'a.*',
    'a.#',
    '#.b',
  );
  const args = fc.constantFrom(
    {},
    { 'x-match': 'all' },
    { 'x-match': 'any' },
    { h: 1 },
    { 'x-h': 1 },
    { 'x-match': 'all', 'x-h': 1 },
    { 'x-match': 'all-with-x' },
    { 'x-match': 'all-with-x', 'x-h': 1 },
    { 'x-match': 'any-with-x', 'x-h': 1 },
  );
  const destination = fc.oneof(
    { arbitrary: fc.constantFrom(...queueNames), weight: 2 },
    { arbitrary: exchange, weight: 1 },
  );
  const worlds: fc.Arbitrary<World> = fc.record({
    exchanges: fc.tuple(
      ...exchangeNames.map((name) =>
        fc.tuple(
          fc.constant(name),
          fc.constantFrom('direct', 'fanout', 'topic', 'topic', 'headers'),
          fc.option(fc.constantFrom(...exchangeNames, 'nowhere', 'amq.fanout'), { nil: undefined }),
        ),
      ),
    ),
    bindings: fc.array(fc.tuple(exchange, destination, key, args), {
      minLength: 3,
      maxLength: 12,
    }),
  });
  const sample = fc.sample(worlds, { numRuns: 40, seed: 20261123 });
  const sent = fc.sample(
    fc.tuple(fc.constantFrom(...exchangeNames, ''), fc.oneof(key, fc.constantFrom(...queueNames))),
    {
      ...{ numRuns: 25, seed: 7 },
    },
  );

  let connection: ChannelModel;
  let channel: ConfirmChannel;
  beforeAll(async () => {
    const url = new URL(broker.amqpUrl);
    url.pathname = `/${await freshVhost()}`;
    connection = await connect(url.href);
    channel = await connection.createConfirmChannel();
  });
  afterAll(() => connection.close());

  test.each(sample.map((world, n) => [n, world] as const))('world %i', async (_, world) => {
    await declare(channel, world);
    const returned = new Set<string>();
    const note = (message: { content: Buffer }) => returned.add(message.content.toString());
    channel.on('return', note);
    for (const [n, [source, routing_key]] of sent.entries()) {
      channel.publish(source, routing_key, Buffer.from(String(n)), { mandatory: true });
    }
    await channel.waitForConfirms();
    const found = await drained(channel);
    channel.off('return', note);
    for (const [n, [source, routing_key]] of sent.entries()) {
      const queues = queueNames.filter((name) => found.get(name)?.includes(String(n)));
      const what = `${source} ← ${routing_key}: ${JSON.stringify(world)}`;
      expect(reached(world, source, routing_key), what).toEqual(queues);
      expect(returned.has(String(n)), what).toBe(queues.length === 0);
    }
    await removeAll(channel, world);
  });
});

async function declare(channel: Channel, { exchanges, bindings }: World): Promise<void> {
  for (const [name, type, alternate] of exchanges) {
    await channel.assertExchange(name, type, { arguments: alternateOf(alternate) });
  }
  for (const name of queueNames) await channel.assertQueue(name);
  for (const [source, destination, key = '', args] of bindings) {
    if (destination.startsWith('e')) await channel.bindExchange(destination, source, key, args);
    else await channel.bindQueue(destination, source, key, args);
  }
}

/** The bodies in each queue. Each message was confirmed, so it has arrived. */
async function drained(channel: Channel): Promise<Map<string, string[]>> {
  const found = new Map<string, string[]>();
  for (const name of queueNames) {
    const bodies: string[] = [];
    for (let each = await channel.get(name, { noAck: true }); each !== false;) {
      bodies.push(each.content.toString());
      each = await channel.get(name, { noAck: true });
    }
    found.set(name, bodies);
  }
  return found;
}

async function removeAll(channel: Channel, { exchanges }: World): Promise<void> {
  for (const [name] of exchanges) await channel.deleteExchange(name);
  for (const name of queueNames) await channel.deleteQueue(name);
}
