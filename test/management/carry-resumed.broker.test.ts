// Goes on carrying a queue over where an earlier run left a dead queue, and where someone deletes
// one of the two meanwhile.
import { beforeAll, describe, expect, test } from 'vitest';
import { api, freshVhost } from '../broker.ts';
import { arrange } from './arrange.ts';
import {
  carryOver,
  describeQueue,
  drain,
  exchangesOf,
  fill,
  numbers,
  openChannel,
  quorum,
  setUp,
  stands,
  whole,
} from './carried-queue.ts';
import { declareDead } from './dead-queue.ts';
import { startWorker } from './live-traffic.ts';

let vhost = '';
beforeAll(async () => {
  vhost = await freshVhost();
});

describe('a queue that is dead, as its declaration was cut off', () => {
  test('the parking queue', async () => {
    const setting = await setUp(vhost, {}, quorum);
    const channel = await openChannel(vhost);
    await fill(channel, setting.before.name, 10);
    await declareDead(setting.parking);
    await carryOver(setting);
    expect(await stands(setting)).toEqual(whole('after'));
    expect(await drain(channel, setting.before.name)).toEqual(numbers(10));
  });

  test('the new one', async () => {
    const setting = describeQueue(vhost, {}, quorum);
    const { parking, after } = setting;
    await arrange(...exchangesOf(setting), parking);
    await arrange(...setting.bindings.map((one) => ({ ...one, destination: parking.name })));
    const channel = await openChannel(vhost);
    await fill(channel, parking.name, 10);
    await declareDead(after);
    await carryOver(setting);
    expect(await stands(setting)).toEqual(whole('after'));
    expect(await drain(channel, after.name)).toEqual(numbers(10));
  });
});

const remove = (name: string): Promise<unknown> => api('DELETE', `queues/${vhost}/${name}`);
const told = (carrying: Promise<unknown>): Promise<string> =>
  carrying.then(
    () => 'done',
    (error: unknown) => String(error),
  );

describe('someone deletes', () => {
  const count = 3_000;
  type Which = 'before' | 'parking' | 'after';
  const times: [which: Which, moved: number, when: string][] = [
    ['before', 300, 'while its messages are moved'],
    ['parking', 300, 'while messages are moved there'],
    ['after', count + 300, 'while messages come back'],
    ['parking', count + 300, 'while its messages come back'],
  ];

  // RabbitMQ 3.10 may never confirm what is sent to a queue while that is deleted.
  test.each(times)(
    'the %s queue after %d messages, %s',
    { timeout: 120_000 },
    async (which, moved) => {
      const setting = await setUp(vhost, {}, quorum);
      const channel = await openChannel(vhost);
      await fill(channel, setting.before.name, count);
      let deleting: Promise<unknown> | undefined;
      const onMoved = (messages: number): void => {
        if (messages > moved) deleting ??= remove(setting[which].name);
      };
      expect(await told(carryOver(setting, { onMoved }))).toBe('done');
      expect(await deleting).toBeUndefined();
      expect(await stands(setting)).toEqual(whole('after'));
      channel.publish(setting.exchange, 'k', Buffer.from('x'), { messageId: 'next' });
      await channel.waitForConfirms();
      expect((await drain(channel, setting.after.name)).at(-1)).toBe('next');
    },
  );

  test.each(['before', 'parking'] as const)('the %s queue while all is parked', async (which) => {
    const setting = await setUp(vhost, {}, quorum);
    const channel = await openChannel(vhost);
    await fill(channel, setting.before.name, 20);
    const worker = await startWorker(vhost, setting.before.name, { prefetch: 3, holds: true });
    const carrying = told(carryOver(setting));
    const parked = async () => (await stands(setting)).filter((one) => one === 'binding S');
    await expect.poll(parked).toHaveLength(3);
    await remove(setting[which].name);
    await worker.stop();
    expect(await carrying).toBe('done');
    expect(await stands(setting)).toEqual(whole('after'));
  });
});
