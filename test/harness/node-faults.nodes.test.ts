// What befalls the broker itself while tasks are published and trained: it dies, it is short of
// memory, it takes small messages only.
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { Publisher, type Message } from '../../src/harness/messaging/publisher.ts';
import type { Task } from '../../src/harness/messaging/task.generated.ts';
import { amqpUrlOf, type Sandbox } from '../../src/sandbox/sandbox.ts';
import { brokerOf } from '../broker-of.ts';
import { freshVhost, restartNode, takeNode } from '../broker.ts';
import { evaluate, killNode } from '../erlang.ts';
import { hardened, layBed, plain, until } from './bed.ts';
import { openFeed } from './feed.ts';
import { callHarness } from './run-harness.ts';
import { layPublishBed, linesOf, type PublishBed } from './publish-bed.ts';
import { times, work } from './worker-bed.ts';

let node: Sandbox;
beforeAll(async () => {
  node = await takeNode();
});

async function lay(topology: string): Promise<PublishBed> {
  const vhost = await freshVhost(brokerOf(node));
  return layPublishBed('', topology, { amqpUrl: amqpUrlOf(node), vhost });
}

const slow = 'a broker is killed, and boots again';

test('the broker is killed and started again', { meta: { slow } }, async () => {
  const bed = await lay(hardened);
  const ids = Array.from({ length: 20 }, (_, n) => `sleep-100-${n}`);
  for (const id of ids) await bed.publish(id);
  const feed = openFeed();
  const publishing = bed.start(['--to', 'w2'], { stdin: feed.stdin });
  const worker = await work(bed, { prefetch: 4 });
  await until(() => times(worker, 'acked') >= 3, 'some acks');
  await until(async () => (await bed.depth('w2')) > 100, 'some tasks');
  await killNode(node);
  await until(() => publishing.err().includes('waiting for the broker'), 'the loss');
  const count = feed.end();
  const again = await restartNode(node);
  expect(again.ports).toEqual(node.ports);
  node = again;

  const later = await layBed(hardened, { amqpUrl: amqpUrlOf(node), vhost: bed.vhost });
  const results = await later.results(20);
  expect([...results.keys()].sort()).toEqual(ids.slice().sort());
  await until(async () => (await later.depth('w1')) === 0, 'an empty queue');
  expect(worker.trainer.begun).toHaveLength(20);

  const { code, out } = await publishing.ended;
  const confirmed = count.toLocaleString('en');
  expect(out).toMatch(new RegExp(`^Published: ${confirmed} confirmed, 0 returned, 0 refused`));
  expect(code).toBe(0);
  const arrived = (await later.takeAll('w2')).map(
    ({ content }) => JSON.parse(content.toString()) as Task,
  );
  expect(new Set(arrived.map(({ round }) => round)).size).toBe(count);
  expect(new Set(arrived.map(({ id }) => id)).size).toBe(count);
});

test('the broker is short of memory, and takes no messages for a while', async () => {
  const bed = await lay(plain);
  const limitMemory = (share: number) =>
    evaluate(node, `ok = vm_memory_monitor:set_vm_memory_high_watermark(${share.toFixed(5)})`);
  await limitMemory(0.00001);
  const { ended, err } = bed.start(['--to', 'w2'], { stdin: linesOf(1_000) });
  try {
    await until(() => err().includes('takes no messages for now'), 'the notice');
    expect(await bed.depth('w2')).toBe(0);
  } finally {
    await limitMemory(0.4);
  }
  const { code, out } = await ended;
  expect(out).toMatch(/^Published: 1,000 confirmed/);
  expect(err()).toContain('the broker takes messages again');
  expect(code).toBe(0);
  expect(await bed.depth('w2')).toBe(1_000);
});

test('a message that is larger than the broker takes is refused, and no other', async () => {
  const bed = await lay(plain);
  const limit = (bytes: number) =>
    evaluate(node, `ok = application:set_env(rabbit, max_message_size, ${bytes})`);
  await limit(1_000);
  onTestFinished(async () => {
    await limit(2 ** 27);
  });
  const publisher = await Publisher.open({
    ...{ target: bed.target, vhost: bed.vhost, name: 'test', timeout: 5_000, heartbeat: 10 },
    window: 10,
  });
  onTestFinished(() => publisher.close());
  const message = (id: string, content = Buffer.from(id)): Message => ({
    ...{ exchange: 'jobs', routing_key: 'k1', content, properties: { messageId: id } },
  });
  const fates = await Promise.all(
    [message('a'), message('b', Buffer.alloc(2_000)), message('c', Buffer.alloc(1_000))].map(
      (one) => publisher.publish(one),
    ),
  );
  expect(fates.map(({ kind }) => kind)).toEqual(['confirmed', 'refused', 'confirmed']);
  expect(fates[1]).toMatchObject({ reason: expect.stringContaining('max size 1000') as string });
});

const callDead = (bed: PublishBed, ...args: string[]) =>
  callHarness(['dead', ...args, '--topology', bed.file, '--state', bed.state], {
    ...{ cwd: '.', amqpUrl: amqpUrlOf(node) },
  });

test('a broker with small frames: a letter goes without what the message brought, or to a file, and is found', async () => {
  const bed = await lay(hardened);
  const limit = (bytes: number) =>
    evaluate(node, `ok = application:set_env(rabbit, frame_max, ${bytes})`);
  await limit(4_096);
  onTestFinished(async () => {
    await limit(131_072);
  });
  const worker = await work(bed);
  // With what the worker has to say of it, too large for one frame; so is, of the other, what is
  // wrong with it alone.
  await bed.publish('poison-a', { headers: { note: 'n'.repeat(3_900) } });
  const wrong = Array.from({ length: 20 }, (_, n) => [`${n}`.padEnd(90, 'x'), n] as const);
  await bed.send(JSON.stringify(Object.fromEntries(wrong)), { messageId: 'wrong' });
  await until(() => times(worker, 'acked') === 2, 'the deaths');
  expect(times(worker, 'dead_confirmed')).toBe(1);
  expect(times(worker, 'dead_written')).toBe(1);
  const listed = await callDead(bed, 'list', '--format', 'json');
  expect(JSON.parse(listed.out)).toMatchObject({
    letters: [
      { id: 'poison-a', verdict: 'poison', error: 'no poison-a today' },
      { id: 'wrong', verdict: 'invalid' },
    ],
  });
  expect(await callDead(bed, 'drop', '--yes')).toMatchObject({ out: 'Dropped: 2 dead letters\n' });
});

test('a message that is larger than the broker takes by now is no task that holds up a worker', async () => {
  const bed = await lay(hardened);
  const content = (id: string) =>
    JSON.stringify({ version: 1, id, labels: { a: 'a'.repeat(900) } });
  const ids = ['poison-a', 'retryable-1-a', 'task-a'];
  for (const id of ids) await bed.send(content(id));
  const limit = (bytes: number) =>
    evaluate(node, `ok = application:set_env(rabbit, max_message_size, ${bytes})`);
  await limit(500);
  onTestFinished(async () => {
    await limit(2 ** 27);
  });
  const worker = await work(bed, { prefetch: 3 });
  await until(() => times(worker, 'acked') === 3, 'the deaths');
  const listed = await callDead(bed, 'list', '--format', 'json');
  const letters = (JSON.parse(listed.out) as { letters: { id: string; error: string }[] }).letters;
  const errors = new Map(letters.map(({ id, error }) => [id, error]));
  expect(errors.get('poison-a')).toBe('no poison-a today');
  expect(errors.get('retryable-1-a')).toMatch(/^it can't be published: .* max size 500/);
  expect(errors.get('task-a')).toMatch(/^its result can't be published: .* max size 500/);
  worker.drain();
  expect(await worker.ended).toEqual({ kind: 'drained' });
});
