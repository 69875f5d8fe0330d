// The training template on a broker: it applies, stays applied, and routes tasks as its comments
// say.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect, type ChannelModel, type ConfirmChannel, type GetMessage } from 'amqplib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { broker, freshVhost } from '../broker.ts';
import type { Ended } from './call.ts';
import { callTopo } from './topo.ts';

let folder: string;
let connection: ChannelModel;
let channel: ConfirmChannel;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'topo-training-'));
  const vhost = await freshVhost();
  await topo('init', '--template', 'training');
  const file = join(folder, 'topology.yaml');
  await writeFile(file, `vhost: ${vhost}\n${await readFile(file, 'utf8')}`);
  expect(await topo('apply', '--yes')).toMatchObject({ code: 0 });
  const url = new URL(broker.amqpUrl);
  url.pathname = `/${vhost}`;
  connection = await connect(url.href);
  channel = await connection.createConfirmChannel();
});
afterAll(async () => {
  await connection.close();
  await rm(folder, { recursive: true });
});

function topo(...args: string[]): Promise<Ended> {
  return callTopo(args, folder, {
    RABBITMQ_ENDPOINT: broker.endpoint,
    RABBITMQ_USERNAME: broker.username,
    RABBITMQ_PASSWORD: broker.password,
    AMQP_URL: broker.amqpUrl,
  });
}

test('after apply there is nothing to do', async () => {
  expect(await topo('plan', '--detailed-exitcode')).toMatchObject({ code: 0 });
});

test('a task that waits in a retry queue comes back to its own worker', async () => {
  await publish('ml_retry_1s', 'worker_queue_2');
  const task = await taken('worker_queue_2');
  expect(task.fields).toMatchObject({ exchange: 'ml_tasks', routingKey: 'worker_queue_2' });
  channel.ack(task);
});

test('a task of the pool comes back to the pool', async () => {
  await publish('ml_retry_1s', 'ml_pool');
  channel.ack(await taken('ml_pool'));
});

test('a task that is delivered too often becomes a dead letter with its own key', async () => {
  await publish('ml_tasks', 'worker_queue_1');
  let deliveries = 0;
  let task: GetMessage | undefined = await taken('worker_queue_1');
  while (task !== undefined && deliveries < 30) {
    channel.reject(task, true);
    deliveries++;
    task = await within(2000, () => channel.get('worker_queue_1'));
  }
  expect(deliveries).toBe(21);
  const dead = await taken('ml_dead_letters');
  expect(dead.fields.routingKey).toBe('worker_queue_1');
  expect(dead.properties.headers).toMatchObject({
    'x-first-death-reason': 'delivery_limit',
    'x-first-death-queue': 'worker_queue_1',
  });
  channel.ack(dead);
});

async function publish(exchange: string, key: string): Promise<void> {
  channel.publish(exchange, key, Buffer.from('task'), { persistent: true, mandatory: true });
  await channel.waitForConfirms();
}

async function taken(queue: string): Promise<GetMessage> {
  const message = await within(10_000, () => channel.get(queue));
  if (message === undefined) throw new Error(`${queue} stays empty`);
  return message;
}

async function within(
  milliseconds: number,
  get: () => Promise<GetMessage | false>,
): Promise<GetMessage | undefined> {
  const end = Date.now() + milliseconds;
  while (Date.now() < end) {
    const message = await get();
    if (message !== false) return message;
    await sleep(50);
  }
  return undefined;
}
