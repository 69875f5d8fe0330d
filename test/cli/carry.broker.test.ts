// topo apply replaces queues in use under a live publisher: to its end, and killed in the middle
// and finished from another folder. No confirmed message is lost. carry.long.test.ts kills it at
// other points.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { env } from '../broker.ts';
import { accountFor, publishBacklog } from '../management/live-traffic.ts';
import { killCarryAt } from './killed-carry.ts';
import { Orders, patience } from './orders.ts';
import { callTopo } from './topo.ts';

// A busy machine takes its time for each of several runs.
vi.setConfig({ testTimeout: 300_000 });

test('from classic to quorum, with a worker: all of it is told in the report', async () => {
  const orders = await Orders.setUp();
  const publisher = await orders.publish(500);
  const worker = await orders.work({ prefetch: 5 });
  await expect.poll(() => publisher.confirmed, patience).toBeGreaterThan(500);
  const cwd = await orders.elsewhere();
  const run = await callTopo(['apply', orders.file, '--yes', '--report', 'run.json'], cwd, env);
  expect(run).toMatchObject({ code: 0 });
  expect(run.out).toContain('carried over');
  expect(run.out).toContain('; 1 consumer is cancelled and must subscribe again');
  const report = JSON.parse(await readFile(join(cwd, 'run.json'), 'utf8')) as {
    outcomes: { address: string; carried?: { messages: number; flip_milliseconds: number } }[];
  };
  const [outcome] = report.outcomes.filter(({ carried }) => carried !== undefined);
  expect(outcome?.address).toBe(`queues/${orders.vhost}/orders`);
  expect(outcome?.carried?.messages).toBeGreaterThanOrEqual(0);
  expect(outcome?.carried?.flip_milliseconds).toBeGreaterThan(0);
  await worker.stop();
  const confirmed = await publisher.stop();
  const rest = await orders.work();
  const all = () => [...worker.worked, ...rest.worked];
  await expect.poll(() => new Set(all()).size, patience).toBeGreaterThanOrEqual(confirmed.size);
  expect(accountFor(confirmed, all()).lost).toBe(0);
  expect(worker.interrupted).toBeGreaterThan(0);
  expect(await orders.names('queues')).toEqual(['orders']);
});

test('killed once the bindings lead to the parking queue: a run of another file finishes it', () =>
  killCarryAt('once the bindings lead to it'));

test('whose bindings are others by the same plan: every message finds a way', async () => {
  const orders = await Orders.setUp();
  const { vhost, file } = orders;
  // It takes its time, for which the others would have none.
  await orders.ask('PUT', `queues/${vhost}/slow`, { durable: true });
  await orders.ask('POST', `bindings/${vhost}/e/shop/q/slow`, { routing_key: 'slow' });
  await publishBacklog(vhost, { exchange: 'shop', key: 'slow' }, 10_000);
  const queues = 'queues: [{ name: orders, type: quorum }, { name: slow, type: quorum }]';
  const binding = (destination: string, key: string) =>
    `{ source: shop, destination: ${destination}, routing_key: '${key}' }`;
  await writeFile(
    file,
    `vhost: ${vhost}\nexchanges: [{ name: shop, type: topic }]\n${queues}\n` +
      `bindings: [${binding('slow', 'slow')}, ${binding('orders', '#')}]\n`,
  );
  const publisher = await orders.publish(500);
  await expect.poll(() => publisher.confirmed, patience).toBeGreaterThan(500);
  const cwd = await orders.elsewhere();
  const run = await callTopo(['apply', file, '--yes', '--allow-deletes', '3'], cwd, env);
  expect(run, run.out + run.err).toMatchObject({ code: 0 });
  const confirmed = await publisher.stop();
  expect(publisher.returned).toBe(0);
  const rest = await orders.work();
  await expect
    .poll(() => new Set(rest.worked).size, patience)
    .toBeGreaterThanOrEqual(confirmed.size);
  expect(accountFor(confirmed, rest.worked).lost).toBe(0);
  const bound = await orders.ask(
    'GET',
    `queues/${vhost}/orders/bindings?columns=routing_key,source`,
  );
  expect(bound).toContainEqual({ source: 'shop', routing_key: '#' });
  expect(bound).toHaveLength(2);
});
