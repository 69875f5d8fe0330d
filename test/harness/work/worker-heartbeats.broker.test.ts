// What a coordinator hears of a worker, and when, on a real broker.
import { hash } from 'node:crypto';
import { expect, test } from 'vitest';
import type { Heartbeat } from '../../../src/harness/messaging/event.generated.ts';
import { parseEvent } from '../../../src/harness/messaging/message.ts';
import { openProxy } from '../../proxy.ts';
import { hardened, layBed, until, type Bed } from '../bed.ts';
import { makeTrainer } from '../trainer.ts';
import { work } from '../worker-bed.ts';

/** Fills with the heartbeats that are sent from now on. */
async function listen(bed: Bed): Promise<Heartbeat[]> {
  const channel = await bed.model.createChannel();
  const { queue } = await channel.assertQueue('', { exclusive: true });
  await channel.bindQueue(queue, 'events', 'heartbeat.#');
  const heard: Heartbeat[] = [];
  await channel.consume(queue, (message) => {
    if (!message) return;
    const parsed = parseEvent(message.content);
    expect(parsed.kind).toBe('parsed');
    if (parsed.kind === 'parsed' && 'state' in parsed.value) heard.push(parsed.value);
  });
  return heard;
}

const hour = 3_600_000;

test('a worker is heard of when it is there, and when it begins to drain, not only by the clock', async () => {
  const bed = await layBed(hardened);
  const heard = await listen(bed);
  const handlers = [makeTrainer(), makeTrainer()];
  const worker = await work(bed, { heartbeat: hour, handlers, prefetch: 5 });
  await until(() => heard.length === 1, 'the first heartbeat');
  expect(heard[0]).toMatchObject({ state: 'idle', concurrency: 2, queue: 'w1', tasks: [] });
  await bed.publish('wait-a');
  await until(() => handlers.some(({ begun }) => begun.length > 0), 'the start');
  worker.drain();
  await until(() => heard.length === 2, 'the heartbeat of the drain');
  expect(worker.busy).toBe(1);
  expect(heard[1]).toMatchObject({
    ...{ state: 'draining', concurrency: 2 },
    tasks: [{ id: 'wait-a' }],
  });
  handlers.find(({ begun }) => begun.length > 0)?.finish('wait-a');
  await worker.ended;
  await until(() => heard.length === 3, 'the last heartbeat');
  expect(heard[2]).toMatchObject({ state: 'draining', tasks: [] });
});

test('a worker that hands back says so at once', async () => {
  const bed = await layBed(hardened);
  const heard = await listen(bed);
  const worker = await work(bed, { heartbeat: hour });
  worker.handBack();
  await worker.ended;
  await until(() => heard.some(({ state }) => state === 'draining'), 'the heartbeat');
});

test('a worker is heard of again as soon as its connection is back', async () => {
  const bed = await layBed(hardened);
  const heard = await listen(bed);
  const { hostname, port } = bed.target;
  const proxy = await openProxy({ host: hostname, port });
  try {
    const target = { ...bed.target, hostname: '127.0.0.1', port: proxy.port };
    await work({ ...bed, target }, { heartbeat: hour });
    await until(() => heard.length === 1, 'the first heartbeat');
    proxy.cut();
    await until(() => heard.length === 2, 'the heartbeat after the cut');
    expect(heard[1]).toMatchObject({ state: 'idle', concurrency: 1 });
  } finally {
    await proxy.close();
  }
});

test('what a worker tells of a task names the words that it got, and of what is no task none', async () => {
  const bed = await layBed(hardened);
  const channel = await bed.model.createChannel();
  const { queue } = await channel.assertQueue('', { exclusive: true });
  await channel.bindQueue(queue, 'events', '#');
  const told: string[] = [];
  await channel.consume(queue, (message) => {
    const parsed = parseEvent(message?.content ?? Buffer.alloc(0));
    expect(parsed.kind).toBe('parsed');
    if (parsed.kind === 'broken') return;
    const of = 'event' in parsed.value ? [parsed.value] : parsed.value.tasks;
    const what = 'event' in parsed.value ? parsed.value.event : 'heartbeat';
    for (const { task_sha256 } of of) told.push(`${what} ${task_sha256}`);
  });
  const worker = await work(bed, { heartbeat: hour });
  const content = Buffer.from('{"version":1,"id":"poison-1"}');
  channel.sendToQueue('w1', content, { messageId: 'poison-1' });
  channel.sendToQueue('w1', Buffer.from('{}'), { messageId: 'nothing' });
  const sha256 = hash('sha256', content);
  const expected = ['failed', 'given_up', 'started'].map((what) => `${what} ${sha256}`);
  await until(() => told.length >= 4, 'what is told');
  expect(told.sort()).toEqual([...expected, 'given_up undefined'].sort());
  channel.sendToQueue('w1', Buffer.from('{"version":1,"id":"wait-1"}'));
  await until(() => worker.trainer.begun.includes('wait-1'), 'the start');
  worker.drain();
  const waiting = `heartbeat ${hash('sha256', '{"version":1,"id":"wait-1"}')}`;
  await until(() => told.includes(waiting), 'the heartbeat');
  worker.trainer.finish('wait-1');
  await worker.ended;
});
