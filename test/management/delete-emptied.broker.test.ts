// A quorum queue is unbound before its delete, since RabbitMQ can't delete it only if it is empty.
import { connect, type ChannelModel, type ConfirmChannel } from 'amqplib';
import { beforeEach, expect, test } from 'vitest';
import { WouldLose } from '../../src/management/would-lose.ts';
import { Outdated } from '../../src/reconcile/broker.ts';
import { isQueue } from '../../src/topology/object.ts';
import type { LiveBinding, LiveQueue } from '../../src/topology/live.ts';
import { api, broker, freshVhost } from '../broker.ts';
import { openTestBroker } from './arrange.ts';

let vhost = '';
let model: ChannelModel;
let channel: ConfirmChannel;
beforeEach(async () => {
  vhost = await freshVhost();
  model = await connect(`${broker.amqpUrl}/${vhost}`);
  channel = await model.createConfirmChannel();
  await channel.assertExchange('events', 'direct');
  await channel.assertQueue('work', { arguments: { 'x-queue-type': 'quorum' } });
  await channel.bindQueue('work', 'events', 'a');
  await channel.bindQueue('work', 'events', 'b', { note: 1 });
  return () => model.close();
});

/** As planned when the queue was empty. */
async function planned(topo = openTestBroker()) {
  const { objects } = await topo.readLive(new Set([vhost]));
  const all = [...objects.values()];
  const queue = all.find((one) => isQueue(one)) as LiveQueue;
  const bindings = all.filter(({ kind }) => kind === 'binding') as LiveBinding[];
  const stop = new AbortController().signal;
  const emptying = { bindings, known: bindings, into: undefined, timeout: 0, stop };
  return () => topo.delete(queue, 'lose-nothing', emptying);
}

const keys = async () =>
  ((await api('GET', `queues/${vhost}/work/bindings`)) as { routing_key: string }[])
    .map(({ routing_key }) => routing_key)
    .sort();
const bound = ['a', 'b', 'work'];

test('it goes if nothing came meanwhile', async () => {
  const remove = await planned();
  await remove();
  expect(await api('GET', `queues/${vhost}?disable_stats=true`)).toEqual([]);
});

test('it is bound again if a message has come since the plan', async () => {
  const remove = await planned();
  channel.publish('events', 'a', Buffer.from('x'));
  await channel.waitForConfirms();
  await expect(remove()).rejects.toThrow(WouldLose);
  expect(await keys()).toEqual(bound);
  expect((await channel.checkQueue('work')).messageCount).toBe(1);
});

test('it is left bound if someone has bound it since the plan', async () => {
  const remove = await planned();
  await channel.bindQueue('work', 'events', 'c');
  await expect(remove()).rejects.toThrow(Outdated);
  expect(await keys()).toEqual(['a', 'b', 'c', 'work']);
});

test('nothing is done if it is gone already', async () => {
  const remove = await planned();
  await channel.deleteQueue('work');
  expect(await remove()).toBeUndefined();
});
