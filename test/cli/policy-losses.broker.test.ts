// What queues hold decides what a policy may do: RabbitMQ lists quorum queues up to 5 s late.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type ConfirmChannel, type GetMessage } from 'amqplib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { atEnd } from '../at-end.ts';
import { api, broker, env, freshVhost } from '../broker.ts';
import { callTopo } from './topo.ts';

let folder: string;
let vhost: string;
let channel: ConfirmChannel;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'topo-policy-losses-'));
  vhost = await freshVhost();
  const connection = await connect(`${broker.amqpUrl}/${vhost}`);
  atEnd(() => connection.close());
  channel = await connection.createConfirmChannel();
  await channel.assertQueue('orders', { arguments: { 'x-queue-type': 'quorum' } });
});

afterEach(() => rm(folder, { recursive: true }));

async function fill(messages: number): Promise<void> {
  for (let n = 0; n < messages; n++) channel.sendToQueue('orders', Buffer.from('order'));
  await channel.waitForConfirms();
}

const declare = (definition: object) =>
  writeFile(
    join(folder, 'topology.yaml'),
    JSON.stringify({ vhost, policies: [{ name: 'limits', pattern: '.*', definition }] }),
  );
const topo = (args: readonly string[], more: Record<string, string> = {}) =>
  callTopo(args, folder, { ...env, ...more });
const held = async () => (await channel.checkQueue('orders')).messageCount;

test('messages that have just come in are counted', async () => {
  await declare({ 'max-length': 5 });
  await fill(8);
  const { code, out } = await topo(['apply', '--yes']);
  expect(code).toBe(4);
  expect(out).toContain('3 messages of queue "orders" (max-length 5) would be lost');
  expect(await held()).toBe(8);
  const agreed = `--allow-message-loss=policies/${vhost}/limits`;
  expect(await topo(['apply', '--yes', agreed])).toMatchObject({ code: 0 });
  await expect.poll(held).toBe(5);
});

test('messages that have just gone are not', async () => {
  await declare({ 'max-length': 5 });
  await fill(8);
  await listsMessages(8);
  await channel.purgeQueue('orders');
  expect(await topo(['apply', '--yes'])).toMatchObject({ code: 0 });
});

const slow = 'RabbitMQ counts such messages every 5 s';
test(
  'messages that wait for their dead-letter exchange stay with it',
  { meta: { slow } },
  async () => {
    const exchange = { 'dead-letter-exchange': 'missing', overflow: 'reject-publish' };
    await declare({ ...exchange, 'dead-letter-strategy': 'at-least-once' });
    expect(await topo(['apply', '--yes'])).toMatchObject({ code: 0 });
    await fill(3);
    const message = await channel.get('orders');
    if (message !== false) channel.reject(message, false);
    await expect.poll(held).toBe(2);
    await listsMessages(3);
    await declare(exchange);
    const { code, out } = await topo(['apply', '--yes']);
    expect(code).toBe(4);
    expect(out).toContain(
      '1 message of queue "orders" (at-least-once dead-lettering ends) would be lost',
    );
    const agreed = `--allow-message-loss=policies/${vhost}/limits`;
    expect(await topo(['apply', '--yes', agreed])).toMatchObject({ code: 0 });
    await listsMessages(2);
  },
);

test('without AMQP nothing is sure, and the refusal says why', async () => {
  await declare({ 'max-length': 5 });
  const { code, out } = await topo(['apply', '--yes'], { AMQP_URL: 'amqp://127.0.0.1:1' });
  expect(code).toBe(4);
  expect(out).toContain(
    `queue "orders" (max-length 5) would lose messages, and topo can't count them: what it holds can't be counted: AMQP`,
  );
  expect(out).toContain('set AMQP_URL to where the broker speaks AMQP');
});

test('a lower delivery limit is noted with what it concerns, and does what the note says', async () => {
  await fill(3);
  for (let n = 0; n < 3; n++) await requeue(3);
  await expect.poll(held).toBe(3);
  await declare({ 'delivery-limit': 1 });
  const { code, out } = await topo(['apply', '--yes']);
  expect(code).toBe(0);
  expect(out).toMatch(
    /delivery-limit (none|20) → 1, 3 messages in 1 queue: what was delivered more often is dropped when it is requeued next: orders/,
  );
  expect(await held()).toBe(3);
  await requeue(3);
  await expect.poll(held).toBe(0);
});

test('another dead-letter target is noted, and is that of all messages from then on', async () => {
  await channel.assertQueue('old');
  await channel.assertQueue('new');
  const to = (key: string) => ({ 'dead-letter-exchange': '', 'dead-letter-routing-key': key });
  await declare(to('old'));
  await topo(['apply', '--yes']);
  await fill(2);
  await declare(to('new'));
  const { code, out } = await topo(['apply', '--yes']);
  expect(code).toBe(0);
  expect(out).toContain(
    'dead-letter-routing-key "old" → "new", 2 messages in 1 queue: dead letters are sent to the default exchange with routing key "new" from now on: orders',
  );
  const message = await channel.get('orders');
  if (message !== false) channel.reject(message, false);
  await expect.poll(async () => (await channel.checkQueue('new')).messageCount).toBe(1);
});

async function requeue(messages: number): Promise<void> {
  await expect.poll(held).toBe(messages);
  const got: GetMessage[] = [];
  for (let n = 0; n < messages; n++) {
    const message = await channel.get('orders');
    if (message !== false) got.push(message);
  }
  for (const message of got) channel.reject(message, true);
}

const listed = () => api('GET', `queues/${vhost}?disable_stats=true&enable_queue_totals=true`);
const listsMessages = (count: number) =>
  expect.poll(listed, { timeout: 15_000 }).toMatchObject([{ messages: count }]);
