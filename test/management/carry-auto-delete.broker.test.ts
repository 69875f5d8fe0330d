// Carries over auto-delete queues, which go with their last consumer and all that they hold.
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import { drain } from '../amqp/drain.ts';
import { freshVhost } from '../broker.ts';
import { firstOf } from '../sample.ts';
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
import { accountFor, startPublisher, startWorker } from './live-traffic.ts';
import { codesOf, planned } from './planned-carry.ts';

let vhost = '';
beforeAll(async () => {
  vhost = await freshVhost();
});

const auto = { auto_delete: true };
const changes = {
  'to one that stays': [auto, quorum],
  'to another': [auto, { ...auto, arguments: { 'x-max-priority': 5 } }],
} as const;

describe.each(firstOf(Object.entries(changes)))('an auto-delete queue %s', (_, [from, to]) => {
  test('without consumers', async () => {
    const setting = await setUp(vhost, from, to);
    const channel = await openChannel(vhost);
    await fill(channel, setting.before.name, 300);
    const { plan, step } = await planned(setting);
    expect(codesOf(plan)).toEqual([]);
    expect(step.carry?.notes).toContainEqual({
      what: 'auto_delete',
      then: 'if its last consumer leaves meanwhile, it goes with what it still holds, as always',
    });
    expect(await carryOver(setting)).toMatchObject({ messages: 300 });
    expect(await stands(setting)).toEqual(whole('after'));
    expect(await drain(channel, setting.before.name)).toEqual(numbers(300));
  });

  test('under a publisher and a worker', async () => {
    const setting = await setUp(vhost, from, to);
    const way = { exchange: setting.exchange, key: 'k', rate: 500 };
    const publisher = await startPublisher(vhost, way);
    const worker = await startWorker(vhost, setting.before.name, { prefetch: 5, takes: 5 });
    await expect.poll(() => worker.worked.length).toBeGreaterThan(20);
    await carryOver(setting);
    const confirmed = await publisher.stop();
    const fast = await startWorker(vhost, setting.before.name, { prefetch: 500 });
    const all = () => [...worker.worked, ...fast.worked];
    await expect.poll(() => new Set(all()).size).toBeGreaterThanOrEqual(confirmed.size);
    expect(accountFor(confirmed, all()).lost).toBe(0);
    expect(worker.interrupted).toBeGreaterThan(0);
    expect(await stands(setting)).toEqual(whole('after'));
  });

  test('whose worker leaves meanwhile with a message: all others arrive', async () => {
    const setting = await setUp(vhost, from, to);
    const channel = await openChannel(vhost);
    await fill(channel, setting.before.name, 50);
    const worker = await startWorker(vhost, setting.before.name, { prefetch: 1, holds: true });
    const carrying = carryOver(setting);
    const parked = async () => (await stands(setting)).filter((one) => one === 'binding S');
    await expect.poll(parked, { interval: 10 }).toHaveLength(3);
    await sleep(300);
    // Deletes the queue.
    await worker.stop();
    await carrying;
    expect(await stands(setting)).toEqual(whole('after'));
    expect(await drain(channel, setting.after.name)).toEqual(numbers(50).slice(1));
  });
});

test('messages that a worker holds for ever: the hint is not to stop it', async () => {
  const setting = await setUp(vhost, auto, quorum);
  const channel = await openChannel(vhost);
  await fill(channel, setting.before.name, 50);
  await startWorker(vhost, setting.before.name, { prefetch: 3, holds: true });
  await expect
    .poll(async () => (await channel.checkQueue(setting.before.name)).messageCount)
    .toBe(47);
  const carrying = carryOver(setting, { drainTimeout: 500 });
  await expect(carrying).rejects.toMatchObject({ hint: 'give them longer: --drain-timeout' });
  expect(await stands(setting)).toEqual(whole('before'));
});
