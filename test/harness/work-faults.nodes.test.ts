// What dies around a worker: its connections, its broker, its queue. Nothing is lost, and nothing is acked in another's place.
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { amqpUrlOf, endpointOf } from '../../src/sandbox/sandbox.ts';
import { killSandbox } from '../../src/sandbox/stop.ts';
import { freshVhost, restartNode, takeNode } from '../broker.ts';
import { openProxy, type Proxy } from '../proxy.ts';
import { hardened, layBed, until, withoutRetries, type Bed } from './bed.ts';
import { makeTrainer } from './trainer.ts';
import { work } from './worker-bed.ts';

const proxies: Proxy[] = [];
afterEach(async () => {
  for (const proxy of proxies.splice(0)) await proxy.close();
});

async function behindProxy(bed: Bed): Promise<{ proxy: Proxy; bed: Bed }> {
  const { hostname, port } = bed.target;
  const proxy = await openProxy({ host: hostname, port });
  proxies.push(proxy);
  return {
    proxy,
    bed: { ...bed, target: { ...bed.target, hostname: '127.0.0.1', port: proxy.port } },
  };
}

const acked = (steps: readonly string[]): string[] =>
  steps.filter((step) => step.startsWith('acked')).map((step) => step.slice('acked '.length));

test('a connection is cut while a task is trained: it is trained once, and the new delivery is acked', async () => {
  const { proxy, bed } = await behindProxy(await layBed(hardened));
  await bed.publish('sleep-600-a');
  const worker = await work(bed);
  await until(() => worker.trainer.begun.length === 1, 'the start');
  proxy.cut();
  await until(() => acked(worker.steps).length === 1, 'the ack');
  await sleep(200);
  expect(worker.trainer.begun).toEqual(['sleep-600-a']);
  expect((await bed.results(1)).get('sleep-600-a')).toHaveLength(1);
  worker.drain();
  await worker.ended;
  expect(await bed.depth('w1')).toBe(0);
});

test('a task that ends while there is no connection: its result is published, and what comes again is not trained', async () => {
  const { proxy, bed } = await behindProxy(await layBed(hardened));
  await bed.publish('sleep-300-a');
  const worker = await work(bed);
  await until(() => worker.trainer.begun.length === 1, 'the start');
  proxy.blackHole();
  proxy.cut();
  await until(() => worker.steps.includes('kept sleep-300-a'), 'the result to be kept');
  await sleep(200);
  proxy.restore();
  await until(() => acked(worker.steps).length === 1, 'the ack');
  expect(worker.trainer.begun).toEqual(['sleep-300-a']);
  expect((await bed.results(1)).get('sleep-300-a')?.length).toBeLessThanOrEqual(2);
  expect(await bed.depth('w1')).toBe(0);
});

test('tags of an earlier connection ack nothing on a later one', async () => {
  const { proxy, bed } = await behindProxy(await layBed(hardened));
  const ids = ['sleep-500-a', 'sleep-900-b', 'sleep-700-c', 'sleep-800-d'];
  for (const id of ids) await bed.publish(id);
  const trainer = makeTrainer();
  const handlers = [trainer, trainer, trainer, trainer];
  const worker = await work(bed, { prefetch: 4, handlers }, trainer);
  await until(() => trainer.begun.length === 4, 'the start');
  // While the connection is away, another one takes two of them from the queue: tags 1 to 4 now stand for two tasks only.
  const channel = await bed.model.createChannel();
  await channel.prefetch(2);
  const stolen: string[] = [];
  await channel.consume('w1', (message) => {
    if (message) stolen.push(String(message.properties.messageId));
  });
  proxy.cut();
  await until(() => stolen.length === 2, 'the theft');
  await until(() => worker.steps.filter((step) => step.startsWith('kept')).length === 4, 'the end');
  await until(() => acked(worker.steps).length === 2, 'the acks of the other two');
  expect([...acked(worker.steps), ...stolen].sort()).toEqual(ids.slice().sort());
  await channel.close();
  await until(() => acked(worker.steps).length === 4, 'the acks of all');
  expect(trainer.begun).toHaveLength(4);
  expect((await bed.results(4)).size).toBe(4);
});

test('a black hole: both connections are given up, and the work goes on over new ones', async () => {
  const { proxy, bed } = await behindProxy(await layBed(hardened));
  await bed.publish('sleep-500-a');
  const worker = await work(bed);
  await until(() => worker.trainer.begun.length === 1, 'the start');
  proxy.blackHole();
  await until(
    () =>
      worker.events.filter((event) => event.kind === 'connection' && event.state.kind === 'lost')
        .length >= 2,
    'the losses',
    30_000,
  );
  proxy.restore();
  await bed.publish('task-2');
  expect((await bed.results(2)).size).toBe(2);
  await until(() => acked(worker.steps).length === 2, 'the acks');
  expect(worker.trainer.begun).toEqual(['sleep-500-a', 'task-2']);
});

test('a failure that is held back while the connection is lost is published once, for the new delivery', async () => {
  const { proxy, bed } = await behindProxy(await layBed(withoutRetries));
  await bed.publish('retryable-1-a');
  const worker = await work(bed);
  await until(() => worker.steps.includes('held retryable-1-a'), 'the hold');
  proxy.cut();
  expect((await bed.results(1)).get('retryable-1-a')).toHaveLength(1);
  expect(worker.trainer.begun).toEqual(['retryable-1-a', 'retryable-1-a#2']);
});

test('a queue is deleted and declared anew: the worker comes back to it', async () => {
  const bed = await layBed(hardened);
  const worker = await work(bed);
  const channel = await bed.model.createChannel();
  await channel.deleteQueue('w1');
  await until(() => worker.events.some(({ kind }) => kind === 'cancelled'), 'the cancellation');
  await sleep(300);
  await channel.assertQueue('w1');
  await channel.bindQueue('w1', 'jobs', 'k1');
  await bed.publish('task-1');
  expect((await bed.results(1)).size).toBe(1);
  const losses = worker.events.filter((event) => event.kind === 'connection');
  expect(losses.length).toBeLessThan(30);
});

test('the broker is killed and started again while tasks are trained', async () => {
  const node = await takeNode();
  const vhost = await freshVhost(endpointOf(node));
  const bed = await layBed(hardened, { amqpUrl: amqpUrlOf(node), vhost });
  const ids = Array.from({ length: 20 }, (_, n) => `sleep-100-${n}`);
  for (const id of ids) await bed.publish(id);
  const worker = await work(bed, { prefetch: 4 });
  await until(() => acked(worker.steps).length >= 3, 'some acks');
  await killSandbox(node);
  const again = await restartNode(node);
  expect(again.ports).toEqual(node.ports);
  const later = await layBed(hardened, { amqpUrl: amqpUrlOf(again), vhost });
  const results = await later.results(20);
  expect([...results.keys()].sort()).toEqual(ids.slice().sort());
  await until(async () => (await later.depth('w1')) === 0, 'an empty queue');
  expect(worker.trainer.begun).toHaveLength(20);
}, 120_000);
