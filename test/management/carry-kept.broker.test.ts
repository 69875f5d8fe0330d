// What a queue that is carried over keeps, and what undoes it. carry-kept.long.test.ts has more
// that an interrupted run may leave.
import { beforeAll, describe, expect, test } from 'vitest';
import { NotCarried, NotReplaced } from '../../src/reconcile/broker.ts';
import { drain } from '../amqp/drain.ts';
import { api, broker, freshVhost } from '../broker.ts';
import { arrange, binding, openTestBroker, userWith } from './arrange.ts';
import {
  carryOver,
  fill,
  numbers,
  openChannel,
  quorum,
  setUp,
  stands,
  whole,
} from './carried-queue.ts';
import { goOnFrom } from './half-carried.ts';
import { startWorker } from './live-traffic.ts';

let vhost = '';
beforeAll(async () => {
  vhost = await freshVhost();
});

const thrownBy = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  );

test('messages keep their order, properties and bodies', async () => {
  const setting = await setUp(vhost, { arguments: { 'x-max-priority': 5 } }, quorum);
  const { before, exchange } = setting;
  const channel = await openChannel(vhost);
  await channel.assertQueue('copies');
  const death = [{ queue: 'elsewhere', reason: 'expired', count: 3, 'routing-keys': ['r'] }];
  const bodies = [Buffer.alloc(0), Buffer.from('x'), Buffer.alloc(5 * 1024 * 1024, 'y')];
  const properties = {
    ...{ persistent: true, contentType: 'a/b', correlationId: 'c', replyTo: 'd', priority: 0 },
    ...{ userId: broker.username, expiration: '3600000', timestamp: 12, type: 't', appId: 'e' },
    ...{ CC: ['copies'], headers: { 'x-death': death, n: 5, nested: { text: 'f' } } },
  };
  for (const [n, body] of bodies.entries())
    channel.publish(exchange, 'k', body, { ...properties, messageId: String(n) });
  await channel.waitForConfirms();
  const copies = (await channel.checkQueue('copies')).messageCount;
  expect(await carryOver(setting)).toMatchObject({ messages: 3 });
  for (const [n, body] of bodies.entries()) {
    const message = await channel.get(before.name, { noAck: true });
    if (message === false) throw new Error('no message');
    const { headers, ...rest } = message.properties;
    expect(message.content.equals(body)).toBe(true);
    expect(message.fields.routingKey).toBe('k');
    expect(rest).toMatchObject({
      ...{ contentType: 'a/b', correlationId: 'c', replyTo: 'd', priority: 0, deliveryMode: 2 },
      ...{ userId: broker.username, expiration: '3600000', timestamp: 12, type: 't', appId: 'e' },
      messageId: String(n),
    });
    expect(headers).toMatchObject({ n: 5, nested: { text: 'f' }, CC: ['copies'] });
    expect(headers?.['x-death']).toEqual([expect.objectContaining({ queue: 'elsewhere' })]);
  }
  expect((await channel.checkQueue('copies')).messageCount).toBe(copies);
  expect(await stands(setting)).toEqual(whole('after'));
});

test('messages that a worker holds for ever: everything is as before', async () => {
  const setting = await setUp(vhost, {}, quorum);
  const { before } = setting;
  const channel = await openChannel(vhost);
  await fill(channel, before.name, 50);
  const worker = await startWorker(vhost, before.name, { prefetch: 3, holds: true });
  await expect.poll(async () => (await channel.checkQueue(before.name)).messageCount).toBe(47);
  const error = await thrownBy(carryOver(setting, { drainTimeout: 2_000 }));
  expect(error).toBeInstanceOf(NotCarried);
  expect(error).toMatchObject({
    message: expect.stringContaining(
      '3 messages (3 of them unacknowledged) are still there',
    ) as string,
    hint: expect.stringContaining('--drain-timeout') as string,
  });
  expect(await stands(setting)).toEqual(whole('before'));
  await worker.stop();
  await expect.poll(async () => (await channel.checkQueue(before.name)).messageCount).toBe(50);
  expect((await drain(channel, before.name)).sort()).toEqual(numbers(50).sort());
});

const alone = {
  'an exclusive consumer': [{}, { exclusive: true }],
  'a single active consumer': [{ arguments: { 'x-single-active-consumer': true } }, {}],
} as const;

describe.each(Object.entries(alone))('%s', (_, [from, working]) => {
  test('drains the queue, and works on', async () => {
    const setting = await setUp(vhost, from, quorum);
    const channel = await openChannel(vhost);
    await fill(channel, setting.before.name, 200);
    const worker = await startWorker(vhost, setting.before.name, working);
    await carryOver(setting);
    await fill(channel, setting.before.name, 10);
    await expect.poll(() => worker.worked.length).toBe(210);
    expect(await stands(setting)).toEqual(whole('after'));
  });

  test('holds what it has: everything is as before', async () => {
    const setting = await setUp(vhost, from, quorum);
    const channel = await openChannel(vhost);
    await fill(channel, setting.before.name, 50);
    const worker = await startWorker(vhost, setting.before.name, { ...working, holds: true });
    expect(await thrownBy(carryOver(setting, { drainTimeout: 2_000 }))).toBeInstanceOf(NotCarried);
    expect(await stands(setting)).toEqual(whole('before'));
    await worker.stop();
    await expect
      .poll(async () => (await channel.checkQueue(setting.before.name)).messageCount)
      .toBe(50);
  });
});

test("another user's message is carried only with the tag impersonator", async () => {
  const setting = await setUp(vhost, {}, quorum);
  const all = { configure: '.*', write: '.*', read: '.*' };
  const name = `mover-${vhost}`;
  const env = await userWith(name, 'monitoring', { [vhost]: all });
  const channel = await openChannel(vhost);
  await fill(channel, setting.before.name, 30);
  await fill(channel, setting.before.name, 1, { userId: broker.username });
  const error = await thrownBy(carryOver(setting, { env }));
  expect(error).toBeInstanceOf(NotCarried);
  expect(error).toMatchObject({ hint: expect.stringContaining('impersonator') as string });
  expect(await stands(setting)).toEqual(whole('before'));
  expect((await channel.checkQueue(setting.before.name)).messageCount).toBe(31);
  await api('PUT', `users/${name}`, { password: 'secret', tags: 'monitoring,impersonator' });
  expect(await carryOver(setting, { env })).toMatchObject({ messages: 31 });
  expect(await stands(setting)).toEqual(whole('after'));
});

test('a new queue that is full takes the rest in a later run', async () => {
  const limits = { 'x-max-length': 20, 'x-overflow': 'reject-publish' };
  const setting = await setUp(vhost, {}, { arguments: limits });
  const { after, parking, exchange } = setting;
  const channel = await openChannel(vhost);
  await fill(channel, after.name, 50);
  const error = await thrownBy(carryOver(setting, { drainTimeout: 1_000 }));
  expect(error).toBeInstanceOf(NotReplaced);
  expect(error).toMatchObject({ message: expect.stringContaining(parking.name) as string });
  expect(await stands(setting)).toEqual([...whole('after'), 'S'].sort());
  const first = await drain(channel, after.name);
  channel.publish(exchange, 'k', Buffer.from('x'), { messageId: 'new' });
  await channel.waitForConfirms();
  const worker = await startWorker(vhost, after.name);
  await carryOver(setting);
  await expect.poll(() => first.length + worker.worked.length).toBe(51);
  expect(await stands(setting)).toEqual(whole('after'));
});

test('a binding that someone makes after the plan stops it before anything is moved', async () => {
  const setting = await setUp(vhost, {}, quorum);
  const { before, exchange } = setting;
  await arrange(binding(vhost, exchange, before.name, { routing_key: 'new' }));
  const error = await thrownBy(carryOver(setting));
  expect(error).toMatchObject({ message: expect.stringContaining('1 binding was made') as string });
  expect(await stands(setting)).toEqual([...whole('before'), 'binding q'].sort());
});

test('a binding that someone removes after the plan stays away', async () => {
  const setting = await setUp(vhost, {}, quorum);
  const { before, after, bindings, parking, exchange } = setting;
  const opened = openTestBroker();
  await opened.readLive(new Set([vhost]));
  await api('DELETE', `bindings/${vhost}/e/${exchange}/q/${before.name}/k`);
  const removed: string[] = [];
  const planned = { staying: bindings, deleted: [], declared: [] };
  const carry = { parking, drainTimeout: 20_000 };
  await opened.carryOver(before, after, bindings, carry, planned, (some) => {
    removed.push(...some.map(({ routing_key }) => routing_key));
  });
  expect(removed).toEqual(['k']);
  expect(await stands(setting)).toEqual(['after', 'binding q', 'binding q']);
});

test.each(['some bindings were led away', 'the queue was deleted', 'all were back'] as const)(
  'goes on where an interrupted run stopped: %s',
  goOnFrom,
);
