// A broker with a memory or a disk alarm takes no messages: what has to move them waits, says so,
// and goes on when the alarm is gone.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from 'amqplib';
import { afterAll, beforeAll, expect } from 'vitest';
import { amqpUrlOf, sandboxEnvironment, type Sandbox } from '../../src/sandbox/sandbox.ts';
import { brokerOf } from '../broker-of.ts';
import { api, freshVhost, takeNode } from '../broker.ts';
import { underAlarm, type Resource } from './alarms.ts';
import { Orders, patience, reach } from './orders.ts';
import { callTopo, startTopo } from './topo.ts';

export let node: Sandbox;
let folder = '';
/** Called by each file that uses the rest. */
export function setUpAlarms(): void {
  beforeAll(async () => {
    node = await takeNode();
    folder = await mkdtemp(join(tmpdir(), 'topo-alarms-'));
  });
  afterAll(() => rm(folder, { recursive: true }));
}

export async function write(vhost: string, rest: string): Promise<string> {
  const file = join(folder, `${vhost}.yaml`);
  await writeFile(file, `vhost: ${vhost}\n${rest}\n`);
  return file;
}

export const topo = (...args: string[]) => callTopo(args, folder, sandboxEnvironment(node));

async function fill(vhost: string, queue: string, count: number): Promise<void> {
  const connection = await connect(`${amqpUrlOf(node)}/${vhost}`);
  const channel = await connection.createConfirmChannel();
  for (let n = 0; n < count; n++) channel.sendToQueue(queue, Buffer.from(String(n)));
  await channel.waitForConfirms();
  await connection.close();
}

const messagesIn = async (vhost: string): Promise<[string, number][]> => {
  const path = `queues/${vhost}?disable_stats=true&enable_queue_totals=true`;
  const rows = (await api('GET', path, undefined, brokerOf(node))) as {
    name: string;
    messages: number;
  }[];
  return rows.map(({ name, messages }) => [name, messages]);
};

export async function moveUnderAlarm(resource: Resource): Promise<void> {
  const vhost = await freshVhost(brokerOf(node));
  const file = await write(vhost, 'queues: [{ name: a }, { name: b }]');
  expect(await topo('apply', file, '--yes')).toMatchObject({ code: 0 });
  await fill(vhost, 'a', 500);
  const args = ['move', 'a', 'b', '--vhost', vhost, '--yes'];
  const running = await underAlarm(node, resource, async () => {
    const begun = startTopo(args, folder, sandboxEnvironment(node));
    let told = '';
    begun.child.stderr?.on('data', (chunk: Buffer) => (told += chunk.toString()));
    await expect.poll(() => told).toContain('the broker is short of memory or disk');
    return begun;
  });
  expect(await running.ended).toMatchObject({ code: 0 });
  expect(await messagesIn(vhost)).toEqual([
    ['a', 0],
    ['b', 500],
  ]);
}

export async function migrateUnderAlarm(resource: Resource): Promise<void> {
  const orders = await Orders.setUp(brokerOf(node));
  const publisher = await orders.publish(50);
  const worker = await orders.work({ prefetch: 3, holds: true });
  await expect.poll(() => publisher.confirmed, patience).toBeGreaterThan(5);
  const args = ['apply', orders.file, '--yes', '--drain-timeout', '5'];
  const run = startTopo(args, folder, sandboxEnvironment(node));
  let told = '';
  run.child.stderr?.on('data', (chunk: Buffer) => (told += chunk.toString()));
  await reach(run, () => orders.isBoundToParking());
  await underAlarm(node, resource, async () => {
    await worker.stop();
    await expect.poll(() => told, patience).toContain('carrying over queues waits until');
    // Longer than consumers may take: this is not their fault.
    await sleep(5_500);
    expect(run.child.exitCode).toBe(null);
  });
  const { code, out, err } = await run.ended;
  expect(code, out + err).toBe(0);
  await orders.expectAllThere(publisher);
}
