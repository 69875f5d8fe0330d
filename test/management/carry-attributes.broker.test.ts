// Carries queues over as their attributes change: durability, priorities, times to live and length
// limits, and what messages may be.
import { setTimeout as sleep } from 'node:timers/promises';
import type { ConfirmChannel } from 'amqplib';
import { beforeAll, describe, expect, test } from 'vitest';
import { NotReplaced } from '../../src/reconcile/broker.ts';
import { addressOf } from '../../src/topology/identity.ts';
import { drain } from '../amqp/drain.ts';
import { peek } from '../amqp/peek.ts';
import {
  bytes,
  double,
  int,
  list,
  nested,
  sendRaw,
  table,
  tagged,
  text,
  timestamp,
} from '../amqp/raw-message.ts';
import { freshVhost } from '../broker.ts';
import { firstOf } from '../sample.ts';
import { arrange, queue } from './arrange.ts';
import {
  carryOver,
  fill,
  numbers,
  openChannel,
  quorum,
  setUp,
  stands,
  whole,
  type Setting,
} from './carried-queue.ts';
import { startWorker, type Worker } from './live-traffic.ts';
import { codesOf, planned } from './planned-carry.ts';

let vhost = '';
let channel: ConfirmChannel;
beforeAll(async () => {
  vhost = await freshVhost();
  channel = await openChannel(vhost);
});

describe('durability', () => {
  const changes = [
    [false, true],
    [true, false],
  ] as const;
  test.each(firstOf(changes))(
    '%s → %s: transient and persistent messages arrive',
    async (from, to) => {
      const before = await setUp(vhost, { durable: from }, { durable: to });
      const { name } = before.before;
      await fill(channel, name, 20);
      channel.sendToQueue(name, Buffer.from('x'), { persistent: false, messageId: '21' });
      await channel.waitForConfirms();
      const { setting } = await planned(before);
      await carryOver(setting);
      expect(await stands(setting)).toEqual(whole('after'));
      expect(await drain(channel, name)).toEqual(numbers(21));
    },
  );
});

test('messages keep their priorities, and their order within each', async () => {
  const args = { 'x-max-priority': 10 };
  const to = { arguments: { ...args, 'x-expires': 3_600_000 } };
  const before = await setUp(vhost, { arguments: args }, to);
  const { name } = before.before;
  const priorityOf = (id: string): number => Number(id) % 11;
  for (const id of numbers(55)) {
    const properties = { persistent: true, messageId: id, priority: priorityOf(id) };
    channel.sendToQueue(name, Buffer.from('x'), properties);
  }
  await channel.waitForConfirms();
  const { setting } = await planned(before);
  expect(setting.parking.type).toBe('classic');
  await carryOver(setting);
  await fill(channel, name, 1, { messageId: 'first', priority: 10 });
  const sorted = numbers(55).sort((a, b) => priorityOf(b) - priorityOf(a) || Number(a) - Number(b));
  const most = sorted.filter((id) => priorityOf(id) === 10);
  const all = await drain(channel, name);
  expect(all).toEqual([...most, 'first', ...sorted.slice(most.length)]);
});

describe('times to live that end while messages are parked', () => {
  interface Parked {
    readonly setting: Setting;
    readonly worker: Worker;
    readonly carrying: Promise<unknown>;
    readonly deadLetters: string;
  }

  /** With a message that a worker holds: until it stops, everything else waits. */
  async function park(own: object): Promise<Parked> {
    const deadLetters = `dead-${Object.keys(own).join('')}`;
    const dead = { 'x-dead-letter-exchange': '', 'x-dead-letter-routing-key': deadLetters };
    const args = { ...own, ...dead };
    await arrange(queue(vhost, deadLetters));
    const before = await setUp(vhost, { arguments: args }, { ...quorum, arguments: args });
    const { name } = before.before;
    const worker = await startWorker(vhost, name, { prefetch: 1, holds: true });
    await fill(channel, name, 1, { messageId: 'held' });
    const { setting, step } = await planned(before);
    expect(step.carry?.parking.arguments).toMatchObject(dead);
    const carrying = carryOver(setting);
    carrying.catch(() => undefined);
    const parked = async () => (await stands(setting)).filter((one) => one === 'binding S');
    await expect.poll(parked, { interval: 10 }).toHaveLength(3);
    return { setting, worker, carrying, deadLetters };
  }

  async function publish({ exchange }: Setting, options: object = {}): Promise<void> {
    for (const messageId of numbers(20))
      channel.publish(exchange, 'k', Buffer.from('x'), { ...options, messageId });
    await channel.waitForConfirms();
  }

  const countOf = async (name: string): Promise<number> =>
    (await channel.checkQueue(name)).messageCount;

  test("a message's own: it is dead-lettered from the parking queue", async () => {
    const { setting, worker, carrying, deadLetters } = await park({});
    await publish(setting, { expiration: '50' });
    await expect.poll(() => countOf(deadLetters)).toBe(20);
    const letter = await channel.get(deadLetters);
    if (letter === false) throw new Error('no message');
    expect(letter.properties.headers?.['x-death']).toEqual([
      expect.objectContaining({ queue: setting.parking.name, reason: 'expired' }),
    ]);
    await worker.stop();
    await carrying;
    expect(await stands(setting)).toEqual(whole('after'));
    expect(await drain(channel, setting.after.name)).toEqual(['held']);
  });

  test("the queue's: it begins again in the new queue, which dead-letters it", async () => {
    const { setting, worker, carrying, deadLetters } = await park({ 'x-message-ttl': 200 });
    await publish(setting);
    await sleep(300);
    expect(await countOf(deadLetters)).toBe(0);
    await worker.stop();
    await carrying;
    await expect.poll(() => countOf(deadLetters)).toBe(21);
    const letter = await channel.get(deadLetters);
    if (letter === false) throw new Error('no message');
    expect(letter.properties.headers?.['x-death']).toEqual([
      expect.objectContaining({ queue: setting.after.name, reason: 'expired' }),
    ]);
  });
});

describe('a length limit of the new queue', () => {
  const limited = (type: object, most: number, overflow = 'drop-head') => ({
    ...type,
    arguments: { 'x-max-length': most, 'x-overflow': overflow },
  });

  test('that drops what it holds is refused, unless all may be lost', async () => {
    const { before, ...rest } = await setUp(vhost, {}, limited(quorum, 9));
    await fill(channel, before.name, 10);
    const { plan, setting } = await planned({ before, ...rest });
    expect(codesOf(plan)).toEqual(['messages']);
    expect(plan.refusals[0]?.reason).toBe(
      '1 message would be dropped by max-length 9 of the new queue',
    );
    const messageLoss = new Map([[addressOf(before), 'as-shown']] as const);
    const consented = await planned(setting, { messageLoss });
    expect(codesOf(consented.plan)).toEqual([]);
    expect(consented.step.carry).toBeUndefined();
    // The plan was right.
    await carryOver(setting);
    expect(await drain(channel, before.name)).toEqual(numbers(10).slice(1));
  });

  test('that takes just what it holds keeps it', async () => {
    const before = await setUp(vhost, {}, limited(quorum, 10));
    await fill(channel, before.before.name, 10);
    const { plan, step, setting } = await planned(before);
    expect(codesOf(plan)).toEqual([]);
    expect(step.carry?.notes).toContainEqual({
      what: 'max-length 10',
      then: 'what comes meanwhile waits, too, and may exceed it until consumers are back',
    });
    await carryOver(setting);
    expect(await drain(channel, before.before.name)).toEqual(numbers(10));
  });

  // A quorum queue takes somewhat more before it rejects, and some of what was under way behind it.
  test('that rejects: the rest stays parked, and the next run goes on', async () => {
    const before = await setUp(vhost, {}, limited(quorum, 5, 'reject-publish'));
    const { name } = before.before;
    await fill(channel, name, 1_500);
    const { plan, setting } = await planned(before);
    expect(codesOf(plan)).toEqual(['too-short']);
    const carrying = carryOver(setting, { drainTimeout: 100 });
    await expect(carrying).rejects.toBeInstanceOf(NotReplaced);
    expect(await stands(setting)).toEqual([...whole('after'), 'S'].sort());
    const worker = await startWorker(vhost, name, { prefetch: 500 });
    await carryOver(setting);
    await expect.poll(() => worker.worked.length).toBe(1_500);
    expect(new Set(worker.worked).size).toBe(1_500);
    expect(await stands(setting)).toEqual(whole('after'));
  });
});

test('a message as large as each version takes, with headers of every type', async () => {
  const bare = await setUp(vhost, {}, quorum);
  const { before, exchange } = bare;
  await arrange(queue(vhost, 'twin', quorum));
  await channel.bindQueue('twin', exchange, '#');
  const content = Buffer.alloc(16 * 1024 * 1024, 'y');
  // RabbitMQ sorts them when it adds one of its own.
  const headers = table([
    ['boolean', tagged('t', Buffer.from([1]))],
    ['byte', tagged('b', Buffer.from([0xff]))],
    ['bytes', bytes(Buffer.from([0, 0xff]))],
    ['decimal', tagged('D', Buffer.from([2, 0, 0, 1, 0]))],
    ['double', double(5)],
    ['float', tagged('f', Buffer.from([0x3f, 0x80, 0, 0]))],
    ['int', int(5)],
    ['list', list([int(1), text('')])],
    ['long', tagged('l', Buffer.alloc(8, 0xfe))],
    ['nested', nested(table([['deep', list([nested(table([]))])]]))],
    ['short', tagged('s', Buffer.from([0xff, 0xfe]))],
    ['text', text('é')],
    ['time', timestamp(2n ** 40n)],
    ['unsigned byte', tagged('B', Buffer.from([0xff]))],
    ['unsigned int', tagged('i', Buffer.alloc(4, 0xff))],
    ['unsigned short', tagged('u', Buffer.from([0xff, 0xfe]))],
    ['void', tagged('V', Buffer.alloc(0))],
  ]);
  sendRaw(channel, { exchange, routing_key: Buffer.from('k'), properties: { headers }, content });
  await channel.waitForConfirms();
  await carryOver((await planned(bare)).setting);
  const sent = await peek(vhost, 'twin');
  expect(sent.properties.includes(headers)).toBe(true);
  const found = await peek(vhost, before.name);
  expect(found.content.equals(content)).toBe(true);
  expect([found.key, found.properties]).toEqual([sent.key, sent.properties]);
});
