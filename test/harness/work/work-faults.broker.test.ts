// What dies around a worker: its connections, its queue. Nothing is lost, and nothing is acked in
// another's place.
import { afterEach, expect, test } from 'vitest';
import { openProxy, type Proxy } from '../../proxy.ts';
import { hardened, layBed, until, withoutRetries, type Bed } from '../bed.ts';
import { makeTrainer } from '../trainer.ts';
import { catchUp, redelivered, times, work, type TestWorker } from '../worker-bed.ts';

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

const acked = ({ steps }: TestWorker): string[] =>
  steps.filter((step) => step.startsWith('acked')).map((step) => step.slice('acked '.length));

const losses = ({ events }: TestWorker, of: string) =>
  events.flatMap((event) =>
    event.kind === 'connection' && event.of === of && event.state.kind === 'lost'
      ? [event.state]
      : [],
  );

/** Both connections are lost. */
const isCutOff = (worker: TestWorker): boolean =>
  ['consumer', 'publisher'].every((of) => losses(worker, of).length > 0);

test('a connection is cut while a task is trained: it is trained once, and the new delivery is acked', async () => {
  const { proxy, bed } = await behindProxy(await layBed(hardened));
  await bed.publish('wait-a');
  const worker = await work(bed, { prefetch: 2 });
  await until(() => worker.trainer.begun.length === 1, 'the start');
  proxy.cut();
  await redelivered(bed, worker);
  await catchUp(bed, worker);
  worker.trainer.finish('wait-a');
  await until(() => times(worker, 'acked') === 2, 'the acks');
  expect(worker.trainer.begun).toEqual(['wait-a', 'marker']);
  expect((await bed.results(2)).get('wait-a')).toHaveLength(1);
  worker.drain();
  await worker.ended;
  expect(await bed.depth('w1')).toBe(0);
});

test('a task that ends while there is no connection: its result is published, and what comes again is not trained', async () => {
  const { proxy, bed } = await behindProxy(await layBed(hardened));
  await bed.publish('wait-a');
  const worker = await work(bed);
  await until(() => worker.trainer.begun.length === 1, 'the start');
  proxy.blackHole();
  proxy.cut();
  await until(() => isCutOff(worker), 'the losses');
  worker.trainer.finish('wait-a');
  await until(() => worker.steps.includes('kept wait-a'), 'the result to be kept');
  proxy.restore();
  await until(() => acked(worker).length === 1, 'the ack');
  expect(worker.trainer.begun).toEqual(['wait-a']);
  expect((await bed.results(1)).get('wait-a')?.length).toBeLessThanOrEqual(2);
  expect(await bed.depth('w1')).toBe(0);
});

test('tags of an earlier connection ack nothing on a later one', async () => {
  const { proxy, bed } = await behindProxy(await layBed(hardened));
  const ids = ['wait-a', 'wait-b', 'wait-c', 'wait-d'];
  for (const id of ids) await bed.publish(id);
  const trainer = makeTrainer();
  const handlers = [trainer, trainer, trainer, trainer];
  const worker = await work(bed, { prefetch: 4, handlers }, trainer);
  await until(() => trainer.begun.length === 4, 'the start');
  // While the connection is away, another one takes two of them from the queue: tags 1 to 4 now
  // stand for two tasks only.
  const channel = await bed.model.createChannel();
  await channel.prefetch(2);
  const stolen: string[] = [];
  await channel.consume('w1', (message) => {
    if (message) stolen.push(String(message.properties.messageId));
  });
  proxy.cut();
  await until(() => stolen.length === 2, 'the theft');
  for (const id of ['wait-a', 'wait-c', 'wait-d', 'wait-b']) trainer.finish(id);
  await until(() => times(worker, 'kept') === 4, 'the end');
  await until(() => acked(worker).length === 2, 'the acks of the other two');
  expect([...acked(worker), ...stolen].sort()).toEqual(ids);
  await channel.close();
  await until(() => acked(worker).length === 4, 'the acks of all');
  expect(trainer.begun).toHaveLength(4);
  expect((await bed.results(4)).size).toBe(4);
});

test('a black hole: both connections are given up, and the work goes on over new ones', async () => {
  const { proxy, bed } = await behindProxy(await layBed(hardened));
  await bed.publish('wait-a');
  const worker = await work(bed, { amqp_heartbeat: 1 });
  await until(() => worker.trainer.begun.length === 1, 'the start');
  proxy.blackHole();
  worker.trainer.finish('wait-a');
  await until(() => isCutOff(worker), 'the losses');
  proxy.restore();
  await bed.publish('task-2');
  expect((await bed.results(2)).size).toBe(2);
  await until(() => acked(worker).length === 2, 'the acks');
  expect(worker.trainer.begun).toEqual(['wait-a', 'task-2']);
});

test('a failure that is held back while the connection is lost is published once, for the new delivery', async () => {
  const { proxy, bed } = await behindProxy(await layBed(withoutRetries));
  const worker: TestWorker = await work(bed, {
    prefetch: 2,
    onStep: async (step) => {
      if (step !== 'held') return;
      proxy.cut();
      await redelivered(bed, worker);
      await catchUp(bed, worker);
    },
  });
  await bed.publish('retryable-1-a');
  expect((await bed.results(2)).get('retryable-1-a')).toHaveLength(1);
  expect(worker.trainer.begun).toEqual(['retryable-1-a', 'marker', 'retryable-1-a#2']);
});

test('a queue is deleted and declared anew: the worker comes back to it', async () => {
  const bed = await layBed(hardened);
  const worker = await work(bed);
  const channel = await bed.model.createChannel();
  await channel.deleteQueue('w1');
  await until(() => worker.events.some(({ kind }) => kind === 'cancelled'), 'the cancellation');
  // It looks for the queue again and again, and waits longer each time.
  await until(() => losses(worker, 'consumer').length === 3, 'attempts');
  expect(losses(worker, 'consumer').map(({ retry }) => retry)).toEqual([50, 100, 200]);
  await channel.assertQueue('w1');
  await channel.bindQueue('w1', 'jobs', 'k1');
  await bed.publish('task-1');
  expect((await bed.results(1)).size).toBe(1);
  expect(worker.events.filter(({ kind }) => kind === 'connection').length).toBeLessThan(30);
});
