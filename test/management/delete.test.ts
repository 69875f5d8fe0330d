// A queue goes only when nothing goes with it that may not: rows of what it holds, by its type.
import { connect, type ChannelModel, type ConfirmChannel } from 'amqplib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Consent } from '../../src/reconcile/broker.ts';
import { addressOf } from '../../src/topology/address.ts';
import { WouldLose } from '../../src/management/would-lose.ts';
import { broker, freshVhost } from '../broker.ts';
import { openTestBroker, queue } from './arrange.ts';

let vhost: string;
let model: ChannelModel;
beforeAll(async () => {
  vhost = await freshVhost();
  const url = new URL(broker.amqpUrl);
  url.pathname = vhost;
  model = await connect(url.href);
});
afterAll(() => model.close());

type Arrange = (channel: ConfirmChannel, name: string) => Promise<unknown>;

async function publish(channel: ConfirmChannel, name: string, count: number): Promise<void> {
  for (let n = 0; n < count; n++) channel.sendToQueue(name, Buffer.from('x'), { persistent: true });
  await channel.waitForConfirms();
}

const contents: Record<string, Arrange> = {
  nothing: () => Promise.resolve(),
  'three ready': (channel, name) => publish(channel, name, 3),
  'one got': async (channel, name) => {
    await publish(channel, name, 1);
    await channel.get(name);
  },
  'an idle consumer': (channel, name) => channel.consume(name, () => undefined),
  'one held by a consumer that cancelled': async (channel, name) => {
    await publish(channel, name, 1);
    await new Promise((resolve) => {
      void channel.consume(name, resolve, { consumerTag: name });
    });
    await channel.cancel(name);
  },
};

const loss = 'empty it, or topo apply --allow-message-loss';
const holds = {
  three: `it holds 3 messages | ${loss}`,
  unacked: `it holds 1 message (1 of them unacknowledged) | ${loss}`,
  consumer: 'it has 1 consumer | stop it, or topo apply --allow-disconnect',
};

/** `stays`: why; undefined where it goes. */
const rows: { type: string; content: string; consent: Consent; stays?: string }[] = [
  { type: 'classic', content: 'nothing', consent: 'lose-nothing' },
  { type: 'classic', content: 'three ready', consent: 'lose-nothing', stays: holds.three },
  { type: 'classic', content: 'three ready', consent: 'disconnect', stays: holds.three },
  { type: 'classic', content: 'three ready', consent: 'lose-messages' },
  { type: 'classic', content: 'one got', consent: 'lose-nothing', stays: holds.unacked },
  { type: 'classic', content: 'one got', consent: 'disconnect', stays: holds.unacked },
  { type: 'classic', content: 'an idle consumer', consent: 'lose-nothing', stays: holds.consumer },
  { type: 'classic', content: 'an idle consumer', consent: 'disconnect' },
  {
    type: 'classic',
    content: 'one held by a consumer that cancelled',
    consent: 'lose-nothing',
    stays: holds.unacked,
  },
  { type: 'quorum', content: 'nothing', consent: 'lose-nothing' },
  { type: 'quorum', content: 'three ready', consent: 'lose-nothing', stays: holds.three },
  { type: 'quorum', content: 'three ready', consent: 'disconnect', stays: holds.three },
  { type: 'quorum', content: 'three ready', consent: 'lose-messages' },
  // Whoever holds messages of a quorum queue counts as a consumer at once, the messages seconds later.
  { type: 'quorum', content: 'one got', consent: 'lose-nothing', stays: holds.consumer },
  { type: 'quorum', content: 'one got', consent: 'disconnect', stays: holds.unacked },
  { type: 'quorum', content: 'an idle consumer', consent: 'lose-nothing', stays: holds.consumer },
  { type: 'quorum', content: 'an idle consumer', consent: 'disconnect' },
  {
    type: 'quorum',
    content: 'one held by a consumer that cancelled',
    consent: 'disconnect',
    stays: holds.unacked,
  },
  {
    type: 'stream',
    content: 'nothing',
    consent: 'lose-nothing',
    stays: `the messages of a stream queue can't be counted | look for yourself whether it may go, or topo apply --allow-message-loss`,
  },
  { type: 'stream', content: 'three ready', consent: 'lose-messages' },
];

describe.concurrent('a queue', () => {
  test.each(rows)('$type, $content, $consent', async ({ type, content, consent, stays }) => {
    const name = `${type} ${content} ${consent}`;
    const own = queue(vhost, name, { type });
    await openTestBroker().put(own);
    const channel = await model.createConfirmChannel();
    await contents[content]?.(channel, name);
    const address = addressOf(own);
    const expected = stays && `${address} stays: ${stays} ${address}`;
    expect(await tryDelete(own, consent)).toBe(expected);
    const { objects } = await openTestBroker().readLive(new Set([vhost]));
    expect(objects.has(address)).toBe(stays !== undefined);
  });
});

async function tryDelete(own: ReturnType<typeof queue>, consent: Consent, env = {}) {
  try {
    await openTestBroker(env).delete(own, consent);
    return undefined;
  } catch (error) {
    if (!(error instanceof WouldLose)) throw error;
    return `${error.message} | ${error.hint ?? ''}`;
  }
}

test('a quorum queue stays where AMQP can not tell what it holds', async () => {
  const own = queue(vhost, 'uncounted', { type: 'quorum' });
  await openTestBroker().put(own);
  const address = `queues/${vhost}/uncounted`;
  expect(await tryDelete(own, 'lose-nothing', { AMQP_URL: 'amqp://127.0.0.1:1' })).toBe(
    `${address} stays: what it holds can't be counted: AMQP: 127.0.0.1:1: connect ECONNREFUSED 127.0.0.1:1 | set AMQP_URL to where the broker speaks AMQP, such as amqp://localhost:5672, or topo apply --allow-message-loss ${address}`,
  );
});

test('a queue that is of another type by now stays', async () => {
  await openTestBroker().put(queue(vhost, 'other', { type: 'stream' }));
  const address = `queues/${vhost}/other`;
  expect(await tryDelete(queue(vhost, 'other'), 'lose-nothing')).toBe(
    `${address} stays: it is a stream queue by now | plan again, or topo apply --allow-message-loss ${address}`,
  );
});

test('a classic queue in use stays, though without AMQP nobody knows how much', async () => {
  const own = queue(vhost, 'used');
  await openTestBroker().put(own);
  await (await model.createChannel()).consume('used', () => undefined);
  const address = `queues/${vhost}/used`;
  expect(await tryDelete(own, 'lose-nothing', { AMQP_URL: 'amqp://127.0.0.1:1' })).toBe(
    `${address} stays: it was in use just now | run it again, or topo apply --allow-disconnect ${address}`,
  );
});

test('an empty classic queue goes without AMQP', async () => {
  const own = queue(vhost, 'no amqp');
  await openTestBroker().put(own);
  expect(await tryDelete(own, 'lose-nothing', { AMQP_URL: 'amqp://127.0.0.1:1' })).toBeUndefined();
});
