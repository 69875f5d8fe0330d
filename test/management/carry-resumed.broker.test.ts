// Goes on carrying a queue over where an earlier run left a dead queue, and where someone deletes
// one of the two meanwhile.
import { beforeAll, describe, expect, test } from 'vitest';
import { drain } from '../amqp/drain.ts';
import { freshVhost } from '../broker.ts';
import { arrange } from './arrange.ts';
import {
  carryOver,
  describeQueue,
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
import { deleteAmid, early, outcomeOf, remove } from './deleted-meanwhile.ts';
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

describe('someone deletes', () => {
  const [which, moved, when] = early;
  const title = `the ${which} queue after ${moved} messages, ${when}`;
  // RabbitMQ 3.10 may never confirm what is sent to a queue while that is deleted.
  test(title, { timeout: 120_000 }, () => deleteAmid(vhost, which, moved));

  test.each(['before', 'parking'] as const)('the %s queue while all is parked', async (which) => {
    const setting = await setUp(vhost, {}, quorum);
    const channel = await openChannel(vhost);
    await fill(channel, setting.before.name, 20);
    const worker = await startWorker(vhost, setting.before.name, { prefetch: 3, holds: true });
    const carrying = outcomeOf(carryOver(setting));
    const parked = async () => (await stands(setting)).filter((one) => one === 'binding S');
    await expect.poll(parked).toHaveLength(3);
    await remove(vhost, setting[which].name);
    await worker.stop();
    expect(await carrying).toBe('done');
    expect(await stands(setting)).toEqual(whole('after'));
  });
});
