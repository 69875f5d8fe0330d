// A vhost is deleted only if each queue in it may go, declared or not.
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type ChannelModel } from 'amqplib';
import type { Vhost } from '../../src/topology/object.ts';
import { openTestBroker, userWith } from '../management/arrange.ts';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { api, broker, env } from '../broker.ts';
import { callTopo } from './topo.ts';

let folder: string;
let vhost: string;
let connection: ChannelModel;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'topo-destroy-'));
  vhost = `test-${randomUUID()}`;
  await api('PUT', `vhosts/${vhost}`);
  await writeFile(join(folder, 'topology.yaml'), `vhosts: [{ name: ${vhost} }]\n`);
  connection = await connect(`${broker.amqpUrl}/${vhost}`);
  connection.on('error', () => undefined);
});

afterEach(async () => {
  await connection.close().catch(() => undefined);
  if (await isThere()) await api('DELETE', `vhosts/${vhost}`);
  await rm(folder, { recursive: true });
});

const topo = (...args: string[]) => callTopo(args, folder, env);
/** Waits until RabbitMQ lists so many connections to the vhost. */
const listsConnections = (count: number): Promise<void> =>
  expect.poll(() => api('GET', `vhosts/${vhost}/connections?columns=user`)).toHaveLength(count);
const isThere = async (): Promise<boolean> => {
  const found = (await api('GET', 'vhosts')) as { name: string }[];
  return found.some(({ name }) => name === vhost);
};

test.each(['classic', 'quorum'])(
  'a %s queue that holds messages keeps its vhost until that is agreed',
  async (type) => {
    const channel = await connection.createConfirmChannel();
    await channel.assertQueue('orders', { arguments: { 'x-queue-type': type } });
    for (const text of ['a', 'b']) channel.sendToQueue('orders', Buffer.from(text));
    await channel.waitForConfirms();
    const refused = await topo('destroy', '--yes');
    expect(refused.code).toBe(4);
    expect(refused.out).toContain('refused: 2 messages would be lost');
    expect(await isThere()).toBe(true);
    await connection.close();
    const lossy = `--allow-message-loss=queues/${vhost}/orders`;
    const done = await topo('destroy', '--yes', lossy);
    expect(done.out).toContain('2 messages lost');
    expect(done.code).toBe(0);
    expect(await isThere()).toBe(false);
  },
);

test('an exclusive queue keeps its vhost until its connection is closed', async () => {
  const channel = await connection.createChannel();
  await channel.assertQueue('', { exclusive: true });
  const refused = await topo('destroy', '--yes');
  expect(refused.code).toBe(4);
  expect(refused.out).toContain('it holds 1 queue that is exclusive');
  await connection.close();
  // RabbitMQ deletes the queue a moment later.
  await expect.poll(() => api('GET', `queues/${vhost}?disable_stats=true`)).toHaveLength(0);
  await listsConnections(0);
  expect((await topo('destroy', '--yes')).code).toBe(0);
  expect(await isThere()).toBe(false);
});

test('open connections keep their vhost until that is agreed', async () => {
  await api('PUT', `queues/${vhost}/orders`, { durable: true });
  const channel = await connection.createChannel();
  await channel.consume('orders', () => undefined);
  await listsConnections(1);
  const refused = await topo('destroy', '--yes');
  expect(refused.code).toBe(4);
  expect(refused.out).toContain('refused: 1 consumer would be disconnected');
  expect(refused.out).toContain('refused: 1 connection would be closed');
  const flag = `--allow-disconnect vhosts/${vhost}`;
  expect(refused.out).toContain(`close it, or topo destroy ${flag}`);
  expect(await isThere()).toBe(true);
  const gone = once(connection, 'close');
  const done = await topo('destroy', '--yes', ...flag.split(' '));
  expect(done.out).toContain('1 connection closed with it, as agreed');
  expect(done.code).toBe(0);
  expect(await isThere()).toBe(false);
  await gone;
});

test('shovels of the vhost go before their queues, which they would declare again', async () => {
  const uri = `${broker.amqpUrl}/${vhost}`;
  const ends = { 'src-uri': uri, 'src-queue': 'from', 'dest-uri': uri, 'dest-queue': 'to' };
  const shovels = Array.from({ length: 20 }, (_, n) => `parameters/shovel/${vhost}/s${n}`);
  for (const shovel of shovels) await api('PUT', shovel, { value: ends });
  const channel = await connection.createChannel();
  await channel.assertQueue('from', { arguments: { 'x-queue-type': 'classic' } });
  const consumers = async () => (await channel.checkQueue('from')).consumerCount;
  await expect.poll(consumers, { timeout: 10_000 }).toBe(20);
  await connection.close();
  const done = await topo('destroy', '--yes', `--allow-disconnect=vhosts/${vhost}`);
  expect(done.out).toContain('Apply: 23 deleted');
  expect(done.code).toBe(0);
  expect(await isThere()).toBe(false);
});

test('a connection that was opened after the plan keeps the vhost', async () => {
  const opened = openTestBroker();
  const also = { kinds: new Set(['vhost'] as const), vhosts: [] };
  const { objects } = await opened.readLive(new Set([vhost]), also);
  const found = objects.get(`vhosts/${vhost}`) as Vhost;
  const remove = () => opened.remove(found, { mayDisconnect: false });
  await listsConnections(1);
  await expect(remove()).rejects.toThrow(`vhosts/${vhost} stays: it has 1 open connection`);
  expect(await isThere()).toBe(true);
  await connection.close();
  await remove();
  expect(await isThere()).toBe(false);
});

test('topo never deletes the user that it runs as', async () => {
  const own = `vhosts: [{ name: ${vhost} }]\nusers: [{ name: ${vhost}, tags: [administrator] }]\n`;
  await writeFile(join(folder, 'topology.yaml'), own);
  const self = { ...env, ...(await userWith(vhost, 'administrator')) };
  const refused = await callTopo(['destroy', '--yes'], folder, self);
  expect(refused.code).toBe(4);
  const way = 'destroy it as another administrator, or choose the rest with --target';
  expect(refused.out).toContain(`refused: topo runs as this user\n      ${way}`);
  expect(refused.out).not.toContain('warning');
  const { code, err } = await topo('destroy', '--yes', '--allow-self');
  expect(code).toBe(3);
  expect(err).toContain('topo destroy never deletes the user that topo runs as');
  expect(err).toContain(way);
});

test('a queue that came after the plan keeps the vhost', async () => {
  await topo('plan', '--destroy', '--out', 'plan.json');
  await api('PUT', `queues/${vhost}/late`, { durable: true });
  const stale = await topo('apply', 'plan.json', '--yes');
  expect(stale.code).toBe(5);
  expect(await isThere()).toBe(true);
});

test('what a cut-off run left is destroyed by the next one', async () => {
  await api('PUT', `queues/${vhost}/a`, { durable: true });
  await api('PUT', `queues/${vhost}/b`, { durable: true });
  await connection.close();
  await topo('plan', '--destroy', '--out', 'plan.json');
  await api('DELETE', `queues/${vhost}/a`);
  expect((await topo('apply', 'plan.json', '--yes')).code).toBe(0);
  expect(await isThere()).toBe(false);
});
