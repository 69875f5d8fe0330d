// topo apply replaces queues in use under a live publisher: to its end, and killed in the middle
// and finished from another folder. No confirmed message is lost.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { env } from '../broker.ts';
import { accountFor } from '../management/live-traffic.ts';
import { Orders, patience, reach } from './orders.ts';
import { callTopo, startTopo } from './topo.ts';

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

const points: [what: string, isThere: (orders: Orders) => Promise<boolean>][] = [
  ['once the parking queue is there', (orders) => orders.isParkingThere()],
  ['once the bindings lead to it', (orders) => orders.isBoundToParking()],
  ['once the queue is replaced', (orders) => orders.isReplaced()],
];

describe('killed', () => {
  test.each(points)('%s: a run of another file finishes it', async (_what, isThere) => {
    const orders = await Orders.setUp();
    const { vhost } = orders;
    const publisher = await orders.publish(500);
    await expect.poll(() => publisher.confirmed, patience).toBeGreaterThan(2_000);
    const run = startTopo(['apply', orders.file, '--yes'], await orders.elsewhere(), env);
    await reach(run, () => isThere(orders));
    run.child.kill('SIGKILL');
    expect((await run.ended).code).toBe(null);
    const cwd = await orders.elsewhere();
    const other = join(cwd, 'other.yaml');
    await writeFile(other, `vhost: ${vhost}\nexchanges: [{ name: shop, type: topic }]\n`);
    const plan = await callTopo(['plan', other], cwd, env);
    expect(plan.out).toContain(`topo apply first goes on carrying over queues/${vhost}/orders`);
    expect(plan.out).toContain('1 queue to carry over first');
    const exported = await callTopo(['export', '--vhost', vhost], cwd, env);
    expect(exported.out).not.toContain('topo-parking');
    const args = ['apply', other, '--yes', '--give-up', givenUpIn(plan.out)];
    const applied = await callTopo(args, await orders.elsewhere(), env);
    expect(applied.code, applied.out + applied.err).toBe(0);
    expect(applied.out).toContain(`Carried over: queues/${vhost}/orders`);
    await orders.expectAllThere(publisher);
  });
});

/** What waits in a parking queue is not given up. */
const givenUpIn = (plan: string): string => /apply ([0-9a-f]{7}-[0-9a-f]{8})/.exec(plan)?.[1] ?? '';
