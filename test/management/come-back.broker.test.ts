// Keeps bindings of others whose arguments have types that only AMQP knows.
import { connect, type ChannelModel } from 'amqplib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { LiveBinding } from '../../src/topology/live.ts';
import { broker, freshVhost } from '../broker.ts';
import { firstOf } from '../sample.ts';
import { arrange, exchange, openTestBroker, queue, ways } from './arrange.ts';

let vhost: string;
let model: ChannelModel;
beforeEach(async () => {
  vhost = await freshVhost();
  model = await connect(`${broker.amqpUrl}/${vhost}`);
});
afterEach(() => model.close());

const unfaithful: Record<string, unknown> = {
  void: null,
  'an integer of 32 bits': 5,
  'an integer of 8 bits': { '!': 'int8', value: 5 },
  float: { '!': 'float', value: 1.5 },
  timestamp: { '!': 'timestamp', value: 1_700_000_000 },
  bytes: Buffer.from([0xff, 0xfe]),
};
const faithful: Record<string, unknown> = {
  text: 'acme',
  'an integer of 64 bits': { '!': 'int64', value: 5 },
  double: 1.5,
  truth: true,
};

async function bind(args: object): Promise<void> {
  const channel = await model.createChannel();
  await channel.bindQueue('q', 'x', 'k', args);
  await channel.close();
}

async function read(): Promise<LiveBinding[]> {
  const { objects } = await openTestBroker().readLive(new Set([vhost]));
  return [...objects.values()].filter((object) => object.kind === 'binding');
}

/** The management API shows some types only by a different key. */
const keys = async (): Promise<string[]> => (await read()).map((one) => one.properties_key).sort();

describe.each(firstOf(ways))('$way', ({ env }) => {
  test.each(firstOf(Object.entries(unfaithful), 3))('%s: the exchange stays', async (_, value) => {
    const before = exchange(vhost, 'x', { type: 'headers' });
    await arrange(before, queue(vhost, 'q'));
    await bind({ 'x-match': 'all', plain: 'text' });
    await bind({ 'x-match': 'all', odd: value });
    const bound = await read();
    const first = await keys();
    const after = exchange(vhost, 'x', { type: 'headers', internal: true });
    const replacing = openTestBroker(env).replace(before, after, bound, 'lose-nothing');
    await expect(replacing).rejects.toThrow(
      'x stays: 1 binding (x → q) has arguments of types that the management API does not show',
    );
    expect(await keys()).toEqual(first);
  });

  test.each(firstOf(Object.entries(faithful), 3))('%s: the queue is replaced', async (_, value) => {
    const before = queue(vhost, 'q');
    await arrange(exchange(vhost, 'x', { type: 'headers' }), before);
    await bind({ 'x-match': 'all', even: value });
    const bound = await read();
    const first = await keys();
    const after = queue(vhost, 'q', { arguments: { 'x-max-length': 5 } });
    await openTestBroker(env).replace(before, after, bound, 'lose-nothing');
    expect(await keys()).toEqual(first);
  });

  test('of two bindings that look the same neither is lost', async () => {
    const before = exchange(vhost, 'x', { type: 'headers' });
    await arrange(before, queue(vhost, 'q'));
    await bind({ user: 5 });
    await bind({ user: { '!': 'int64', value: 5 } });
    const bound = await read();
    const after = exchange(vhost, 'x', { type: 'headers', internal: true });
    await expect(
      openTestBroker(env).replace(before, after, bound.slice(0, 1), 'lose-nothing'),
    ).rejects.toThrow('could not be put back as it is');
    const channel = await model.createChannel();
    await channel.unbindQueue('q', 'x', 'k', { user: 5 });
    expect(await keys()).toHaveLength(1);
    await channel.unbindQueue('q', 'x', 'k', { user: { '!': 'int64', value: 5 } });
    expect(await keys()).toEqual([]);
  });
});
