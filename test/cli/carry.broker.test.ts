// topo apply replaces queues in use under a live publisher: to its end, killed in the middle and
// finished from another folder, and interrupted. No confirmed message is lost.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { api, env, freshVhost } from '../broker.ts';
import { accountFor, startPublisher, startWorker } from '../management/live-traffic.ts';
import { callTopo, startTopo, type Running } from './topo.ts';

// A busy machine takes its time for each of several runs.
vi.setConfig({ testTimeout: 300_000 });

let folder = '';
let vhost = '';
let file = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'topo-carry-'));
});
afterAll(() => rm(folder, { recursive: true }));
beforeEach(async () => {
  vhost = await freshVhost();
  file = join(folder, `${vhost}.yaml`);
  await writeFile(file, `vhost: ${vhost}\nqueues: [{ name: orders, type: quorum }]\n`);
  await api('PUT', `exchanges/${vhost}/shop`, { type: 'topic', durable: true });
  await api('PUT', `queues/${vhost}/orders`, { durable: true });
  for (const routing_key of keys)
    await api('POST', `bindings/${vhost}/e/shop/q/orders`, { routing_key });
});

const patience = { timeout: 120_000 };
const keys = ['new', 'new.#', 'other'];
/** A folder that no earlier run was in, as a CI job has. */
const elsewhere = () => mkdtemp(join(folder, 'elsewhere-'));
const publish = () => startPublisher(vhost, { exchange: 'shop', key: 'new', rate: 500 });
type Publisher = Awaited<ReturnType<typeof publish>>;

const listed = async (kind: string): Promise<{ name: string }[]> =>
  (await api('GET', `${kind}/${vhost}?columns=name`)) as { name: string }[];
const destinations = async (): Promise<string[]> =>
  ((await api('GET', `exchanges/${vhost}/shop/bindings/source`)) as { destination: string }[]).map(
    ({ destination }) => destination,
  );
const typeOfOrders = async (): Promise<string | undefined> => {
  const found = (await api('GET', `queues/${vhost}?columns=name,arguments`)) as {
    name: string;
    arguments: Record<string, string>;
  }[];
  return found.find(({ name }) => name === 'orders')?.arguments['x-queue-type'];
};

/** Works the queue off: nothing that was confirmed is missing, and nothing of topo's is left. */
async function expectAllThere(publisher: Publisher): Promise<void> {
  const confirmed = await publisher.stop();
  expect(publisher.returned).toBe(0);
  const { worked } = await startWorker(vhost, 'orders');
  await expect.poll(() => new Set(worked).size, patience).toBeGreaterThanOrEqual(confirmed.size);
  expect(accountFor(confirmed, worked).lost).toBe(0);
  expect(await typeOfOrders()).toBe('quorum');
  expect(await destinations()).toEqual(keys.map(() => 'orders'));
  const names = [...(await listed('queues')), ...(await listed('exchanges'))];
  expect(names.filter(({ name }) => name.includes('topo'))).toEqual([]);
}

test('from classic to quorum, with a worker: all of it is told in the report', async () => {
  const publisher = await publish();
  const worker = await startWorker(vhost, 'orders', { prefetch: 5 });
  await expect.poll(() => publisher.confirmed, patience).toBeGreaterThan(500);
  const cwd = await elsewhere();
  const run = await callTopo(['apply', file, '--yes', '--report', 'run.json'], cwd, env);
  expect(run).toMatchObject({ code: 0 });
  expect(run.out).toContain('carried over');
  expect(run.out).toContain('; 1 consumer is cancelled and must subscribe again');
  const report = JSON.parse(await readFile(join(cwd, 'run.json'), 'utf8')) as {
    outcomes: { address: string; carried?: { messages: number; flip_milliseconds: number } }[];
  };
  const [outcome] = report.outcomes.filter(({ carried }) => carried !== undefined);
  expect(outcome?.address).toBe(`queues/${vhost}/orders`);
  expect(outcome?.carried?.messages).toBeGreaterThanOrEqual(0);
  expect(outcome?.carried?.flip_milliseconds).toBeGreaterThan(0);
  await worker.stop();
  const confirmed = await publisher.stop();
  const rest = await startWorker(vhost, 'orders');
  const all = () => [...worker.worked, ...rest.worked];
  await expect.poll(() => new Set(all()).size, patience).toBeGreaterThanOrEqual(confirmed.size);
  expect(accountFor(confirmed, all()).lost).toBe(0);
  expect(worker.interrupted).toBeGreaterThan(0);
  expect((await listed('queues')).map(({ name }) => name)).toEqual(['orders']);
});

const isParked = (name: string): boolean => name.startsWith('orders.topo-parking-');
const points: [what: string, isThere: () => Promise<boolean>][] = [
  [
    'once the parking queue is there',
    async () => (await listed('queues')).some(({ name }) => isParked(name)),
  ],
  ['once the bindings lead to it', async () => (await destinations()).some(isParked)],
  ['once the queue is replaced', async () => (await typeOfOrders()) === 'quorum'],
];

/** Fails if it ends before that. */
async function reach({ ended }: Running, isThere: () => Promise<boolean>): Promise<void> {
  const early = ended.then((all) => expect.fail(JSON.stringify(all)));
  early.catch(() => undefined);
  while (!(await isThere())) await Promise.race([early, sleep(5)]);
}

async function startAmid(isThere: () => Promise<boolean>) {
  const publisher = await publish();
  await expect.poll(() => publisher.confirmed, patience).toBeGreaterThan(2_000);
  const run = startTopo(['apply', file, '--yes'], await elsewhere(), env);
  await reach(run, isThere);
  return { publisher, run };
}

describe('killed', () => {
  test.each(points)('%s: a run of another file finishes it', async (_what, isThere) => {
    const { publisher, run } = await startAmid(isThere);
    run.child.kill('SIGKILL');
    expect((await run.ended).code).toBe(null);
    const other = join(folder, `other-${vhost}.yaml`);
    await writeFile(other, `vhost: ${vhost}\nexchanges: [{ name: shop, type: topic }]\n`);
    const plan = await callTopo(['plan', other], await elsewhere(), env);
    expect(plan.out).toContain(`topo apply first goes on carrying over queues/${vhost}/orders`);
    expect(plan.out).toContain('1 queue to carry over first');
    const exported = await callTopo(['export', '--vhost', vhost], await elsewhere(), env);
    expect(exported.out).not.toContain('topo-parking');
    const applied = await callTopo(
      ['apply', other, '--yes', '--give-up', givenUpIn(plan.out)],
      await elsewhere(),
      env,
    );
    expect(applied).toMatchObject({ code: 0 });
    expect(applied.out).toContain(`Carried over: queues/${vhost}/orders`);
    await expectAllThere(publisher);
  });
});

/** What waits in a parking queue is not given up. */
const givenUpIn = (plan: string): string => /apply ([0-9a-f]{7}-[0-9a-f]{8})/.exec(plan)?.[1] ?? '';

test('interrupted: ends it, and the same command again has nothing to do', async () => {
  const { publisher, run } = await startAmid(points[0]?.[1] ?? expect.fail('no point'));
  run.child.kill('SIGINT');
  const { code, err } = await run.ended;
  expect({ code, err }).toMatchObject({ code: 130 });
  const again = await callTopo(['apply', file, '--yes'], await elsewhere(), env);
  expect(again).toMatchObject({ code: 0 });
  await expectAllThere(publisher);
});
