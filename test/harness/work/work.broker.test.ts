// A worker's settlements, on a real broker: what is published, what is acked, and what is trained.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Result } from '../../../src/harness/messaging/result.generated.ts';
import { hardened, layBed, plain, until, withoutRetries } from '../bed.ts';
import { makeTrainer } from '../trainer.ts';
import { catchUp, times, work, type TestWorker } from '../worker-bed.ts';

test('a task that is done: its result is kept, published, confirmed, and then the task is acked', async () => {
  const bed = await layBed(hardened);
  const worker = await work(bed);
  await bed.publish('task-1');
  const [result] = (await bed.results(1)).get('task-1') ?? [];
  expect(result).toMatchObject({ task: 'task-1', worker: 'tester', attempt: 1, samples: 1 });
  await until(() => worker.steps.includes('acked task-1'), 'the ack');
  expect(worker.steps.map((step) => step.split(' ')[0])).toEqual([
    ...['received', 'started', 'trained', 'kept', 'result_published', 'result_confirmed', 'acked'],
  ]);
  worker.drain();
  expect(await worker.ended).toEqual({ kind: 'drained' });
  expect(await bed.depth('w1')).toBe(0);
});

test('a task that is delivered again after it was done is not trained again', async () => {
  const bed = await layBed(hardened);
  const first = await work(bed);
  await bed.publish('task-1');
  await bed.results(1);
  first.drain();
  await first.ended;
  const second = await work(bed);
  await bed.publish('task-1');
  const again = await bed.results(1);
  expect(again.get('task-1')).toHaveLength(1);
  expect(second.trainer.begun).toEqual([]);
  await bed.publish('task-1', { headers: { other: 'headers count for nothing' } });
  await bed.send(JSON.stringify({ version: 1, id: 'task-1', seed: 7 }), { messageId: 'task-1' });
  await until(() => second.trainer.begun.length === 1, 'the other task of that id');
});

test('a retryable failure comes back through the retry queues, with its own routing key', async () => {
  const bed = await layBed(hardened);
  const worker = await work(bed);
  await bed.publish('retryable-2-a');
  const [result] = (await bed.results(1)).get('retryable-2-a') ?? [];
  expect(result).toMatchObject({ attempt: 3, samples: 3 });
  expect(worker.trainer.begun).toEqual(['retryable-2-a', 'retryable-2-a#2', 'retryable-2-a#3']);
  const retried = worker.events.flatMap((event) =>
    event.kind === 'settled' && event.settled.kind === 'retried' ? [event.settled.after] : [],
  );
  expect(retried).toEqual([300, 700]);
  expect(worker.steps).not.toContain('held retryable-2-a');
});

test('a retryable failure without retry queues is held, and published again before it is acked', async () => {
  const bed = await layBed(withoutRetries);
  const worker = await work(bed);
  await bed.publish('retryable-1-a');
  const [result] = (await bed.results(1)).get('retryable-1-a') ?? [];
  expect(result).toMatchObject({ attempt: 2 });
  const own = worker.steps.map((step) => step.split(' ')[0]);
  expect(own.slice(0, 6)).toEqual([
    ...['received', 'started', 'held', 'retry_published', 'retry_confirmed', 'acked'],
  ]);
});

test('the next attempt that comes before the last one is acked is not acked with it', async () => {
  const bed = await layBed(hardened);
  const isBack = async () => (await bed.depth('wait_short')) + (await bed.depth('wait_long')) === 0;
  let markers = 0;
  const worker: TestWorker = await work(bed, {
    prefetch: 5,
    onStep: async (step) => {
      if (step !== 'retry_confirmed') return;
      await until(isBack, 'the end of the wait');
      await catchUp(bed, worker, `marker-${++markers}`);
    },
  });
  await bed.publish('retryable-2-a');
  expect((await bed.results(3)).get('retryable-2-a')).toHaveLength(1);
  expect(worker.trainer.begun.filter((id) => id.startsWith('retryable'))).toHaveLength(3);
});

test('a second message of a task that is trained waits, and gets its result', async () => {
  const bed = await layBed(hardened);
  const trainer = makeTrainer();
  const worker = await work(bed, { prefetch: 5, handlers: [trainer, trainer] }, trainer);
  for (let count = 0; count < 3; count++) await bed.publish('wait-a');
  await catchUp(bed, worker);
  trainer.finish('wait-a');
  await until(() => times(worker, 'acked wait-a') === 3, 'the acks');
  expect(trainer.begun).toEqual(['wait-a', 'marker']);
  expect((await bed.results(2)).get('wait-a')).toHaveLength(3);
});

test('a task with a key that does not lead back goes back to its queue, not into a retry queue', async () => {
  const bed = await layBed(hardened);
  const worker = await work(bed);
  const channel = await bed.model.createConfirmChannel();
  channel.sendToQueue('w1', Buffer.from('{"version":1,"id":"retryable-1-b"}'));
  await channel.waitForConfirms();
  const [result] = (await bed.results(1)).get('retryable-1-b') ?? [];
  expect(result).toMatchObject({ attempt: 2 });
  expect(worker.steps).toContain('held retryable-1-b');
});

test('poison, exhausted and invalid messages are dead-lettered with the reason', async () => {
  const bed = await layBed(hardened);
  const worker = await work(bed, { max_attempts: 2 });
  await bed.publish('poison-1');
  await bed.publish('retryable-9-z');
  await bed.send('{"version":1', { messageId: 'broken' });
  await bed.send('{"version":1,"id":"x","shart":{}}');
  // The last one is for the attempt that was retried.
  await until(() => times(worker, 'acked') === 5, 'the acks');
  const letters = new Map<string, unknown>();
  for (let letter = await bed.take('dead'); letter; letter = await bed.take('dead')) {
    const { headers = {} } = letter.properties;
    const { 'x-topo-error': error, 'x-topo-verdict': verdict } = headers;
    const { 'x-topo-attempt': attempt, 'x-topo-routing-key': key } = headers;
    letters.set(letter.content.toString(), [verdict, error, attempt, key]);
  }
  expect(letters).toEqual(
    new Map([
      ['{"version":1,"id":"poison-1"}', ['poison', 'no poison-1 today', 1, 'k1']],
      ['{"version":1', ['invalid', expect.stringContaining('it is not JSON'), 1, 'k1']],
      ['{"version":1,"id":"x","shart":{}}', ['invalid', expect.stringContaining('shart'), 1, 'k1']],
      ['{"version":1,"id":"retryable-9-z"}', ['exhausted', 'no retryable-9-z today', 2, 'k1']],
    ]),
  );
  expect(worker.steps.at(-1)).toMatch(/^acked/);
  expect(await bed.depth('w1')).toBe(0);
});

test('the count of a quorum queue counts as attempts', async () => {
  const quorum = hardened.replace(
    '{ name: w1 }',
    '{ name: w1, arguments: { x-queue-type: quorum } }',
  );
  const bed = await layBed(quorum);
  const channel = await bed.model.createChannel();
  await bed.publish('poison-q');
  for (let count = 0; count < 2; count++) {
    const message = await channel.get('w1');
    // From 4.3 on, one that is handed back by basic.nack is not counted.
    if (message) channel.reject(message, true);
    await until(async () => (await bed.depth('w1')) === 1, 'the message to be back');
  }
  await work(bed);
  await until(async () => (await bed.depth('dead')) === 1, 'the dead letter');
  const letter = await bed.take('dead');
  expect(letter?.properties.headers?.['x-topo-attempt']).toBe(3);
});

test('a topology without results, retries and dead letters: all of it is kept in files', async () => {
  const bed = await layBed(plain);
  const worker = await work(bed, { max_attempts: 2 });
  const channel = await bed.model.createChannel();
  const { queue: replies } = await channel.assertQueue('', { exclusive: true });
  await bed.publish('task-1', { replyTo: replies });
  await bed.publish('task-2', { replyTo: 'gone' });
  await bed.publish('retryable-1-c');
  await bed.publish('poison-2');
  await until(
    () => times(worker, 'acked retryable-1-c') === 2 && times(worker, 'acked poison-2') === 1,
    'the end',
  );
  expect(await bed.depth('w1')).toBe(0);
  worker.drain();
  await worker.ended;
  const [file = ''] = await readdir(join(bed.state, 'results'));
  const lines = (await readFile(join(bed.state, 'results', file), 'utf8')).trim().split('\n');
  const results = lines.map((line) => JSON.parse(line) as Result);
  expect(results.map(({ task }) => task)).toEqual(['task-1', 'task-2', 'retryable-1-c']);
  expect(await readdir(join(bed.state, 'dead'))).toHaveLength(1);
  const reply = await channel.get(replies, { noAck: true });
  expect(reply && reply.properties.correlationId).toBe('task-1');
  const warnings = worker.events.filter(({ kind }) => kind === 'warning');
  expect(JSON.stringify(warnings)).toContain('did not reach gone');
});

test('a result that the broker returns is published again until it is taken, and the task stays unacked', async () => {
  const bed = await layBed(hardened);
  const worker = await work(bed);
  const channel = await bed.model.createChannel();
  await channel.deleteQueue('results');
  await bed.publish('task-1');
  await until(() => worker.events.some(({ kind }) => kind === 'refused'), 'the refusal');
  expect(worker.steps).not.toContain('acked task-1');
  await channel.assertQueue('results');
  expect((await bed.results(1)).get('task-1')).toHaveLength(1);
  await until(() => worker.steps.includes('acked task-1'), 'the ack');
  expect(worker.trainer.begun).toEqual(['task-1']);
});

test('a task that takes longer than it may is retried', async () => {
  const bed = await layBed(hardened);
  await work(bed, { max_task: 50, max_attempts: 1 });
  await bed.publish('sleep-60000-x');
  await until(async () => (await bed.depth('dead')) === 1, 'the dead letter');
  const letter = await bed.take('dead');
  expect(letter?.properties.headers?.['x-topo-error']).toBe('the task took longer than 0.05 s');
});

test('a fatal failure hands the task back and ends the worker, with the reason', async () => {
  const bed = await layBed(hardened);
  const worker = await work(bed);
  await bed.publish('fatal-1');
  expect(await worker.ended).toMatchObject({
    kind: 'failed',
    error: { message: 'no fatal-1 today' },
  });
  expect(worker.trainer.begun).toEqual(['fatal-1']);
  await until(async () => (await bed.depth('w1')) === 1, 'the task to be back');
});

test('as many tasks at once as there are trainers, and no more deliveries than prefetched', async () => {
  const bed = await layBed(hardened);
  const ids = Array.from({ length: 6 }, (_, n) => `wait-${n}`);
  for (const id of ids) await bed.publish(id);
  const trainer = makeTrainer();
  const worker = await work(bed, { prefetch: 4, handlers: [trainer, trainer] }, trainer);
  await until(() => times(worker, 'received') === 4, 'four');
  await until(() => trainer.begun.length === 2, 'two');
  expect(worker.busy).toBe(2);
  expect(await bed.depth('w1')).toBe(2);
});

test('draining finishes what runs and hands back what waits', async () => {
  const bed = await layBed(hardened);
  for (const id of ['wait-a', 'wait-b', 'wait-c']) await bed.publish(id);
  const worker = await work(bed, { prefetch: 2 });
  await until(() => times(worker, 'received') === 2, 'two');
  await until(() => worker.trainer.begun.length === 1, 'the start');
  worker.drain();
  worker.trainer.finish('wait-a');
  expect(await worker.ended).toEqual({ kind: 'drained' });
  expect(worker.trainer.begun).toEqual(['wait-a']);
  expect([...(await bed.results(1)).keys()]).toEqual(['wait-a']);
  expect(await bed.depth('w1')).toBe(2);
  expect(worker.trainer.isStopped).toBe(true);
});

test('handing back gives what runs to the next worker', async () => {
  const bed = await layBed(hardened);
  await bed.publish('wait-a');
  const worker = await work(bed);
  await until(() => worker.trainer.begun.length === 1, 'the start');
  worker.drain();
  worker.handBack();
  expect(await worker.ended).toEqual({ kind: 'handed_back' });
  await until(async () => (await bed.depth('w1')) === 1, 'the task to be back');
  expect(await bed.depth('wait_short')).toBe(0);
});

test('a failure that is held back is published at once when the worker drains', async () => {
  const bed = await layBed(withoutRetries);
  await bed.publish('retryable-9-h');
  const backoff = { shortest: 600_000, longest: 600_000 };
  const worker = await work(bed, { max_attempts: 9, backoff });
  await until(() => worker.steps.includes('held retryable-9-h'), 'the hold');
  worker.drain();
  await worker.ended;
  const message = await bed.take('w1');
  expect(message?.properties.headers?.['x-topo-attempt']).toBe(2);
});

test('the pool is taken from only while there is room', async () => {
  const bed = await layBed(hardened);
  const worker = await work(bed, { pool: true });
  await bed.publish('wait-own');
  await until(() => worker.trainer.begun.length === 1, 'the start');
  await until(async () => (await bed.consumers('pool')) === 0, 'the pause');
  await bed.publish('pooled', { key: 'any' });
  expect(await bed.depth('pool')).toBe(1);
  worker.trainer.finish('wait-own');
  expect([...(await bed.results(2)).keys()]).toEqual(['wait-own', 'pooled']);
  const [trained, received] = ['trained wait-own', 'received pooled'];
  expect(worker.steps.filter((step) => [trained, received].includes(step))).toEqual([
    trained,
    received,
  ]);
});

test('a queue that no worker has, and objects that the broker does not have', async () => {
  const bed = await layBed(hardened);
  await expect(work(bed, { queue: 'w3' })).rejects.toMatchObject({
    problems: [{ code: 'unknown-worker', hint: expect.stringContaining('did you mean') as string }],
  });
  const channel = await bed.model.createChannel();
  await channel.deleteQueue('dead');
  await channel.deleteExchange('events');
  await expect(work(bed)).rejects.toMatchObject({
    problems: [
      { message: expect.stringContaining('no queue "dead"') as string },
      { message: expect.stringContaining('no exchange "events"') as string },
    ],
  });
});

test('heartbeats and events tell who trains what', async () => {
  const bed = await layBed(hardened);
  const channel = await bed.model.createChannel();
  const { queue } = await channel.assertQueue('', { exclusive: true });
  await channel.bindQueue(queue, 'events', '#');
  const heard = new Map<string, object>();
  await channel.consume(queue, (message) => {
    if (!message) return;
    const body = JSON.parse(message.content.toString()) as { state?: string; tasks?: unknown[] };
    // While its result is published a worker is busy, and trains nothing any more.
    if (body.state === 'busy' && body.tasks?.length === 0) return;
    heard.set(`${message.fields.routingKey} ${body.state ?? ''}`, body);
  });
  const worker = await work(bed, { heartbeat: 50, name: 'gpu.1:77' });
  await bed.publish('wait-a');
  await until(() => heard.has('heartbeat.gpu_1_77 busy'), 'a heartbeat of the training');
  worker.trainer.finish('wait-a');
  await until(() => worker.steps.includes('acked wait-a'), 'the ack');
  worker.drain();
  await worker.ended;
  await until(() => heard.has('heartbeat.gpu_1_77 draining'), 'the last heartbeat');
  expect([...heard.keys()].sort()).toEqual([
    ...['heartbeat.gpu_1_77 busy', 'heartbeat.gpu_1_77 draining', 'heartbeat.gpu_1_77 idle'],
    ...['task.done.gpu_1_77 ', 'task.started.gpu_1_77 '],
  ]);
  expect(heard.get('heartbeat.gpu_1_77 busy')).toMatchObject({
    ...{ version: 1, worker: 'gpu.1:77', queue: 'w1', concurrency: 1 },
    tasks: [{ id: 'wait-a', attempt: 1 }],
  });
});
