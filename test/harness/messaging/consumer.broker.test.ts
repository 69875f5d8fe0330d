// What was delivered on a connection is settled on it alone, and a consumer comes back whatever
// ends it.
import type { Channel, ConsumeMessage } from 'amqplib';
import { afterEach, expect, test } from 'vitest';
import {
  Consumer,
  type ConsumerOptions,
  type Delivery,
} from '../../../src/harness/messaging/consumer.ts';
import { openProxy, type Proxy } from '../../proxy.ts';
import { layBed, plain, until, type Bed } from '../bed.ts';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

async function consume(bed: Bed, options: Partial<ConsumerOptions> = {}) {
  const { hostname, port } = bed.target;
  const proxy: Proxy = await openProxy({ host: hostname, port });
  open.push(proxy);
  const deliveries: Delivery[] = [];
  const cancelled: string[] = [];
  const consumer = await Consumer.open({
    target: { ...bed.target, hostname: '127.0.0.1', port: proxy.port },
    ...{ vhost: bed.vhost, name: 'test', timeout: 5_000, heartbeat: 10 },
    ...{ queues: ['w1'], prefetch: 2 },
    onDelivery: (delivery) => deliveries.push(delivery),
    onCancelled: (queue) => cancelled.push(queue),
    ...options,
  });
  open.push(consumer);
  const ids = () => deliveries.map(({ message }) => String(message.properties.messageId));
  return { proxy, consumer, deliveries, cancelled, ids };
}

test('no more deliveries than prefetched, and each is settled once', async () => {
  const bed = await layBed(plain);
  for (const id of ['a', 'b', 'c']) await bed.publish(id);
  const { deliveries, ids, consumer } = await consume(bed);
  await until(() => deliveries.length === 2, 'two');
  expect(await bed.depth('w1')).toBe(1);
  expect(deliveries[0]?.ack()).toBe(true);
  expect([deliveries[0]?.ack(), deliveries[0]?.requeue()]).toEqual([false, false]);
  await until(() => deliveries.length === 3, 'the third');
  expect(deliveries[1]?.requeue()).toBe(true);
  await until(() => deliveries.length === 4, 'the second again');
  expect(ids()).toEqual(['a', 'b', 'c', 'b']);
  expect(deliveries[2]?.ack()).toBe(true);
  await consumer.close();
  expect(await bed.depth('w1')).toBe(1);
});

test('what was settled reaches a quorum queue before the goodbye, however much at once', async () => {
  const quorum = '{ name: w1, arguments: { x-queue-type: quorum } }';
  const bed = await layBed(plain.replace('{ name: w1 }', quorum));
  const count = 300;
  const channel = await bed.model.createConfirmChannel();
  for (let n = 0; n < count; n++) channel.sendToQueue('w1', Buffer.from('{}'));
  await channel.waitForConfirms();
  const { deliveries, consumer } = await consume(bed, { prefetch: count });
  await until(() => deliveries.length === count, 'all');
  for (const delivery of deliveries) delivery.ack();
  await consumer.close();
  const again = await consume(bed, { prefetch: count });
  await bed.publish('last');
  await until(() => again.deliveries.length > 0, 'the last');
  expect(again.ids()).toEqual(['last']);
});

test.each(['cut', 'blackHole'] as const)(
  'after a %s the old delivery settles nothing',
  async (how) => {
    const bed = await layBed(plain);
    await bed.publish('a');
    const { proxy, consumer, deliveries } = await consume(bed, { heartbeat: 1 });
    await until(() => deliveries.length === 1, 'the delivery');
    proxy[how]();
    await until(() => deliveries[0]?.isCurrent() === false, 'the loss');
    proxy.restore();
    await until(() => deliveries.length === 2, 'the delivery again');
    expect(deliveries[0]?.ack()).toBe(false);
    expect(deliveries.map(({ message }) => message.fields.deliveryTag)).toEqual([1, 1]);
    expect(deliveries[1]?.generation).toBe(consumer.generation);
    await consumer.close();
    expect(await bed.depth('w1')).toBe(1);
  },
);

test('a queue that is deleted cancels, and is found again', async () => {
  const bed = await layBed(plain);
  const { deliveries, cancelled } = await consume(bed);
  const channel = await bed.model.createChannel();
  await channel.deleteQueue('w1');
  await until(() => cancelled.length === 1, 'the cancellation');
  await channel.assertQueue('w1');
  await channel.bindQueue('w1', 'jobs', 'k1');
  await bed.publish('a');
  await until(() => deliveries.length === 1, 'the delivery');
  expect(cancelled).toEqual(['w1']);
});

test('a channel that the broker closes is replaced, with its connection', async () => {
  const bed = await layBed(plain);
  await bed.publish('a');
  const { deliveries } = await consume(bed, { prefetch: 1 });
  await until(() => deliveries.length === 1, 'the delivery');
  const [{ message } = { message: undefined }] = deliveries;
  // An ack of a tag that was never given is 406, as a consumer_timeout is.
  Object.assign(message?.fields ?? {}, { deliveryTag: 99 });
  deliveries[0]?.ack();
  await until(() => deliveries.length === 2, 'the delivery again');
  expect(deliveries[1]?.ack()).toBe(true);
});

test('a queue that is paused gives nothing, also after a loss, and gives again when it is resumed', async () => {
  const bed = await layBed(plain);
  const { proxy, consumer, deliveries, ids } = await consume(bed, { queues: ['w1', 'w2'] });
  await consumer.pause('w1');
  proxy.cut();
  await until(() => consumer.generation === 2, 'the next connection');
  await bed.publish('a');
  await bed.publish('b', { key: 'k2' });
  await until(() => deliveries.length === 1, 'the other queue');
  expect([ids(), deliveries[0]?.queue]).toEqual([['b'], 'w2']);
  await Promise.all([consumer.resume('w1'), consumer.pause('w1'), consumer.resume('w1')]);
  await until(() => deliveries.length === 2, 'the resumed queue');
  expect(ids()).toEqual(['b', 'a']);
});

test('acks that were sent just before the end reach the broker', async () => {
  const bed = await layBed(plain);
  for (let n = 0; n < 200; n++) await bed.publish(`task-${n}`);
  const { consumer, deliveries } = await consume(bed, { prefetch: 200 });
  await until(() => deliveries.length === 200, 'all');
  for (const delivery of deliveries) delivery.ack();
  await consumer.close();
  expect(await bed.depth('w1')).toBe(0);
});

test('a queue that is not there', async () => {
  const bed = await layBed(plain);
  await expect(consume(bed, { queues: ['w9'] })).rejects.toThrow("no queue 'w9'");
});

test('a channel that the broker closes says why', async () => {
  const bed = await layBed(plain);
  const reasons: string[] = [];
  let channel: Channel | undefined;
  const { consumer } = await consume(bed, {
    prepare: (opened) => {
      channel = opened;
      return Promise.resolve();
    },
    onState: (state) => {
      if (state.kind === 'lost') reasons.push(state.reason);
    },
  });
  // As it does to one that acks twice, or too late for consumer_timeout.
  channel?.ack({ fields: { deliveryTag: 99 } } as ConsumeMessage);
  await until(() => consumer.generation === 2, 'another connection');
  expect(reasons).toEqual(['the broker closed the channel: 406 unknown delivery tag 99']);
});
